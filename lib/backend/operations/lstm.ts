import * as tf from '@tensorflow/tfjs';
import { fromState, recurrent, type RecurrentWeights } from './recurrent';

/**
 * Long short-term memory over whole sequences (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000):
 *
 *   i = σ(W_i x + b_i + U_i h + c_i),  f = σ(W_f x + b_f + U_f h + c_f),
 *   g = tanh(W_g x + b_g + U_g h + c_g),  o = σ(W_o x + b_o + U_o h + c_o),
 *   s' = f ∘ s + i ∘ g,  h' = o ∘ tanh(s')  with the cell state s.
 *
 * The weights' blocks stand in the order i, f, g, o, as in PyTorch.
 *
 * @param x float32 [batch, n, in]
 * @param lengths int32 [batch], each in [0, n]: tokens of each sequence, the rest is padding
 * @param reverse whether each sequence is read from its last token to its first
 * @returns h after each token, at that token's place: [batch, n, hidden], 0 at padding
 */
export function lstm(x: tf.Tensor, lengths: tf.Tensor, weights: RecurrentWeights, reverse = false): tf.Tensor3D {
  return recurrent(cell, x, lengths, weights, reverse);
}

const cell = {
  name: 'lstm' as const,
  kernel: 'FusedLstm' as const,
  gradient: 'FusedLstmGrad' as const,
  gates: 4,
  states: 2,
  step(projected: tf.Tensor2D, [h, s]: tf.Tensor2D[], weights: RecurrentWeights): tf.Tensor2D[] {
    const [i, f, g, o] = tf.split(tf.add(projected, fromState(h, weights)), 4, 1);
    const next: tf.Tensor2D = tf.add(tf.mul(tf.sigmoid(f), s), tf.mul(tf.sigmoid(i), tf.tanh(g)));
    return [tf.mul(tf.sigmoid(o), tf.tanh(next)), next];
  },
};
