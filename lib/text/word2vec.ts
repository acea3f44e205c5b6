import { z } from 'zod';
import { InputError, Random } from '../common';
import { NegativeSampling } from './negative-sampling';
import { WordIndex } from './word-index';
import { specialWords, WordVectors } from './word-vectors';

/** How word vectors are trained (Mikolov et al. 2013, arXiv:1301.3781 and 1310.4546). Defaults after paper B's setting where it has one. */
export const word2VecSchema = z.strictObject({
  /** `skip-gram`: a word predicts each neighbour. `cbow`: the neighbours' mean predicts the word. */
  mode: z.enum(['skip-gram', 'cbow']).default('skip-gram'),
  /** Numbers in a vector. */
  dimension: z.int().min(1).max(4096).default(100),
  /** Most neighbours on each side; a word's own window is uniform in 1..window, so that nearer words weigh more. */
  window: z.int().min(1).max(100).default(5),
  /** Noise words an observed word, drawn by count^0.75. */
  negatives: z.int().min(1).max(100).default(5),
  /** Passes over the text. word2vec's default is 5; a corpus of a megabyte needs about this many to settle. */
  epochs: z.int().min(1).max(1000).default(5),
  /** Start of the linear decay. Default 0.025 for skip-gram, 0.05 for CBOW, as in word2vec. */
  learningRate: z.number().positive().optional(),
  /** End of the linear decay. */
  minLearningRate: z.number().positive().default(1e-4),
  /** Rarer words are trained together as [UNK]. Low, since a corpus of a megabyte has many rare terms. */
  minCount: z.int().min(1).default(2),
  /** Words of a greater share t of the text are thinned to √(t/share) + t/share of their occurrences; 0 keeps all. */
  subsample: z.number().min(0).default(1e-3),
  seed: z.int().default(1),
});

export type Word2VecOptions = z.input<typeof word2VecSchema>;

export interface Word2VecProgress {
  /** Words passed so far, of `total` over all epochs. */
  words: number;
  total: number;
  learningRate: number;
}

const unknown = specialWords.indexOf('[UNK]');

/**
 * Trains word vectors. Sentence edges count as the words [CLS] and [SEP], and words under `minCount` as [UNK], so those
 * rows are trained like any other; without a rare word, [UNK] is the mean of all words. [PAD] is zero. White-space words
 * are passed over. One thread and one seed: equal arguments give equal bits.
 */
export function trainWordVectors(
  sentences: Iterable<readonly string[]>,
  options: Word2VecOptions = {},
  onProgress?: (progress: Word2VecProgress) => void,
): WordVectors {
  checkOptions(options);
  const text = new WordIndex();
  for (const sentence of sentences) text.add(sentence);
  const training = trainOnIndex(text, options);
  for (let next = training.next(); ; next = training.next()) {
    if (next.done) return next.value;
    onProgress?.(next.value);
  }
}

