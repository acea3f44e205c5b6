const sentenceEnd = /[。！？；!?;\n]/u;

/** Units of a normal form from which a text is looked for anywhere in another; a shorter one (a heading, 无) is an ordinary phrase, and must be the whole. */
export const leastInside = 10;

/** Folds kept as tables: nearly every character folds to one UTF-16 unit (0: to none). */
const several = 0xffff;
const folds = new Uint16Array(0x10000);
const known = new Uint8Array(0x10000);
const ends = new Uint8Array(0x10000);
const longFolds = new Map<number, string>();

/** One code point by its compatibility decomposition, in lower case, without marks: letters and digits only. */
function foldOf(codePoint: number): string {
  const lowered = String.fromCodePoint(codePoint).normalize('NFKD').toLowerCase().normalize('NFKD');
  return lowered.replace(/[^\p{L}\p{N}]/gu, '');
}

function learn(unit: number): void {
  const fold = foldOf(unit);
  folds[unit] = fold.length === 0 ? 0 : fold.length === 1 ? fold.charCodeAt(0) : several;
  if (fold.length > 1) longFolds.set(unit, fold);
  ends[unit] = sentenceEnd.test(String.fromCharCode(unit)) ? 1 : 0;
  known[unit] = 1;
}

/**
 * What stays of a text however it is set: full-width or not, large or small letters, with or without white space,
 * punctuation and accents. It is NFKD rather than NFKC, whose characters do not depend on their neighbours once marks are
 * gone; two texts with equal NFKC have equal normal forms. The form is kept in `units` [0, length) until the next is taken.
 */
export class NormalForm {
  units = new Uint16Array(1 << 12);
  length = 0;
  /** Where in `units` each sentence of the text ends. */
  sentenceEnds: number[] = [];

  take(text: string): this {
    this.length = 0;
    this.sentenceEnds.length = 0;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit >= 0xd800 && unit < 0xdc00 && i + 1 < text.length) {
        const codePoint = text.codePointAt(i)!;
        if (codePoint > 0xffff) {
          this.push(astralFold(codePoint));
          i++;
          continue;
        }
      }
      if (known[unit] === 0) learn(unit);
      const fold = folds[unit];
      if (fold === several) {
        this.push(longFolds.get(unit)!);
      } else if (fold !== 0) {
        if (this.length === this.units.length) this.grow();
        this.units[this.length++] = fold;
      } else if (ends[unit] === 1) {
        this.endSentence();
      }
    }
    this.endSentence();
    return this;
  }

  slice(start = 0, end = this.length): string {
    let out = '';
    for (let i = start; i < end; i++) out += String.fromCharCode(this.units[i]);
    return out;
  }

  private endSentence(): void {
    const { sentenceEnds } = this;
    if (this.length > (sentenceEnds[sentenceEnds.length - 1] ?? 0)) sentenceEnds.push(this.length);
  }

  private push(fold: string): void {
    for (let k = 0; k < fold.length; k++) {
      if (this.length === this.units.length) this.grow();
      this.units[this.length++] = fold.charCodeAt(k);
    }
  }

  private grow(): void {
    const larger = new Uint16Array(2 * this.units.length);
    larger.set(this.units);
    this.units = larger;
  }
}

const shared = new NormalForm();

/** The normal form of a text by itself. */
export const normalForm = (text: string): string => shared.take(text).slice();

function astralFold(codePoint: number): string {
  let fold = longFolds.get(codePoint);
  if (fold === undefined) longFolds.set(codePoint, (fold = foldOf(codePoint)));
  return fold;
}
