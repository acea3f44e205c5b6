import type * as tf from '@tensorflow/tfjs';
import type { ParameterScope } from './parameters';
import { type PointerConfig, pointerVectors } from './pointer-vectors';

/** A head that scores spans: cell (i, c) of `forward`'s last two axes is the span of tokens i … end(i, c). */
export interface SpanHead {
  /** x [batch, n, inputs], each window's length with [CLS] and [SEP] → scores [batch, types, n, width(n)]. */
  forward(x: tf.Tensor3D, lengths: readonly number[]): tf.Tensor4D;
  /** The multi-label loss of those scores; `positives` are indices into them, flattened. Scores need not be made for it. */
  loss(x: tf.Tensor3D, lengths: readonly number[], positives: Iterable<number>): tf.Scalar;
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
 * the lower triangle, [CLS], [SEP] and padding score −10⁴, so that they are never predicted and weigh exactly nothing in
 * the loss.
 * Parameters: as pointer-vectors.ts.
 */
export function globalPointer(scope: ParameterScope, inputs: number, types: number, config: PointerConfig): SpanHead {
  const vectors = pointerVectors(scope, inputs, types, config);
  return {
    width: (n) => n,
    column: (_first, last) => last,
    last: (_first, column) => column,
    forward: (x, lengths) => vectors.scores(x, lengths),
    loss: (x, lengths, positives) => vectors.loss(x, lengths, positives),
  };
}
