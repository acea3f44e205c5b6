import * as tf from '@tensorflow/tfjs';
import { type Bert, bert, type ForwardContext, type Parameters, type SoftLexicon, softLexicon, wordFusion, type WordFusion } from '../layers';
import type { ModelConfig } from './config';
import type { Batch } from './types';

/** Word vectors as a model takes them: row r of `matrix` is [r · dimension, (r + 1) · dimension). */
export interface WordTable {
  dimension: number;
  matrix: Float32Array;
}

/** What every model begins with: the encoder, and beside its characters the word vectors and the lexicon where the model has them. */
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
  let lexicon: SoftLexicon | undefined;
  if (config.lexicon) {
    if (!wordVectors) throw new Error('the model has a lexicon, and no word vectors were given for its words');
    lexicon = softLexicon(parameters.scope('lexicon', 'head'), wordVectors, config.lexicon);
  }
  return {
    size: (fusion?.size ?? config.encoder.hidden) + (lexicon?.size ?? 0),
    forward(batch, context) {
      const characters = encoder.forward(batch.ids, batch.mask, context);
      const fused = fusion ? fusion.forward(characters, batch.words) : characters;
      if (!lexicon) return fused;
      if (!batch.lexicon) throw new Error('the model has a lexicon, and the examples were made without one');
      return tf.concat([fused, lexicon.forward(batch.lexicon.rows, batch.lexicon.weights)], 2);
    },
    dispose: () => {
      fusion?.dispose();
      lexicon?.dispose();
    },
  };
}
