import type * as tf from '@tensorflow/tfjs';
import { type Bert, bert, type ForwardContext, type Parameters, wordFusion, type WordFusion } from '../layers';
import type { ModelConfig } from './config';
import type { Batch } from './types';

/** Word vectors as a model takes them: row r of `matrix` is [r · dimension, (r + 1) · dimension). */
export interface WordTable {
  dimension: number;
  matrix: Float32Array;
}

/** What every model begins with: the encoder, and the word vectors where the model has them. */
export interface Encoding {
  /** Width of a token's vector. */
  readonly size: number;
  /** → [batch, n, size]. */
  forward(batch: Batch, context: ForwardContext): tf.Tensor3D;
  dispose(): void;
}

export function encoding(
  parameters: Parameters,
  config: ModelConfig,
  vocabulary: number,
  wordVectors: WordTable | undefined,
): Encoding {
  const encoder: Bert = bert(parameters.scope('bert', 'encoder'), { ...config.encoder, vocabulary });
  let fusion: WordFusion | undefined;
  if (config.words) {
    if (!wordVectors) throw new Error('the model fuses word vectors, and none were given');
    fusion = wordFusion(parameters.scope('words', 'head'), config.encoder.hidden, wordVectors, config.words);
  }
  return {
    size: fusion?.size ?? config.encoder.hidden,
    forward(batch, context) {
      const characters = encoder.forward(batch.ids, batch.mask, context);
      return fusion ? fusion.forward(characters, batch.words) : characters;
    },
    dispose: () => fusion?.dispose(),
  };
}
