import * as tf from '@tensorflow/tfjs';
import { attention, linear } from '../backend/operations';
import { glorotUniform, type ParameterScope } from './parameters';

export interface CrossAttention {
  /** x [batch, n, hidden], other [batch, m, hidden], its mask [batch, m] (1 token, 0 padding) → [batch, n, hidden]. */
  forward(x: tf.Tensor3D, other: tf.Tensor3D, mask: tf.Tensor2D): tf.Tensor3D;
}

/**
 * What the second channel says to each token of the first (paper A, Eq. 10 without its residual): Attention(Q, K, V) with
 * Q = H'_org W_Q, K = H'_aug W_K, V = H'_aug W_V, in `heads` heads of d = hidden / heads, softmax(Q Kᵀ / √d) V each, side by side.
 *
 * The equation divides by √d_h; with 8 heads (section 4.3) that is each head's own width, as Vaswani et al. 2017 have it.
 * As printed there are no biases and no output projection.
 * Parameters: `query.weight`, `key.weight`, `value.weight` [hidden, hidden].
 */
export function crossAttention(scope: ParameterScope, hidden: number, heads: number): CrossAttention {
  if (hidden % heads !== 0) throw new Error(`cross attention: width ${hidden} is not a multiple of ${heads} heads`);
  const [query, key, value] = ['query', 'key', 'value'].map((name) => scope.weight(`${name}.weight`, [hidden, hidden], glorotUniform(hidden, hidden)));
  const split = (x: tf.Tensor3D, weight: tf.Tensor): tf.Tensor =>
    tf.transpose(linear(x, weight).reshape([x.shape[0], x.shape[1], heads, hidden / heads]), [0, 2, 1, 3]); // [batch, heads, tokens, d]
  return {
    forward: (x, other, mask) =>
      tf.tidy(() => {
        const mixed = attention(split(x, query), split(other, key), split(other, value), mask); // [batch, heads, n, d]
        return tf.transpose(mixed, [0, 2, 1, 3]).reshape<tf.Tensor3D>(x.shape);
      }),
  };
}
