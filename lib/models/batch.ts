import * as tf from '@tensorflow/tfjs';
import { disposeChannels, packChannels } from './channel-batch';
import { packWords, type TokenWords } from './token-words';
import type { Batch, Example } from './types';

/**
 * Examples padded to the longest, or to `length` tokens. Padding has token id 0 and word row 0, [PAD] in every published vocabulary; its value
 * never matters, as the mask keeps it out of attention, of the candidates and of the loss. Free it with `disposeBatch`.
 */
export function collate(examples: readonly Example[], length = Math.max(...examples.map(({ ids }) => ids.length))): Batch {
  const shape: [number, number] = [examples.length, length];
  const ids = new Int32Array(examples.length * length);
  const words = new Int32Array(examples.length * length);
  const mask = new Float32Array(examples.length * length);
  examples.forEach((example, row) => {
    ids.set(example.ids, row * length);
    words.set(example.words, row * length);
    mask.fill(1, row * length, row * length + example.ids.length);
  });
  // Not tracked by a surrounding tidy: the batch lives until disposeBatch.
  const keep = <T extends tf.Tensor>(tensor: T): T => tf.keep(tensor);
  const withWords = examples.flatMap(({ lexicon }) => (lexicon ? [lexicon] : []));
  if (withWords.length % examples.length !== 0) throw new Error(`${withWords.length} of ${examples.length} examples have lexicon words`);
  const withChannels = examples.flatMap(({ channels }) => (channels ? [channels] : []));
  if (withChannels.length % examples.length !== 0) throw new Error(`${withChannels.length} of ${examples.length} examples have features`);
  return {
    examples: [...examples],
    length,
    ...(withChannels.length > 0 && { channels: packChannels(withChannels, length) }),
    ...(withWords.length > 0 && { lexicon: lexiconTensors(withWords, length) }),
    ids: keep(tf.tensor2d(ids, shape, 'int32')),
    words: keep(tf.tensor2d(words, shape, 'int32')),
    mask: keep(tf.tensor2d(mask, shape)),
  };
}

function lexiconTensors(examples: readonly TokenWords[], length: number): Batch['lexicon'] {
  const { shape, rows, weights } = packWords(examples, length);
  return { rows: tf.keep(tf.tensor4d(rows, shape, 'int32')), weights: tf.keep(tf.tensor4d(weights, shape)) };
}

export function disposeBatch({ ids, words, mask, lexicon, channels }: Batch): void {
  tf.dispose([ids, words, mask]);
  if (channels) disposeChannels(channels);
  if (lexicon) tf.dispose([lexicon.rows, lexicon.weights]);
}
