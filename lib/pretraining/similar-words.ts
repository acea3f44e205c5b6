import { specialWords, trainWordVectors, type Word2VecOptions, type WordVectors } from '../text';
import type { MaskingVocabulary, SimilarWord } from './masking';
import type { PackedText } from './pack';
import { shuffledOrder } from './permutation';

/** Sequences that the vectors are trained on, at most: some 25 million tokens, which fit into memory. */
const mostSequences = 200_000;

const spelling = (ids: ArrayLike<number>): string => Array.from(ids).join('-');

/**
 * For MacBERT's replacement: the word with the greatest cosine among those of as many tokens. Cui et al. (2021) ask a synonym
 * toolkit that rests on Word2Vec; here the vectors are trained on the words of the text itself, spelt by their token ids.
 */
export function similarWords(text: PackedText, { special }: MaskingVocabulary, options: Partial<Word2VecOptions> & { seed: number }): SimilarWord {
  const order = shuffledOrder(text.count, options.seed, 0);
  const count = Math.min(text.count, mostSequences);
  const sentences = Array.from({ length: count }, (_, place) => wordsOf(text, order(place), special));
  return nearestWords(trainWordVectors(sentences, options));
}

/** A sequence's words, each as the ids of its tokens. */
function wordsOf(text: PackedText, index: number, special: ReadonlySet<number>): string[] {
  const { ids, continues } = text.read([index]);
  const words: number[][] = [];
  for (let at = 0, last = -1; at < ids.length; at++) {
    if (special.has(ids[at])) continue;
    if (continues[at] && last === at - 1) words[words.length - 1].push(ids[at]);
    else words.push([ids[at]]);
    last = at;
  }
  return words.map(spelling);
}

/** The nearest neighbour among words of as many tokens; answers are remembered. */
export function nearestWords(vectors: WordVectors): SimilarWord {
  const tokens = vectors.words.map((word, row) => (row < specialWords.length ? [] : word.split('-').map(Number)));
  const byLength = new Map<number, number[]>();
  for (let row = specialWords.length; row < vectors.size; row++) {
    const group = byLength.get(tokens[row].length);
    if (group) group.push(row);
    else byLength.set(tokens[row].length, [row]);
  }
  const unit = normalized(vectors);
  const known = new Map<string, number[] | undefined>();
  return (ids) => {
    const word = spelling(ids);
    if (!known.has(word)) {
      const nearest = vectors.has(word) ? nearestOf(vectors.row(word), byLength.get(ids.length)!, unit, vectors.dimension) : undefined;
      known.set(word, nearest === undefined ? undefined : tokens[nearest]);
    }
    return known.get(word);
  };
}

function normalized({ matrix, dimension, size }: WordVectors): Float32Array {
  const unit = matrix.slice();
  for (let row = 0; row < size; row++) {
    const vector = unit.subarray(row * dimension, (row + 1) * dimension);
    const norm = Math.hypot(...vector);
    if (norm > 0) vector.forEach((x, i) => { vector[i] = x / norm; });
  }
  return unit;
}

function nearestOf(row: number, candidates: readonly number[], unit: Float32Array, dimension: number): number | undefined {
  let best: number | undefined;
  let most = -Infinity;
  for (const other of candidates) {
    if (other === row) continue;
    let cosine = 0;
    for (let i = 0; i < dimension; i++) cosine += unit[row * dimension + i] * unit[other * dimension + i];
    if (cosine > most) [best, most] = [other, cosine];
  }
  return best;
}
