import * as tf from '@tensorflow/tfjs';
import { type Bert, bert, type ForwardContext, type Parameters, type SoftLexicon, softLexicon, wordFusion, type WordFusion } from '../layers';
import { channelEncoding } from './channel-encoding';
import { characterEncoding } from './character-encoding';
import type { ModelConfig } from './config';
import type { Batch } from './types';

/** Word vectors as a model takes them: row r of `matrix` is [r · dimension, (r + 1) · dimension). */
export interface WordTable {
  dimension: number;
  matrix: Float32Array;
}

/** What every model begins with: the encoder, and beside its characters the word vectors, the lexicon or the channels where the model has them; or characters alone. */
export interface Encoding {
  /** Width of a token's vector. */
  readonly size: number;
  /** → [batch, n, size]. */
  forward(batch: Batch, context: ForwardContext): tf.Tensor3D;
  dispose(): void;
}

/** Names of an encoder that T' and the items have for themselves begin with it. */
export const secondEncoderPrefix = 'second.';

export function encoding(
  parameters: Parameters,
  config: ModelConfig,
  vocabulary: number,
  wordVectors: WordTable | undefined,
): Encoding {
  if (config.characters) return characterEncoding(parameters.scope('characters', 'head'), config.characters, vocabulary);
  const encoder: Bert = bert(parameters.scope('bert', 'encoder'), { ...config.encoder, vocabulary });
  if (config.channels) {
    const second = config.channels.encoders === 'separate' ? bert(parameters.scope(secondEncoderPrefix + 'bert', 'encoder'), { ...config.encoder, vocabulary }) : encoder;
    return channelEncoding(parameters.scope('channels', 'head'), { original: encoder, second }, config.encoder, config.channels);
  }
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
