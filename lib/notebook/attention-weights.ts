import * as tf from '@tensorflow/tfjs';
import { linear } from '../backend/operations';

/** Of a cross attention: `query.weight` and `key.weight`, [hidden, hidden]. */
export interface AttentionProjections {
  query: tf.Tensor;
  key: tf.Tensor;
  heads: number;
}

/**
 * What the fused operation does not give out: softmax(Q Kᵀ / √d) of each head (paper A, Eq. 10), with Q = x W_Q, K = y W_K and d = hidden / heads.
 * x [1, n, hidden], y [1, m, hidden] without padding → [heads, n, m], each row adding up to 1.
 */
export function attentionWeights(x: tf.Tensor3D, y: tf.Tensor3D, { query, key, heads }: AttentionProjections): tf.Tensor3D {
  return tf.tidy(() => {
    const hidden = x.shape[2];
    const split = (tokens: tf.Tensor3D, weight: tf.Tensor): tf.Tensor3D =>
      tf.transpose(linear(tokens, weight).reshape<tf.Tensor3D>([tokens.shape[1], heads, hidden / heads]), [1, 0, 2]); // [heads, tokens, d]
    const scores = tf.matMul(split(x, query), split(y, key), false, true); // [heads, n, m]
    return tf.softmax(tf.mul<tf.Tensor3D>(scores, 1 / Math.sqrt(hidden / heads)));
  });
}
