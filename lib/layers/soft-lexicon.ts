import * as tf from '@tensorflow/tfjs';
import { embedding } from '../backend/operations';
import { constant, type ParameterScope } from './parameters';

export interface SoftLexicon {
  /** Width of what `forward` returns: 4 · dimension. */
  readonly size: number;
  /** rows int32, weights float32 [batch, n, 4, width] → [batch, n, 4 · dimension]. */
  forward(rows: tf.Tensor4D, weights: tf.Tensor4D): tf.Tensor3D;
  dispose(): void;
}

/**
 * SoftLexicon (Ma et al. 2020, section 3.2; the RoBERTa-GP-SoftLexicon row of paper B's Tables 3 and 4): the words of a lexicon that
 * begin at a token, hold it inside, end at it and are it alone (B, M, E, S) become four vectors, each the weighted sum of
 * its words',
 *
 *   v(S) = 4 / Z · Σ_{w ∈ S} z(w) e(w),  Z = Σ_{w ∈ B ∪ M ∪ E ∪ S} z(w),
 *
 * which stand side by side: [v(B); v(M); v(E); v(S)]. `rows` are the words' rows in the table of vectors and `weights` their
 * 4 z(w) / Z (token-words.ts makes both); a weight of 0 is padding. The vector of an empty set is 0, as the sum says; the
 * public code has a learnt one there, and counts it in Z.
 * Parameters: `embedding.weight` [rows, dimension] when trainable. A frozen table is no parameter.
 */
export function softLexicon(
  scope: ParameterScope,
  vectors: { matrix: Float32Array; dimension: number },
  { trainable }: { trainable: boolean },
): SoftLexicon {
  const { dimension } = vectors;
  const shape: [number, number] = [vectors.matrix.length / dimension, dimension];
  const frozen = trainable ? undefined : tf.tidy(() => tf.keep(tf.tensor2d(vectors.matrix, shape)));
  const table = frozen ?? scope.weight('embedding.weight', shape, constant(vectors.matrix));
  return {
    size: 4 * dimension,
    forward(rows, weights) {
      const [batch, n] = rows.shape;
      const words = embedding(table, rows); // [batch, n, 4, width, dimension]
      return words.mul(weights.expandDims(4)).sum(3).reshape([batch, n, 4 * dimension]);
    },
    dispose: () => frozen?.dispose(),
  };
}
