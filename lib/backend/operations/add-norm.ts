import * as tf from '@tensorflow/tfjs';
import { differentiable, type Forward, hasKernel, inGradient, runFused } from './differentiable';
import { composedDropout as drop, type DropoutOptions } from './dropout';
import { normalise, normaliseBackward } from './layer-norm';

/** The dropout is that of h. */
export interface AddNormOptions extends DropoutOptions {
  epsilon: number;
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
    () => addNormForward(x, h, scale, shift, options),
    (dy, saved) => addNormBackward(dy, saved, options),
  );
}

/** `addNorm` without its gradient, which `addNormBackward` is. */
export function addNormForward(x: tf.Tensor, h: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor, options: AddNormOptions): Forward {
  const { epsilon, dropoutRate = 0, seed = 0 } = options;
  if (hasKernel('FusedAddNorm')) {
    const [y, ...normalised] = runFused<tf.Tensor[]>('FusedAddNorm', [x, h, scale, shift], { dropoutRate, seed, epsilon, forGradient: inGradient() });
    return { y, saved: [...normalised, scale] };
  }
  return normalise(tf.add(x, drop(h, options)), scale, shift, epsilon);
}

/** The gradients of x, h, scale and shift. */
export function addNormBackward(dy: tf.Tensor, saved: tf.Tensor[], options: AddNormOptions): tf.Tensor[] {
  const { dropoutRate = 0, seed = 0 } = options;
  if (hasKernel('FusedAddNormGrad')) return runFused<tf.Tensor[]>('FusedAddNormGrad', [dy, ...saved], { dropoutRate, seed });
  const [dx, dScale, dShift] = normaliseBackward(dy, saved);
  return [dx, drop(dx, options), dScale, dShift];
}
