import * as tf from '@tensorflow/tfjs';
import { fromState, recurrent, type RecurrentWeights } from './recurrent';

/**
 * A gated recurrent unit over whole sequences (Cho et al. 2014; the reset gate acts after the product, as in PyTorch and
 * cuDNN):
 *
 *   r = σ(W_r x + b_r + U_r h + c_r),  z = σ(W_z x + b_z + U_z h + c_z),
 *   n = tanh(W_n x + b_n + r ∘ (U_n h + c_n)),  h' = (1 − z) ∘ n + z ∘ h.
 *
 * The weights' blocks stand in the order r, z, n.
 *
 * @param x float32 [batch, n, in]
 * @param lengths int32 [batch], each in [0, n]: tokens of each sequence, the rest is padding
 * @param reverse whether each sequence is read from its last token to its first
 * @returns h after each token, at that token's place: [batch, n, hidden], 0 at padding
 */
export function gru(x: tf.Tensor, lengths: tf.Tensor, weights: RecurrentWeights, reverse = false): tf.Tensor3D {
  return recurrent(cell, x, lengths, weights, reverse);
}

const cell = {
  name: 'gru' as const,
  kernel: 'FusedGru' as const,
  gradient: 'FusedGruGrad' as const,
  gates: 3,
  states: 1,
  step(projected: tf.Tensor2D, [h]: tf.Tensor2D[], weights: RecurrentWeights): tf.Tensor2D[] {
    const [rInput, zInput, nInput] = tf.split(projected, 3, 1);
    const [rState, zState, nState] = tf.split(fromState(h, weights), 3, 1);
    const r = tf.sigmoid(tf.add(rInput, rState));
    const z = tf.sigmoid(tf.add(zInput, zState));
    const n = tf.tanh(tf.add(nInput, tf.mul(r, nState)));
    return [tf.add(n, tf.mul(z, tf.sub(h, n)))];
  },
};
