import * as tf from '@tensorflow/tfjs';
import { addNormBackward, addNormForward, type AddNormOptions } from './add-norm';
import { attentionBackward, attentionForward, type AttentionOptions } from './attention';
import { differentiable } from './differentiable';
import type { Dense, Norm } from './feed-forward-block';
import { linearBackward, linearForward } from './linear';

export interface AttentionWeights {
  query: Dense;
  key: Dense;
  value: Dense;
  output: Dense;
  norm: Norm;
}

export interface AttentionBlockOptions {
  heads: number;
  /** Of the attention probabilities. */
  attention: AttentionOptions;
  /** Of the block's end. */
  end: AddNormOptions;
  /** Rotates queries and keys [batch, heads, n, size] by their positions, or, for the gradient, back. */
  rotate?: (x: tf.Tensor, back: boolean) => tf.Tensor;
}

/**
 * The self-attention block of a Transformer layer as one operation (Vaswani et al. 2017, sections 3.2 and 5.4):
 * LayerNorm(x + dropout(W_o attention(W_q x, W_k x, W_v x) + b_o)), with biases throughout.
 *
 * @param x float32 [batch, n, hidden] → the same shape
 * @param mask float32 [batch, n]: 1 a token, 0 padding
 */
export function attentionBlock(x: tf.Tensor3D, mask: tf.Tensor2D, weights: AttentionWeights, options: AttentionBlockOptions): tf.Tensor3D {
  const { query, key, value, output, norm } = weights;
  const { heads, rotate } = options;
  const [batch, n, hidden] = x.shape;
  const split = (x: tf.Tensor): tf.Tensor => tf.transpose(tf.reshape(x, [batch, n, heads, hidden / heads]), [0, 2, 1, 3]); // [batch, heads, n, size]
  const merge = (x: tf.Tensor): tf.Tensor => tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [batch, n, hidden]);
  const rotated = (x: tf.Tensor, back = false): tf.Tensor => (rotate ? rotate(x, back) : x);
  const dense = [query, key, value, output].flatMap(({ weight, bias }) => [weight, bias]);
  return differentiable<tf.Tensor>(
    [x, ...dense, norm.scale, norm.shift],
    (save) => {
      const [q, k, v] = [query, key, value].map(({ weight, bias }) => linearForward(x, weight, bias));
      const mixed = attentionForward(rotated(split(q.y)), rotated(split(k.y)), split(v.y), mask, options.attention);
      const out = linearForward(merge(mixed.y), output.weight, output.bias);
      const end = addNormForward(x, out.y, norm.scale, norm.shift, options.end);
      save([...q.saved, k.saved[1], v.saved[1], ...out.saved, ...end.saved, ...mixed.saved]);
      return end.y;
    },
    (dy, saved) => {
      const [x, wq, wk, wv, merged, wo, normal, inverse, scale, ...mixed] = saved;
      const [dResidual, dOut, dScale, dShift] = addNormBackward(dy, [normal, inverse, scale], options.end);
      const [dMerged, dWo, dbo] = linearBackward(dOut, [merged, wo]);
      const [dq, dk, dv] = attentionBackward(split(dMerged), mixed, options.attention);
      const [dxQ, dWq, dbq] = linearBackward(merge(rotated(dq, true)), [x, wq]);
      const [dxK, dWk, dbk] = linearBackward(merge(rotated(dk, true)), [x, wk]);
      const [dxV, dWv, dbv] = linearBackward(merge(dv), [x, wv]);
      const dx = tf.addN([dResidual, dxQ, dxK, dxV]);
      return [dx, dWq, dbq, dWk, dbk, dWv, dbv, dWo, dbo, dScale, dShift];
    },
  ) as tf.Tensor3D;
}
