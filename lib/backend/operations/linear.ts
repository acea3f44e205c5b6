import * as tf from '@tensorflow/tfjs';
import { differentiable, hasKernel, runFused } from './differentiable';

/**
 * y = x Wᵀ + b, with the weight laid out as PyTorch and safetensors files do.
 *
 * @param x float32 [..., in]
 * @param weight [out, in]
 * @param bias [out], or none
 * @returns [..., out]
 */
export function linear(x: tf.Tensor, weight: tf.Tensor, bias?: tf.Tensor): tf.Tensor {
  const inputs = bias ? [x, weight, bias] : [x, weight];
  const [outputs, features] = weight.shape;
  if (weight.rank !== 2 || x.shape[x.rank - 1] !== features || (bias && (bias.rank !== 1 || bias.shape[0] !== outputs))) {
    throw new Error(`linear: x [${x.shape}], weight [${weight.shape}]${bias ? `, bias [${bias.shape}]` : ''} do not fit [..., in], [out, in], [out]`);
  }
  return differentiable(
    inputs,
    (save) => {
      save([x, weight]);
      return hasKernel('FusedLinear') ? runFused<tf.Tensor>('FusedLinear', inputs) : composedLinear(x, weight, bias);
    },
    (dy, [x, weight]) =>
      hasKernel('FusedLinearGrad')
        ? runFused<tf.Tensor[]>('FusedLinearGrad', [dy, x, weight], { bias: bias !== undefined })
        : composedLinearGrad(dy, x, weight, bias !== undefined),
  );
}

function composedLinear(x: tf.Tensor, weight: tf.Tensor, bias?: tf.Tensor): tf.Tensor {
  const [outputs, features] = weight.shape;
  const rows = tf.matMul(tf.reshape(x, [-1, features]), weight as tf.Tensor2D, false, true); // [rows, out]
  return tf.reshape(bias ? tf.add(rows, bias) : rows, [...x.shape.slice(0, -1), outputs]);
}

function composedLinearGrad(dy: tf.Tensor, x: tf.Tensor, weight: tf.Tensor, withBias: boolean): tf.Tensor[] {
  const [outputs, features] = weight.shape;
  const dRows = tf.reshape(dy, [-1, outputs]) as tf.Tensor2D;
  const dx = tf.reshape(tf.matMul(dRows, weight as tf.Tensor2D), x.shape);
  const dWeight = tf.matMul(dRows, tf.reshape(x, [-1, features]) as tf.Tensor2D, true, false); // [out, in]
  return withBias ? [dx, dWeight, tf.sum(dRows, 0)] : [dx, dWeight];
}
