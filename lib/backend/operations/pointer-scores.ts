import * as tf from '@tensorflow/tfjs';
import { bandedScores } from './banded-scores';
import { differentiable, hasKernel, runFused } from './differentiable';
import { outside } from './multi-label-loss';
import { rope } from './rope';

export interface PointerOptions {
  /** Entity types. */
  types: number;
  /** Each window's tokens, with [CLS] and [SEP] at its ends. */
  lengths: readonly number[];
  /** The longest span that is scored, in tokens; without it, every span is. */
  k?: number;
  /** Factor of the scores. */
  scale: number;
  /** Whether queries and keys are rotated by their positions. */
  rope: boolean;
}

/** Columns of the scores of windows of n tokens. */
export const pointerWidth = (n: number, { k }: PointerOptions): number => Math.min(k ?? n, n);

/**
 * Scores of spans, s_α(i, j) = scale · (R_i q_i,α) · (R_j k_j,α), R the rotation of `rope` if asked for.
 *
 * Candidates are 1 ≤ i ≤ j ≤ length − 2 and, with `k`, j − i < k; every other cell is `outside` and has no gradient. With `k`,
 * cells outside the band are never computed.
 *
 * @param vectors float32 [batch, n, types · 2 · size], for each type its query before its key
 * @returns [batch, types, n, n] by first and last token, or with `k` [batch, types, n, min(k, n)] by i and j − i
 */
export function pointerScores(vectors: tf.Tensor, options: PointerOptions): tf.Tensor4D {
  checkPointer('pointerScores', vectors, options);
  if (!hasKernel('FusedPointerScores')) return composedScores(vectors, options);
  const attributes = { ...options };
  return differentiable(
    [vectors],
    () => ({ y: runFused<tf.Tensor4D>('FusedPointerScores', [vectors], attributes), saved: [vectors] }),
    (dy, [vectors]) => [runFused<tf.Tensor>('FusedPointerScoresGrad', [dy, vectors], attributes)],
  );
}

export function checkPointer(operation: string, vectors: tf.Tensor, options: PointerOptions): void {
  const { types, lengths, k, rope } = options;
  const [batch, n, features] = vectors.shape;
  const even = rope ? 4 : 2;
  if (vectors.rank !== 3 || vectors.size === 0 || features % (types * even) !== 0 || lengths.length !== batch) {
    throw new Error(
      `${operation}: vectors [${vectors.shape}] with ${lengths.length} lengths are not [batch, n, ${types} · 2 · size]${rope ? ' with an even size' : ''}`,
    );
  }
  const long = lengths.find((length) => !(Number.isInteger(length) && length >= 0 && length <= n));
  if (long !== undefined) throw new Error(`${operation}: a window of length ${long} in vectors [${vectors.shape}]`);
  if (k !== undefined && !(Number.isInteger(k) && k >= 1)) throw new Error(`${operation}: spans of up to ${k} tokens`);
}

function composedScores(vectors: tf.Tensor, options: PointerOptions): tf.Tensor4D {
  const { types, scale, k } = options;
  const [batch, n, features] = vectors.shape;
  const size = features / types / 2;
  const width = pointerWidth(n, options);
  let both: tf.Tensor = vectors
    .reshape([batch, n, types, 2, size])
    .transpose([3, 0, 2, 1, 4]) // [2, batch, types, n, size]
    .reshape([2 * batch * types, n, size]);
  if (options.rope) both = rope(both);
  const [unscaled, keys] = tf.split(both, 2, 0) as [tf.Tensor3D, tf.Tensor3D];
  const queries = unscaled.mul<tf.Tensor3D>(scale);
  const scores = k === undefined ? tf.matMul(queries, keys, false, true) : bandedScores(queries, keys, width);
  const candidates = candidateCells(n, width, options); // [batch, 1, n, width]
  return scores.reshape<tf.Tensor4D>([batch, types, n, width]).mul(candidates).add(tf.sub(1, candidates).mul(outside));
}

/** 1 at candidates, 0 elsewhere: [batch, 1, n, width]. */
function candidateCells(n: number, width: number, { lengths, k }: PointerOptions): tf.Tensor4D {
  const values = new Float32Array(lengths.length * n * width);
  lengths.forEach((length, example) => {
    for (let first = 1; first < length - 1; first++) {
      const count = Math.min(k ?? n, length - 1 - first);
      const begin = (example * n + first) * width + (k === undefined ? first : 0);
      values.fill(1, begin, begin + count);
    }
  });
  return tf.tensor4d(values, [lengths.length, 1, n, width]);
}
