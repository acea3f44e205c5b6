import * as tf from '@tensorflow/tfjs';
import { differentiable, hasKernel, runFused } from './differentiable';

/** The Gaussian error linear unit, exact: x Φ(x) = x/2 · (1 + erf(x/√2)) (Hendrycks and Gimpel 2016). */
export function gelu(x: tf.Tensor): tf.Tensor {
  return differentiable(
    [x],
    () => ({ y: geluForward(x), saved: [x] }),
    (dy, [x]) => [geluBackward(dy, x)],
  );
}

export function geluForward(x: tf.Tensor): tf.Tensor {
  return hasKernel('FusedGelu') ? runFused<tf.Tensor>('FusedGelu', [x]) : tf.mul(x, normalCdf(x));
}

export function geluBackward(dy: tf.Tensor, x: tf.Tensor): tf.Tensor {
  if (hasKernel('FusedGeluGrad')) return runFused<tf.Tensor>('FusedGeluGrad', [dy, x]);
  const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return tf.mul(dy, tf.add(normalCdf(x), tf.mul(x, density)));
}

const normalCdf = (x: tf.Tensor): tf.Tensor => tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
