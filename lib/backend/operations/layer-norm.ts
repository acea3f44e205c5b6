import * as tf from '@tensorflow/tfjs';
import { differentiable, hasKernel, runFused } from './differentiable';

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
  if (hasKernel('FusedLayerNorm')) {
    return differentiable(
      [x, scale, shift],
      (save) => {
        const [y, ...normalised] = runFused<tf.Tensor[]>('FusedLayerNorm', [x, scale, shift], { epsilon });
        save([...normalised, scale]);
        return y;
      },
      (dy, saved) => runFused<tf.Tensor[]>('FusedLayerNormGrad', [dy, ...saved]),
    );
  }
  return differentiable(
    [x, scale, shift],
    (save) => {
      const { mean, variance } = tf.moments(x, -1, true);
      const inverseDeviation = tf.rsqrt(tf.add(variance, epsilon)); // [..., 1]
      const normal = tf.mul(tf.sub(x, mean), inverseDeviation);
      save([scale, normal, inverseDeviation]);
      return tf.add(tf.mul(normal, scale), shift);
    },
    (dy, [scale, normal, inverseDeviation]) => {
      const dNormal = tf.mul(dy, scale);
      const alongOnes = tf.mean(dNormal, -1, true);
      const alongNormal = tf.mean(tf.mul(dNormal, normal), -1, true);
      const dx = tf.mul(tf.sub(tf.sub(dNormal, alongOnes), tf.mul(normal, alongNormal)), inverseDeviation);
      const rows = [-1, scale.shape[0]];
      return [dx, tf.sum(tf.reshape(tf.mul(dy, normal), rows), 0), tf.sum(tf.reshape(dy, rows), 0)];
    },
  );
}
