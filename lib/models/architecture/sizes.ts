import type { EncoderConfig } from '../config';

/** Trainable numbers of layers, by the shapes that their doc comments in lib/layers state. */

/** W [outputs, inputs] and b. */
export const dense = (inputs: number, outputs: number): number => inputs * outputs + outputs;

/** Both directions of a GRU (3 gates) or an LSTM (4): W_ih, W_hh and two biases each. */
export const recurrent = (gates: 3 | 4, inputs: number, hidden: number): number => 2 * gates * hidden * (inputs + hidden + 2);

/** Kernels of the sizes given, `channels` of each, with biases. */
export const convolutions = (sizes: readonly number[], inputs: number, channels: number): number =>
  sizes.reduce((sum, size) => sum + channels * inputs * size + channels, 0);

/** Transitions, start and end. */
export const chain = (labels: number): number => labels * labels + 2 * labels;

/** Scale and shift. */
const layerNorm = (size: number): number => 2 * size;

/** BERT's embeddings and layers; rotary positions have no table. */
export function encoderSize({ layers, hidden, feedForward, maxPositions, typeVocabulary, positions }: EncoderConfig, vocabulary: number): number {
  const rows = vocabulary + typeVocabulary + (positions === 'absolute' ? maxPositions : 0);
  const attention = 4 * dense(hidden, hidden) + layerNorm(hidden);
  const inner = dense(hidden, feedForward) + dense(feedForward, hidden) + layerNorm(hidden);
  return rows * hidden + layerNorm(hidden) + layers * (attention + inner);
}
