import * as tf from '@tensorflow/tfjs';
import { differentiable, type Forward, hasKernel, runFused } from './differentiable';
import { operand } from './precision';

/**
 * y = x Wᵀ + b, with the weight laid out as PyTorch and safetensors files do.
 *
 * @param x float32 [..., in]
 * @param weight [out, in]
 * @param bias [out], or none
 * @returns [..., out]
 */
export function linear(x: tf.Tensor, weight: tf.Tensor, bias?: tf.Tensor): tf.Tensor {
  const [outputs, features] = weight.shape;
  if (weight.rank !== 2 || x.shape[x.rank - 1] !== features || (bias && (bias.rank !== 1 || bias.shape[0] !== outputs))) {
    throw new Error(`linear: x [${x.shape}], weight [${weight.shape}]${bias ? `, bias [${bias.shape}]` : ''} do not fit [..., in], [out, in], [out]`);
  }
  return differentiable(
    bias ? [x, weight, bias] : [x, weight],
    () => linearForward(x, weight, bias),
    (dy, saved) => linearBackward(dy, saved, bias !== undefined),
  );
}

/** `linear` without its gradient, which `linearBackward` is. */
export function linearForward(x: tf.Tensor, weight: tf.Tensor, bias?: tf.Tensor): Forward {
  const saved = [operand(x), operand(weight)];
  const y = hasKernel('FusedLinear') ? runFused<tf.Tensor>('FusedLinear', bias ? [...saved, bias] : saved) : composedLinear(x, weight, bias);
  return { y, saved };
}

/** The gradients of x, weight and, where there is one, bias. */
export function linearBackward(dy: tf.Tensor, [x, weight]: tf.Tensor[], withBias = true): tf.Tensor[] {
  if (hasKernel('FusedLinearGrad')) return runFused<tf.Tensor[]>('FusedLinearGrad', [dy, x, weight], { bias: withBias });
  const [outputs, features] = weight.shape;
  const rows = tf.reshape(dy, [-1, outputs]);
  const dx = tf.reshape(tf.matMul(rows, weight), x.shape);
  const dWeight = tf.matMul(rows, tf.reshape(x, [-1, features]), true, false);
  return withBias ? [dx, dWeight, tf.sum(rows, 0)] : [dx, dWeight];
}

/** The weight [out, in] and bias [out] of a dense layer. */
export interface Dense {
  weight: tf.Tensor;
  bias: tf.Tensor;
}

/** Several dense layers of one input: their outputs side by side, [..., the sum of their widths]. */
export function joinedLinearForward(x: tf.Tensor, layers: readonly Dense[]): Forward {
  const saved = [operand(x), ...layers.map(({ weight }) => operand(weight))];
  const y = hasKernel('FusedJoinedLinear')
    ? runFused<tf.Tensor>('FusedJoinedLinear', [saved[0], ...layers.flatMap(({ bias }, i) => [saved[i + 1], bias])])
    : tf.concat(layers.map(({ weight, bias }) => composedLinear(x, weight, bias)), x.rank - 1);
  return { y, saved };
}

/** The gradients of x, and of each layer's weight and bias, from that of each layer's output. */
export function joinedLinearBackward(dys: readonly tf.Tensor[], [x, ...weights]: tf.Tensor[]): tf.Tensor[] {
  if (hasKernel('FusedJoinedLinearGrad')) return runFused<tf.Tensor[]>('FusedJoinedLinearGrad', [...dys, x, ...weights]);
  const each = dys.map((dy, i) => linearBackward(dy, [x, weights[i]]));
  return [tf.addN(each.map(([dx]) => dx)), ...each.flatMap(([, dWeight, dBias]) => [dWeight, dBias])];
}

function composedLinear(x: tf.Tensor, weight: tf.Tensor, bias?: tf.Tensor): tf.Tensor {
  const [outputs, features] = weight.shape;
  const rows = tf.matMul(tf.reshape(x, [-1, features]), weight as tf.Tensor2D, false, true); // [rows, out]
  return tf.reshape(bias ? tf.add(rows, bias) : rows, [...x.shape.slice(0, -1), outputs]);
}
