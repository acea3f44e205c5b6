import * as tf from '@tensorflow/tfjs';
import { differentiable, type Forward, hasKernel, inGradient, runFused } from './differentiable';

/**
 * Layer normalisation over the last dimension (Ba, Kiros and Hinton 2016): (x − mean) / √(variance + ε) · scale + shift.
 *
 * @param x float32 [..., features]
 * @param scale [features]
 * @param shift [features]
 */
export function layerNorm(x: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor, epsilon = 1e-12): tf.Tensor {
  const features = x.shape[x.rank - 1];
  if (scale.rank !== 1 || shift.rank !== 1 || scale.shape[0] !== features || shift.shape[0] !== features) {
    throw new Error(`layerNorm: x [${x.shape}] wants scale and shift of [${features}], got [${scale.shape}] and [${shift.shape}]`);
  }
  return differentiable(
    [x, scale, shift],
    () => {
      if (!hasKernel('FusedLayerNorm')) return normalise(x, scale, shift, epsilon);
      const [y, ...normalised] = runFused<tf.Tensor[]>('FusedLayerNorm', [x, scale, shift], { epsilon, forGradient: inGradient() });
      return { y, saved: [...normalised, scale] };
    },
    (dy, saved) => (hasKernel('FusedLayerNormGrad') ? runFused<tf.Tensor[]>('FusedLayerNormGrad', [dy, ...saved]) : normaliseBackward(dy, saved)),
  );
}

/** Layer normalisation composed of tfjs's kernels; saves the normalised x, 1 / √(variance + ε) [..., 1] and the scale. */
export function normalise(x: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor, epsilon: number): Forward {
  const { mean, variance } = tf.moments(x, -1, true);
  const inverse = tf.rsqrt(tf.add(variance, epsilon)); // [..., 1]
  const normal = tf.mul(tf.sub(x, mean), inverse);
  return { y: tf.add(tf.mul(normal, scale), shift), saved: [normal, inverse, scale] };
}

/** The gradients of x, scale and shift. */
export function normaliseBackward(dy: tf.Tensor, [normal, inverse, scale]: tf.Tensor[]): tf.Tensor[] {
  const dNormal = tf.mul(dy, scale);
  const alongOnes = tf.mean(dNormal, -1, true);
  const alongNormal = tf.mean(tf.mul(dNormal, normal), -1, true);
  const dx = tf.mul(tf.sub(tf.sub(dNormal, alongOnes), tf.mul(normal, alongNormal)), inverse);
  const rows = [-1, scale.shape[0]];
  return [dx, tf.sum(tf.reshape(tf.mul(dy, normal), rows), 0), tf.sum(tf.reshape(dy, rows), 0)];
}
