import { Kind, kindOf } from './characters';

/**
 * A text as BERT sees it before it is split: normalised code points, each with its kind and with the source code points
 * [starts[i], ends[i]) that it came from. One source character may give several (한 gives three jamo).
 */
export interface NormalizedText {
  characters: string[];
  kinds: Kind[];
  starts: number[];
  ends: number[];
}

interface Form {
  readonly characters: readonly string[];
  readonly kinds: readonly Kind[];
}

const toForm = (characters: string[]): Form => ({ characters, kinds: characters.map((c) => kindOf(c.codePointAt(0)!)) });

/** Canonical decomposition without nonspacing marks: é gives e. */
const withoutAccents = (text: string) => Array.from(text.normalize('NFD').replace(/\p{Mn}/gu, ''));

type Forms = (Form | undefined)[];
const keptForms: Forms = new Array(0x10000);
const foldedForms: Forms = new Array(0x10000);

/** The form of one code point, remembered for the basic plane. */
function formOf(codePoint: number, lowercase: boolean): Form {
  const forms = lowercase ? foldedForms : keptForms;
  const known = codePoint < 0x10000 ? forms[codePoint] : undefined;
  if (known !== undefined) return known;
  const character = String.fromCodePoint(codePoint);
  const form = toForm(lowercase ? withoutAccents(character.toLowerCase()) : [character]);
  if (codePoint < 0x10000) forms[codePoint] = form;
  return form;
}

/**
 * Cleans a text as BERT's tokenizer does and, with `lowercase`, lowers it and strips its accents.
 * Nearly every character folds by itself; a text that holds one of the two exceptions takes `foldInContext`.
 */
export function normalize(text: string, lowercase: boolean): NormalizedText {
  if (lowercase && /[Σ\p{Mc}]/u.test(text)) return foldInContext(text);
  const out: NormalizedText = { characters: [], kinds: [], starts: [], ends: [] };
  for (let unit = 0, position = 0; unit < text.length; position++) {
    const codePoint = text.codePointAt(unit)!;
    unit += codePoint > 0xffff ? 2 : 1;
    const kind = kindOf(codePoint);
    if (kind === Kind.Removed) continue;
    append(out, formOf(codePoint, lowercase), position, position + 1);
  }
  return out;
}

function append(out: NormalizedText, form: Form, start: number, end: number): void {
  for (let i = 0; i < form.characters.length; i++) {
    out.characters.push(form.characters[i]);
    out.kinds.push(form.kinds[i]);
    out.starts.push(start);
    out.ends.push(end);
  }
}

/**
 * Two foldings depend on the neighbours: Σ becomes ς at the end of a word, and canonical decomposition sorts a run of
 * combining marks by class. Where the sorting moves a spacing mark, every mark of the run gets the whole run as its
 * source, since no narrower answer keeps the offsets in order.
 */
function foldInContext(text: string): NormalizedText {
  const characters: string[] = [];
  const positions: number[] = [];
  Array.from(text).forEach((character, position) => {
    if (kindOf(character.codePointAt(0)!) === Kind.Removed) return;
    characters.push(character);
    positions.push(position);
  });
  const lowered = characters.join('').toLowerCase();
  const out: NormalizedText = { characters: [], kinds: [], starts: [], ends: [] };
  const isMark = (i: number) => i < characters.length && /^\p{M}/u.test(characters[i]);
  for (let i = 0, unit = 0; i < characters.length;) {
    let after = i + 1;
    if (isMark(i)) while (isMark(after)) after++;
    const pieces: string[][] = [];
    const first = unit;
    for (let k = i; k < after; k++) {
      // Only Σ lowers by context, and both its forms are one unit long, so lengths can be taken one character at a time.
      const length = characters[k].toLowerCase().length;
      pieces.push(withoutAccents(lowered.slice(unit, unit + length)));
      unit += length;
    }
    const run = withoutAccents(lowered.slice(first, unit));
    if (run.join('') === pieces.flat().join('')) {
      pieces.forEach((piece, k) => append(out, toForm(piece), positions[i + k], positions[i + k] + 1));
    } else {
      append(out, toForm(run), positions[i], positions[after - 1] + 1);
    }
    i = after;
  }
  return out;
}
