import type { LexiconMatch, Token, Window } from '../text';

/** A lexicon's words in a text, and how often each occurs in the training texts. */
export interface WordLexicon {
  readonly words: readonly string[];
  readonly counts: readonly number[];
  matches(text: string): LexiconMatch[];
}

/** The sets of SoftLexicon, in the order of their vectors: words that begin at a token, go through it, end at it, are it. */
export const wordSets = ['B', 'M', 'E', 'S'] as const;

/** A lexicon word at a token. */
export interface TokenWord {
  /** Index into `wordSets`. */
  set: number;
  /** Its row in the table of word vectors. */
  row: number;
  /** 4 z / Z: the four sets' weights at a token sum to 4. */
  weight: number;
}

/**
 * The lexicon words at each token (Ma et al. 2020, section 3.2), found in the text's characters; words whose borders lie inside a
 * token are none of its words. z is the word's count in the training texts, 1 for a word that was never counted there, so
 * that every word found weighs something: those are what a lexicon knows beyond the training texts. (The public code does
 * so only for a set all of whose words were never counted.)
 */
export function tokenWords(text: string, tokens: readonly Token[], lexicon: WordLexicon, row: (word: string) => number): TokenWord[][] {
  const firsts = new Map<number, number>();
  const lasts = new Map<number, number>();
  tokens.forEach(({ start, end }, position) => {
    if (!firsts.has(start)) firsts.set(start, position);
    lasts.set(end, position);
  });
  const found: TokenWord[][] = tokens.map(() => []);
  for (const { start, end, word } of lexicon.matches(text)) {
    const [first, last] = [firsts.get(start), lasts.get(end)];
    if (first === undefined || last === undefined || last < first) continue;
    const entry = { row: row(lexicon.words[word]), weight: Math.max(1, lexicon.counts[word]) };
    for (let position = first; position <= last; position++) {
      const set = first === last ? 3 : position === first ? 0 : position === last ? 2 : 1;
      found[position].push({ set, ...entry });
    }
  }
  for (const words of found) {
    const total = words.reduce((sum, { weight }) => sum + weight, 0);
    for (const word of words) word.weight *= 4 / total;
  }
  return found;
}

/** Those of a window, with [CLS] and [SEP], which have none. A word that the window's border cuts keeps its place. */
export function windowWords(words: readonly TokenWord[][], { first, last }: Window): TokenWord[][] {
  return [[], ...words.slice(first, last), []];
}

/** Padded for the layer: [examples, length, 4, width] each, width = the largest set's size and at least 1. */
export interface PackedWords {
  shape: [number, number, number, number];
  rows: Int32Array;
  weights: Float32Array;
}

/** Unused places have row 0 and weight 0. */
export function packWords(examples: ReadonlyArray<readonly TokenWord[][]>, length: number): PackedWords {
  let width = 1;
  for (const words of examples.flat()) {
    const sizes = [0, 0, 0, 0];
    for (const { set } of words) width = Math.max(width, ++sizes[set]);
  }
  const shape: PackedWords['shape'] = [examples.length, length, wordSets.length, width];
  const size = shape.reduce((product, side) => product * side, 1);
  const packed: PackedWords = { shape, rows: new Int32Array(size), weights: new Float32Array(size) };
  examples.forEach((tokens, example) =>
    tokens.forEach((words, position) => {
      const used = [0, 0, 0, 0];
      for (const { set, row, weight } of words) {
        const place = ((example * length + position) * wordSets.length + set) * width + used[set]++;
        packed.rows[place] = row;
        packed.weights[place] = weight;
      }
    }),
  );
  return packed;
}
