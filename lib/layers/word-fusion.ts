import * as tf from '@tensorflow/tfjs';
import { embedding } from '../backend/operations';
import { linear } from './linear';
import { constant, glorotUniform, type ParameterScope } from './parameters';

export interface WordFusionConfig {
  /** How the character's and the word's vectors are joined (paper B, section 3.2.3: `concat`). */
  fusion: 'concat' | 'add' | 'gated';
  /** Whether training moves the word vectors. */
  trainable: boolean;
}

export interface WordFusion {
  /** Width of what `forward` returns. */
  readonly size: number;
  forward(characters: tf.Tensor3D, words: tf.Tensor2D): tf.Tensor3D;
  dispose(): void;
}

/**
 * Character-word fusion (paper B, Eq. 2-3): w_i = Word2Vec(y_i), the vector of the word that token i belongs to, repeated
 * for each of its characters, joined with the encoder's c_i:
 * `concat` h_i = [c_i; w_i] (the paper's choice, the default); `add` h_i = c_i + W w_i + b;
 * `gated` g_i = σ(W_g [c_i; w_i] + b_g), h_i = g_i ∘ c_i + (1 − g_i) ∘ (W w_i + b).
 *
 * characters [batch, n, hidden], words int32 [batch, n] (rows of the table) → [batch, n, size], size = hidden + dimension
 * for `concat`, hidden otherwise.
 * Parameters: `embedding.weight` [rows, dimension] when trainable; `projection.weight` [hidden, dimension] and `.bias` for
 * `add` and `gated` (the widths differ: the paper names addition without saying how); `gate.weight`
 * [hidden, hidden + dimension] and `.bias` for `gated`. A frozen table is no parameter: it belongs to the run's word vectors.
 */
export function wordFusion(
  scope: ParameterScope,
  hidden: number,
  vectors: { matrix: Float32Array; dimension: number },
  config: WordFusionConfig,
): WordFusion {
  const { dimension } = vectors;
  const shape: [number, number] = [vectors.matrix.length / dimension, dimension];
  const frozen = config.trainable ? undefined : tf.tidy(() => tf.keep(tf.tensor2d(vectors.matrix, shape)));
  const table = frozen ?? scope.weight('embedding.weight', shape, constant(vectors.matrix));
  const dense = (name: string, inputs: number) =>
    linear(scope.scope(name), inputs, hidden, glorotUniform(inputs, hidden));
  const projection = config.fusion === 'concat' ? undefined : dense('projection', dimension);
  const gate = config.fusion === 'gated' ? dense('gate', hidden + dimension) : undefined;

  return {
    size: projection ? hidden : hidden + dimension,
    forward(characters, words) {
      const vector = embedding(table, words); // [batch, n, dimension]
      if (!projection) return tf.concat([characters, vector], 2) as tf.Tensor3D;
      const projected = projection.forward(vector); // [batch, n, hidden]
      if (!gate) return characters.add(projected);
      const open = gate.forward(tf.concat([characters, vector], 2)).sigmoid(); // [batch, n, hidden]
      return projected.add(open.mul(characters.sub(projected)));
    },
    dispose() {
      frozen?.dispose();
    },
  };
}