/** The same as steps of about a second, for one who must answer in between; each yields how far it is. */
export function* trainOnIndex(text: WordIndex, options: Word2VecOptions = {}): Generator<Word2VecProgress, WordVectors> {
  const { mode, dimension, window, negatives, epochs, minLearningRate, minCount, subsample, seed, learningRate } = checkOptions(options);
  const startRate = learningRate ?? (mode === 'cbow' ? 0.05 : 0.025);
  const { words, counts, rows, bounds } = text.index(minCount);

  const tables = new NegativeSampling(words.length, dimension, negatives + 1);
  const { stride } = tables;
  const initial = Random.from(seed, 'word2vec initial vectors');
  for (let row = 1; row < words.length; row++) {
    for (let i = 0; i < dimension; i++) tables.input[row * stride + i] = (initial.uniform() - 0.5) / dimension;
  }

  const draw = generator(Random.from(seed, 'word2vec training'));
  const noise = aliasTable(counts.map((count) => count ** 0.75));
  const drawTargets = (observed: number) => {
    tables.target(0, observed);
    for (let k = 1; k <= negatives; k++) {
      let row = observed;
      while (row === observed) {
        const place = (draw() / 2 ** 32) * words.length;
        const slot = Math.floor(place);
        row = place - slot < noise.keep[slot] ? slot : noise.alias[slot];
      }
      tables.target(k, row);
    }
  };
  const keepBelow = counts.map((count) => {
    const share = count / rows.length;
    return subsample === 0 || share <= subsample ? 2 ** 32 : (Math.sqrt(subsample / share) + subsample / share) * 2 ** 32;
  });

  const total = rows.length * epochs;
  const longest = bounds.reduce((most, bound, i) => Math.max(most, bound - (bounds[i - 1] ?? 0)), 0);
  const sentence = new Int32Array(longest);
  const context = new Int32Array(2 * window);
  const passOver = (from: number, to: number, rate: number): void => {
    let length = 0;
    for (let i = from; i < to; i++) {
      const row = rows[i];
      if (keepBelow[row] >= 2 ** 32 || draw() < keepBelow[row]) sentence[length++] = row;
    }
    for (let i = 0; i < length; i++) {
      const reach = 1 + Math.floor((draw() / 2 ** 32) * window);
      const last = Math.min(length - 1, i + reach);
      let many = 0;
      for (let j = Math.max(0, i - reach); j <= last; j++) {
        if (j === i) continue;
        if (mode === 'cbow') {
          context[many++] = sentence[j];
        } else {
          drawTargets(sentence[i]);
          tables.updateWord(sentence[j], rate);
        }
      }
      if (many > 0) {
        drawTargets(sentence[i]);
        tables.updateMean(context, many, rate);
      }
    }
  };
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let s = 0; s + 1 < bounds.length; s++) {
      const done = epoch * rows.length + bounds[s];
      const rate = Math.max(minLearningRate, startRate * (1 - done / total));
      if (s % 1024 === 0) yield { words: done, total, learningRate: rate };
      passOver(bounds[s], bounds[s + 1], rate);
    }
  }
  yield { words: total, total, learningRate: minLearningRate };

  const matrix = new Float32Array(words.length * dimension);
  for (let row = 0; row < words.length; row++) {
    matrix.set(tables.input.subarray(row * stride, row * stride + dimension), row * dimension);
  }
  if (counts[unknown] === 0) matrix.set(meanOfWords(matrix, words.length, dimension), unknown * dimension);
  return new WordVectors(words, matrix, dimension);
}

function checkOptions(options: Word2VecOptions): z.output<typeof word2VecSchema> {
  const parsed = word2VecSchema.safeParse(options);
  if (!parsed.success) throw new InputError(`Word vector options: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** Walker's alias method: a slot drawn uniformly stands for itself with probability keep[slot], else for alias[slot]. */
function aliasTable(weights: Float64Array): { keep: Float64Array; alias: Int32Array } {
  const n = weights.length;
  const sum = weights.reduce((a, b) => a + b, 0);
  const keep = weights.map((weight) => (weight * n) / sum);
  const alias = Int32Array.from(weights, (_, slot) => slot);
  const small: number[] = [];
  const large: number[] = [];
  keep.forEach((share, slot) => (share < 1 ? small : large).push(slot));
  while (small.length > 0 && large.length > 0) {
    const under = small.pop()!;
    const over = large[large.length - 1];
    alias[under] = over;
    keep[over] -= 1 - keep[under];
    if (keep[over] < 1) small.push(large.pop()!);
  }
  return { keep, alias };
}

/** `random`'s own stream of 32-bit integers, drawn from a typed array: the loop draws thirty numbers a word. */
function generator(random: Random): () => number {
  const state = Int32Array.from(random.save());
  return () => {
    const sum = (state[0] + state[1] + state[3]) | 0;
    state[3] += 1;
    state[0] = state[1] ^ (state[1] >>> 9);
    state[1] = state[2] + (state[2] << 3);
    state[2] = ((state[2] << 21) | (state[2] >>> 11)) + sum;
    return sum >>> 0;
  };
}

function meanOfWords(matrix: Float32Array, rows: number, dimension: number): Float64Array {
  const mean = new Float64Array(dimension);
  for (let row = specialWords.length; row < rows; row++) {
    for (let i = 0; i < dimension; i++) mean[i] += matrix[row * dimension + i] / (rows - specialWords.length);
  }
  return mean;
}
