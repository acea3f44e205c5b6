import * as tf from '@tensorflow/tfjs';
import { addNormBackward, addNormForward, type AddNormOptions } from './add-norm';
import { attentionBackward, attentionForward } from './attention';
import { differentiable } from './differentiable';
import type { DropoutOptions } from './dropout';
import type { Norm } from './feed-forward-block';
import { type Dense, joinedLinearBackward, joinedLinearForward, linearBackward, linearForward } from './linear';
import { rotate } from './rope';

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
  attention: DropoutOptions;
  /** Of the block's end. */
  end: AddNormOptions;
  /** Whether queries and keys are rotated by their positions. */
  rope: boolean;
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
  const { heads } = options;
  const [batch, n, hidden] = x.shape;
  const split = (x: tf.Tensor): tf.Tensor => tf.transpose(tf.reshape(x, [batch, n, heads, hidden / heads]), [0, 2, 1, 3]); // [batch, heads, n, size]
  const merge = (x: tf.Tensor): tf.Tensor => tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [batch, n, hidden]);
  const rotated = (x: tf.Tensor, back = false): tf.Tensor => (options.rope ? rotate(x, back) : x);
  const dense = [query, key, value, output].flatMap(({ weight, bias }) => [weight, bias]);
  return differentiable<tf.Tensor>(
    [x, ...dense, norm.scale, norm.shift],
    () => {
      const joined = joinedLinearForward(x, [query, key, value]);
      const [q, k, v] = [0, 1, 2].map((part) => split(tf.slice(joined.y, [0, 0, part * hidden], [batch, n, hidden])));
      const mixed = attentionForward(rotated(q), rotated(k), v, mask, options.attention);
      const out = linearForward(merge(mixed.y), output.weight, output.bias);
      const end = addNormForward(x, out.y, norm.scale, norm.shift, options.end);
      return { y: end.y, saved: [...joined.saved, ...out.saved, ...end.saved, ...mixed.saved] };
    },
    (dy, saved) => {
      const [x, wq, wk, wv, merged, wo, normal, inverse, scale, ...mixed] = saved;
      const [dResidual, dOut, dScale, dShift] = addNormBackward(dy, [normal, inverse, scale], options.end);
      const [dMerged, dWo, dbo] = linearBackward(dOut, [merged, wo]);
      const [dq, dk, dv] = attentionBackward(split(dMerged), mixed, options.attention);
      const [dx, ...dDense] = joinedLinearBackward([rotated(dq, true), rotated(dk, true), dv].map(merge), [x, wq, wk, wv]);
      return [tf.add(dx, dResidual), ...dDense, dWo, dbo, dScale, dShift];
    },
  ) as tf.Tensor3D;
}
