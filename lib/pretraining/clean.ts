/** Why a passage is left out; the counts of a preparation go by these names. */
export type Unfit = 'short' | 'foreign';

/** Fewest Chinese characters of a passage, and their least share of its characters, white space not counted. */
const fewest = 8;
const leastShare = 0.3;

const entityNames: Record<string, string> = {
  lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: ' ', ensp: ' ', emsp: ' ', thinsp: ' ', ldquo: '“', rdquo: '”', lsquo: '‘',
  rsquo: '’', hellip: '…', mdash: '—', ndash: '–', middot: '·', times: '×', divide: '÷', plusmn: '±', deg: '°', micro: 'µ', le: '≤', ge: '≥',
  alpha: 'α', beta: 'β', gamma: 'γ', delta: 'δ', mu: 'μ', omega: 'ω', rarr: '→', uarr: '↑', darr: '↓', permil: '‰', bull: '•',
};

const entity = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,9}));/g;
/** A tag is a name with well-formed attributes, so that `P<0.05`, `a<b，c>d` stay. */
const markup = /<!--[\s\S]*?-->|<!doctype[^<>]*>|<(script|style)\b[^<>]*>[\s\S]*?<\/\1\s*>|<\/?[a-z][a-z0-9:-]*(?:\s+[\w:@.-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))?)*\s*\/?>/gi;
const link = /(?:https?|ftp):\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+|\bwww\.[\w\-.~:/?#[\]@!$&'()*+,;=%]+/gi;
const lineBreak = /\r\n?|[\v\f\u0085\u2028\u2029]/g;
/** What the tokenizer takes out: control, format, private-use and lone surrogate code points, U+FFFD. */
const invisible = /(?![\t\n])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\ufffd]/gu;

/**
 * A passage as it is trained on: entities decoded, markup and links taken out, line breaks as \n, invisible characters
 * removed, every run of white space one space, or one \n if it holds a line break. Nothing is normalised: characters stay
 * as the tokenizer will meet them in a note.
 */
export function cleanPassage(text: string): string {
  let out = text;
  if (out.includes('&')) out = out.replace(entity, decodeEntity);
  if (out.includes('<')) out = out.replace(markup, ' ');
  if (/:\/\/|www\./i.test(out)) out = out.replace(link, ' ');
  out = out.replace(lineBreak, '\n').replace(invisible, '');
  return out.replace(/\s{2,}|[^\S\n ]/gu, (run) => (run.includes('\n') ? '\n' : ' ')).trim();
}

function decodeEntity(whole: string, decimal?: string, hexadecimal?: string, name?: string): string {
  if (name !== undefined) return entityNames[name] ?? ' ';
  const codePoint = decimal !== undefined ? parseInt(decimal, 10) : parseInt(hexadecimal!, 16);
  return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : whole;
}

/** Whether a cleaned passage is worth training on, and if not, why. */
export function unfitness(text: string): Unfit | null {
  let chinese = 0;
  let characters = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x20 || unit === 0x0a) continue;
    characters++;
    if ((unit >= 0x4e00 && unit <= 0x9fff) || (unit >= 0x3400 && unit <= 0x4dbf) || (unit >= 0xf900 && unit <= 0xfaff)) {
      chinese++;
    } else if (unit >= 0xd800 && unit < 0xdc00) {
      // Planes 2 and 3 hold ideographs and nothing else.
      if (unit >= 0xd840 && unit <= 0xd8bf) chinese++;
      i++;
    }
  }
  if (chinese < fewest) return 'short';
  return chinese < leastShare * characters ? 'foreign' : null;
}
