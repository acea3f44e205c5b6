/** A part of a text that is translated by itself, and what stands behind it: white space, which stays. */
export interface Piece {
  text: string;
  after: string;
}

const sentenceEnd = /(?<=[。！？；!?;][”’」』）)]?)(?![”’」』）)])|(?<=\n)/u;
const clauseEnd = /(?<=[，、：,:])/u;

/**
 * The sentences of a text: translators are made of sentences, and cut what is longer than they can read. A sentence that is too long is parted at
 * its commas. Joined again, pieces are the text.
 * @param fits whether the translator can read so much at once
 */
export function translationPieces(text: string, fits: (part: string) => boolean): Piece[] {
  const parted = (part: string, at: RegExp): Piece[] => {
    const found: Piece[] = [];
    for (const piece of part.split(at)) {
      const [, before, bare, after] = /^(\s*)([^]*?)(\s*)$/.exec(piece)!;
      const last = found.at(-1);
      if (last) last.after += before;
      else if (before !== '') found.push({ text: '', after: before });
      if (bare !== '') found.push({ text: bare, after });
      else if (after !== '') (found.at(-1) ?? found[found.push({ text: '', after: '' }) - 1]).after += after;
    }
    return found;
  };
  return parted(text, sentenceEnd).flatMap((sentence) => {
    if (sentence.text === '' || fits(sentence.text)) return [sentence];
    const clauses = parted(sentence.text, clauseEnd);
    clauses.at(-1)!.after += sentence.after;
    return clauses;
  });
}
