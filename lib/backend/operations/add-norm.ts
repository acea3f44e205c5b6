import * as tf from '@tensorflow/tfjs';
import { differentiable, type Forward, hasKernel, runFused } from './differentiable';
import { dropoutMask } from './dropout';

export interface AddNormOptions {
  epsilon: number;
  /** Share of h's elements set to zero in training, and what chooses them, as in `dropout`. */
  dropoutRate?: number;
  seed?: number;
}

/**
 * The end of a post-norm Transformer block: LayerNorm(x + dropout(h)) over the last axis (Vaswani et al. 2017, sections 3.1
 * and 5.4). Neither the sum nor the mask is kept for the gradient: the normalised sum is, and the mask is drawn again.
 *
 * @param x float32 [..., features], the residual
 * @param h [..., features], the block's output
 * @param scale [features]
 * @param shift [features]
 */
export function addNorm(x: tf.Tensor, h: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor, options: AddNormOptions): tf.Tensor {
  const features = x.shape[x.rank - 1];
  if (!tf.util.arraysEqual(x.shape, h.shape) || ![scale, shift].every(({ shape }) => tf.util.arraysEqual(shape, [features]))) {
    throw new Error(`addNorm: x [${x.shape}], h [${h.shape}], scale [${scale.shape}], shift [${shift.shape}] do not fit [..., features] twice, [features] twice`);
  }
  return differentiable(
    [x, h, scale, shift],
    (save) => {
      const { y, saved } = addNormForward(x, h, scale, shift, options);
      save(saved);
      return y;
    },
    (dy, saved) => addNormBackward(dy, saved, options),
  );
}

/** `addNorm` without its gradient, which `addNormBackward` is. */
export function addNormForward(x: tf.Tensor, h: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor, options: AddNormOptions): Forward {
  const { epsilon, dropoutRate = 0, seed = 0 } = options;
  if (hasKernel('FusedAddNorm')) {
    const [y, normal, inverse] = runFused<tf.Tensor[]>('FusedAddNorm', [x, h, scale, shift], { dropoutRate, seed, epsilon });
    return { y, saved: [normal, inverse, scale] };
  }
  const sum = tf.add(x, drop(h, options));
  const { mean, variance } = tf.moments(sum, -1, true);
  const inverse = tf.rsqrt(tf.add(variance, epsilon)); // [..., 1]
  const normal = tf.mul(tf.sub(sum, mean), inverse);
  return { y: tf.add(tf.mul(normal, scale), shift), saved: [normal, inverse, scale] };
}

/** The gradients of x, h, scale and shift. */
export function addNormBackward(dy: tf.Tensor, saved: tf.Tensor[], options: AddNormOptions): tf.Tensor[] {
  const { dropoutRate = 0, seed = 0 } = options;
  if (hasKernel('FusedAddNormGrad')) return runFused<tf.Tensor[]>('FusedAddNormGrad', [dy, ...saved], { dropoutRate, seed });
  const [normal, inverse, scale] = saved;
  const dNormal = tf.mul(dy, scale);
  const alongOnes = tf.mean(dNormal, -1, true);
  const alongNormal = tf.mean(tf.mul(dNormal, normal), -1, true);
  const dx = tf.mul(tf.sub(tf.sub(dNormal, alongOnes), tf.mul(normal, alongNormal)), inverse);
  const rows = [-1, scale.shape[0]];
  return [dx, drop(dx, options), tf.sum(tf.reshape(tf.mul(dy, normal), rows), 0), tf.sum(tf.reshape(dy, rows), 0)];
}

const drop = (x: tf.Tensor, { dropoutRate = 0, seed = 0 }: AddNormOptions): tf.Tensor =>
  dropoutRate > 0 ? tf.mul(x, dropoutMask(x.shape, dropoutRate, seed)) : tf.clone(x);
