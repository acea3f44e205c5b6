import type { LexiconMatch, Token, Window } from '../text';
import { placesOf, type TokenPlace } from './token-places';

/** A lexicon's words in a text, and how often each occurs in the training texts. */
export interface WordLexicon {
  readonly words: readonly string[];
  readonly counts: readonly number[];
  matches(text: string): LexiconMatch[];
}

/** The sets of SoftLexicon, in the order of their vectors: words that begin at a token, go through it, end at it, are it. */
export const wordSets = ['B', 'M', 'E', 'S'] as const;

/** The lexicon words at each of a text's tokens, token after token: those of token t are entries offsets[t] … offsets[t + 1] − 1. */
export interface TokenWords {
  offsets: Int32Array;
  /** Indices into `wordSets`. */
  sets: Uint8Array;
  /** Rows in the table of word vectors. */
  rows: Int32Array;
  /** 4 z / Z: they sum to 4 at every token that has words. */
  weights: Float32Array;
}

/**
 * The lexicon words at each token (Ma et al. 2020, section 3.2), found in the text's characters; words whose borders lie inside a
 * token are none of its words. z is the word's count in the training texts, 1 for a word that was never counted there, so
 * that every word found weighs something: those are what a lexicon knows beyond the training texts. (The public code does
 * so only for a set all of whose words were never counted.)
 */
export function tokenWords(text: string, tokens: readonly Token[], lexicon: WordLexicon, row: (word: string) => number): TokenWords {
  const found = placed(tokens, lexicon.matches(text));
  const offsets = new Int32Array(tokens.length + 1);
  const totals = new Float64Array(tokens.length);
  const z = (word: number): number => Math.max(1, lexicon.counts[word]);
  for (const { first, last, word } of found) {
    for (let position = first; position <= last; position++) {
      offsets[position + 1]++;
      totals[position] += z(word);
    }
  }
  for (let position = 0; position < tokens.length; position++) offsets[position + 1] += offsets[position];
  const entries = offsets[tokens.length];
  const words = { offsets, sets: new Uint8Array(entries), rows: new Int32Array(entries), weights: new Float32Array(entries) };
  const next = offsets.slice();
  for (const { first, last, word } of found) {
    for (let position = first; position <= last; position++) {
      const entry = next[position]++;
      words.sets[entry] = first === last ? 3 : position === first ? 0 : position === last ? 2 : 1;
      words.rows[entry] = row(lexicon.words[word]);
      words.weights[entry] = (4 * z(word)) / totals[position];
    }
  }
  return words;
}

/** The matches that begin and end with a token, as the positions of their first and last. */
function placed(tokens: readonly Token[], matches: readonly LexiconMatch[]): (TokenPlace & { word: number })[] {
  const place = placesOf(tokens);
  return matches.flatMap(({ word, ...span }) => {
    const found = place(span);
    return found ? [{ ...found, word }] : [];
  });
}

/** Those of a window, with [CLS] and [SEP], which have none. A word that the window's border cuts keeps its place. */
export function windowWords({ offsets, sets, rows, weights }: TokenWords, { first, last }: Window): TokenWords {
  const [from, to] = [offsets[first], offsets[last]];
  const own = Int32Array.from(offsets.subarray(first, last + 1), (offset) => offset - from);
  return {
    offsets: Int32Array.of(0, ...own, to - from),
    sets: sets.slice(from, to),
    rows: rows.slice(from, to),
    weights: weights.slice(from, to),
  };
}

/** Padded for the layer: [examples, length, 4, width] each, width = the largest set's size and at least 1. */
export interface PackedWords {
  shape: [number, number, number, number];
  rows: Int32Array;
  weights: Float32Array;
}

/** Unused places have row 0 and weight 0. */
export function packWords(examples: readonly TokenWords[], length: number): PackedWords {
  /** Calls back for each entry with the token's place in the batch and how many of its set came before it. */
  const each = (visit: (words: TokenWords, entry: number, token: number, before: number) => void): void =>
    examples.forEach((words, example) => {
      for (let position = 0; position + 1 < words.offsets.length; position++) {
        const used = [0, 0, 0, 0];
        for (let entry = words.offsets[position]; entry < words.offsets[position + 1]; entry++) {
          visit(words, entry, example * length + position, used[words.sets[entry]]++);
        }
      }
    });
  let width = 1;
  each((_words, _entry, _token, before) => (width = Math.max(width, before + 1)));
  const size = examples.length * length * wordSets.length * width;
  const packed: PackedWords = { shape: [examples.length, length, wordSets.length, width], rows: new Int32Array(size), weights: new Float32Array(size) };
  each((words, entry, token, before) => {
    const place = (token * wordSets.length + words.sets[entry]) * width + before;
    packed.rows[place] = words.rows[entry];
    packed.weights[place] = words.weights[entry];
  });
  return packed;
}
