/** What the BERT tokenizer does with a code point. */
export enum Kind {
  /** A control, format, private-use or surrogate code point, zero or U+FFFD: taken out. */
  Removed = 1,
  /** Separates words. */
  Space,
  /** A CJK ideograph: a word of its own. */
  Ideograph,
  /** A word of its own. */
  Punctuation,
  /** Part of a word. */
  Letter,
}

const ideographRanges: readonly (readonly [number, number])[] = [
  [0x4e00, 0x9fff], [0x3400, 0x4dbf], [0x20000, 0x2a6df], [0x2a700, 0x2b73f], [0x2b740, 0x2b81f], [0x2b820, 0x2ceaf],
  [0xf900, 0xfaff], [0x2f800, 0x2fa1f],
];

/** The blocks that BERT's multilingual tokenizer isolates: ideographs, not kana, hangul or CJK punctuation. */
function isIdeograph(codePoint: number): boolean {
  return ideographRanges.some(([first, last]) => codePoint >= first && codePoint <= last);
}

function classify(codePoint: number): Kind {
  const character = String.fromCodePoint(codePoint);
  if (/[\t\n\r]/.test(character)) return Kind.Space;
  if (codePoint === 0 || codePoint === 0xfffd || /[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/u.test(character)) return Kind.Removed;
  if (/\s/u.test(character)) return Kind.Space;
  if (isIdeograph(codePoint)) return Kind.Ideograph;
  // BERT counts every ASCII symbol as punctuation, although Unicode calls $ + < = > ^ ` | ~ symbols.
  return /[\p{P}!-/:-@[-`{-~]/u.test(character) ? Kind.Punctuation : Kind.Letter;
}

const known = new Uint8Array(0x110000);

/** The kind of a code point, by the Unicode tables of the running Node. */
export function kindOf(codePoint: number): Kind {
  return (known[codePoint] ||= classify(codePoint));
}
