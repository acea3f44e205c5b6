import type * as tf from '@tensorflow/tfjs';
import { embedding } from '../backend/operations';
import { glorotUniform, type ParameterScope } from './parameters';

export interface CharacterEmbedding {
  /** ids int32 [batch, n] → [batch, n, dimension]. */
  forward(ids: tf.Tensor2D): tf.Tensor3D;
}

/**
 * A trained vector a character (Lample et al. 2016, section 4), what paper A's BiLSTM-CRF, CNN-CRF and CNN-BiLSTM-CRF rows read instead of a
 * pre-trained encoder: c_i = E[token i]. Context comes from what lies above alone.
 * ids int32 [batch, n] → [batch, n, dimension].
 * Parameters: `weight` [vocabulary, dimension], uniform within ±√(3 / dimension), as Lample et al. start theirs.
 */
export function characterEmbedding(scope: ParameterScope, vocabulary: number, dimension: number): CharacterEmbedding {
  // glorotUniform's limit √(6 / (in + out)) with both the dimension.
  const table = scope.weight('weight', [vocabulary, dimension], glorotUniform(dimension, dimension));
  return { forward: (ids) => embedding(table, ids) as tf.Tensor3D };
}
