import * as tf from '@tensorflow/tfjs';
import { InputError } from '../common';
import type { Tokenizer } from '../text';
import type { MaskedLanguageModel } from './masked-language-model';

export interface Guess {
  token: string;
  probability: number;
}

/**
 * The likeliest tokens at each [MASK] of a text, best first.
 * @throws InputError where there is none, or the text is longer than the encoder's positions
 */
export async function guessHidden(model: MaskedLanguageModel, tokenizer: Tokenizer, text: string, count = 5): Promise<Guess[][]> {
  const { vocabulary } = tokenizer;
  const ids = Int32Array.from([vocabulary.cls, ...tokenizer.encode(text).map(({ id }) => id), vocabulary.sep]);
  const positions = Int32Array.from([...ids.keys()].filter((at) => ids[at] === vocabulary.mask));
  if (positions.length === 0) throw new InputError(`${JSON.stringify(text)} has no [MASK]: write one for each hidden character`);
  if (ids.length > model.config.maxPositions) throw new InputError(`the text has ${ids.length} tokens, the encoder ${model.config.maxPositions} positions: shorten it`);
  const { values, indices } = tf.tidy(() =>
    tf.topk(tf.softmax(model.logits({ inputs: ids, positions, labels: positions }, new Float32Array(ids.length).fill(1), ids.length)), count));
  try {
    const [probabilities, best] = await Promise.all([values.data<'float32'>(), indices.data<'int32'>()]);
    return Array.from(positions, (_, row) => Array.from({ length: count }, (_, rank) => {
      const at = row * count + rank;
      return { token: vocabulary.tokens[best[at]], probability: probabilities[at] };
    }));
  } finally {
    tf.dispose([values, indices]);
  }
}
