import { codePoints } from '../common';
import { insideLatin } from '../text/latin';

/** Code points [start, end) of a text. */
export interface Span {
  start: number;
  end: number;
}

export interface Occurrence extends Span {
  term: string;
}

/** All occurrences of a term, overlapping ones too. Inside a Latin word there is none: PT does not occur in PTH. */
export function occurrencesOf(text: readonly string[], term: string): Span[] {
  const wanted = codePoints(term);
  const spans: Span[] = [];
  if (wanted.length === 0) return spans;
  for (let start = text.indexOf(wanted[0]); start >= 0 && start + wanted.length <= text.length; start = text.indexOf(wanted[0], start + 1)) {
    if (wanted.every((character, i) => text[start + i] === character) && !insideLatin(text, start) && !insideLatin(text, start + wanted.length)) {
      spans.push({ start, end: start + wanted.length });
    }
  }
  return spans;
}

/** The occurrences of several terms in the order of the text, a longer one before those that start with it. */
export function sequenceOf(text: string, terms: Iterable<string>): Occurrence[] {
  const characters = codePoints(text);
  return [...new Set(terms)]
    .flatMap((term) => occurrencesOf(characters, term).map((span) => ({ ...span, term })))
    .sort((a, b) => a.start - b.start || b.end - a.end);
}

/** Punctuation, letters and digits in either width are one, code point by code point, so that offsets stay. */
function folded(text: string): string[] {
  return codePoints(text).map((character) => {
    const normal = codePoints(character.normalize('NFKC'));
    return normal.length === 1 ? normal[0] : character;
  });
}

/** A term as the text writes it: itself, or what differs from it in the width of characters alone; null if the text does not hold it. */
export function asWritten(text: string, term: string): string | null {
  const characters = codePoints(text);
  if (occurrencesOf(characters, term).length > 0) return term;
  const [span] = occurrencesOf(folded(text), folded(term).join(''));
  return span ? characters.slice(span.start, span.end).join('') : null;
}
