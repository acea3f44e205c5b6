import type * as tf from '@tensorflow/tfjs';
import { embedding } from '../backend/operations';
import type { BertConfig } from './bert';
import { dropout } from './dropout';
import { layerNorm } from './layer-norm';
import { type ForwardContext, type ParameterScope, truncatedNormal } from './parameters';

export interface BertEmbeddings {
  forward(ids: tf.Tensor2D, context: ForwardContext): tf.Tensor3D;
}

/**
 * BERT's input (paper B, Fig. 4): the sum of token, position and segment vectors, normalised, then dropout.
 * ids int32 [batch, n] → [batch, n, hidden].
 *
 * Parameters: `word_embeddings.weight` [vocabulary, hidden], `position_embeddings.weight` [maxPositions, hidden] (only
 * with absolute positions), `token_type_embeddings.weight` [typeVocabulary, hidden], `LayerNorm.weight|bias` [hidden].
 *
 * Every token is of segment 0: the input is one passage, for which the paper calls segments unnecessary; published
 * weights were trained with segment 0's vector added, so it stays.
 */
export function bertEmbeddings(scope: ParameterScope, config: BertConfig): BertEmbeddings {
  const { hidden } = config;
  const table = (name: string, rows: number) => scope.weight(`${name}.weight`, [rows, hidden], truncatedNormal());
  const words = table('word_embeddings', config.vocabulary);
  const positions = config.positions === 'absolute' ? table('position_embeddings', config.maxPositions) : undefined;
  const segments = table('token_type_embeddings', config.typeVocabulary);
  const normalize = layerNorm(scope.scope('LayerNorm'), hidden, config.layerNormEpsilon);
  const drop = dropout(config.dropout);
  return {
    forward(ids, context) {
      const length = ids.shape[1];
      if (positions && length > config.maxPositions) {
        throw new Error(`${length} tokens, but the encoder has ${config.maxPositions} positions: window the text first`);
      }
      let shared: tf.Tensor = segments.slice([0, 0], [1, hidden]); // [1, hidden]
      if (positions) shared = shared.add(positions.slice([0, 0], [length, hidden])); // [n, hidden]
      const sum = embedding(words, ids).add(shared); // [batch, n, hidden]
      return drop.forward(normalize.forward(sum), context) as tf.Tensor3D;
    },
  };
}
