import * as tf from '@tensorflow/tfjs';
import type { ParameterScope } from './parameters';
import { outside, type PointerConfig, pointerVectors } from './pointer-vectors';

/** A head that scores spans: cell (i, c) of `forward`'s last two axes is the span of tokens i … end(i, c). */
export interface SpanHead {
  /** x [batch, n, inputs], each window's length with [CLS] and [SEP] → scores [batch, types, n, width(n)]. */
  forward(x: tf.Tensor3D, lengths: readonly number[]): tf.Tensor4D;
  /** Columns of the score matrix for windows of n tokens. */
  width(n: number): number;
  /** The column of the span whose first token is `first` and last token `last`; undefined if the head cannot score it. */
  column(first: number, last: number): number | undefined;
  /** The last token of the span at (first, column). */
  last(first: number, column: number): number;
}

/**
 * The global pointer (paper B, Eq. 4-8; Su et al. 2022): every span i ≤ j gets a score per type,
 * s_α(i, j) = q_i,αᵀ R_{j−i} k_j,α (/ √size by default, as the public code; the paper prints no scale).
 *
 * x [batch, n, inputs] → [batch, types, n, n], row = first token, column = last token. Candidates are 1 ≤ i ≤ j ≤ length − 2:
 * the lower triangle, [CLS], [SEP] and padding have 10⁴ taken off, so that they are never predicted and weigh exactly
 * nothing in the loss.
 * Parameters: as pointer-vectors.ts.
 */
export function globalPointer(scope: ParameterScope, inputs: number, types: number, config: PointerConfig): SpanHead {
  const vectors = pointerVectors(scope, inputs, types, config);
  return {
    width: (n) => n,
    column: (_first, last) => last,
    last: (_first, column) => column,
    forward(x, lengths) {
      const [batch, n] = x.shape;
      const [queries, keys] = vectors.forward(x); // [batch · types, n, size]
      const scores = tf.matMul(queries, keys, false, true).reshape([batch, types, n, n]) as tf.Tensor4D;
      return scores.add(bias(lengths, n));
    },
  };
}

/** 0 at candidate cells, `outside` elsewhere: [batch, 1, n, n]. */
function bias(lengths: readonly number[], n: number): tf.Tensor4D {
  const values = new Float32Array(lengths.length * n * n).fill(outside);
  lengths.forEach((length, index) => {
    for (let first = 1; first < length - 1; first++) {
      const row = (index * n + first) * n;
      values.fill(0, row + first, row + length - 1);
    }
  });
  return tf.tensor4d(values, [lengths.length, 1, n, n]);
}
