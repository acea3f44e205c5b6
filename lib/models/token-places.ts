import type { Token } from '../text';

/** Positions of the first and the last token of a span. */
export interface TokenPlace {
  first: number;
  last: number;
}

/** Finds the tokens that a span of characters begins and ends with; undefined where it begins or ends inside one. */
export function placesOf(tokens: readonly Token[]): (span: { start: number; end: number }) => TokenPlace | undefined {
  const firsts = new Map<number, number>();
  const lasts = new Map<number, number>();
  // Pieces of one character share its offsets: a span begins at the first of them and ends at the last.
  tokens.forEach(({ start, end }, position) => {
    if (!firsts.has(start)) firsts.set(start, position);
    lasts.set(end, position);
  });
  return ({ start, end }) => {
    const [first, last] = [firsts.get(start), lasts.get(end)];
    return first === undefined || last === undefined || last < first ? undefined : { first, last };
  };
}
