import * as tf from '@tensorflow/tfjs';
import { differentiable, hasKernel, runFused } from './differentiable';

/**
 * Zeroes each element with probability `rate` and scales the rest by 1 / (1 − rate).
 *
 * Which elements survive depends on `seed` and the element's index alone, so the gradient draws the mask again instead of
 * storing it. The CPU backends agree on it to the bit; a GPU draws its own, equal for equal seeds there.
 */
export function dropout(x: tf.Tensor, rate: number, seed: number): tf.Tensor {
  if (!(rate >= 0 && rate < 1)) throw new Error(`dropout: rate must be in [0, 1), got ${rate}`);
  if (rate === 0) return tf.clone(x);
  const apply = (tensor: tf.Tensor): tf.Tensor =>
    hasKernel('FusedDropout') ? runFused<tf.Tensor>('FusedDropout', [tensor], { rate, seed }) : composedDropout(tensor, { dropoutRate: rate, seed });
  return differentiable([x], () => ({ y: apply(x), saved: [] }), (dy) => [apply(dy)]);
}

/** A dropout inside a larger operation. */
export interface DropoutOptions {
  /** Share of the elements set to zero in training; 0 by default. */
  dropoutRate?: number;
  /** Chooses them, as in `dropout`. */
  seed?: number;
}

/** The value of such a dropout, and of its gradient, composed of tfjs's kernels. */
export function composedDropout(x: tf.Tensor, { dropoutRate = 0, seed = 0 }: DropoutOptions): tf.Tensor {
  return dropoutRate > 0 ? tf.mul(x, dropoutMask(x.shape, dropoutRate, seed)) : tf.clone(x);
}

/** The factors 0 or 1 / (1 − rate) of `dropout`, in element order. */
function dropoutMask(shape: readonly number[], rate: number, seed: number): tf.Tensor {
  const factors = new Float32Array(tf.util.sizeFromShape([...shape]));
  const kept = 1 / (1 - rate);
  const threshold = Math.round(rate * 2 ** 32);
  const key = mix((seed >>> 0) ^ 0x9e3779b9);
  const second = mix(key ^ Math.floor(seed / 2 ** 32));
  for (let i = 0; i < factors.length; i++) {
    let h = (i ^ key) >>> 0;
    h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
    h = (h + second) | 0;
    h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
    h = (h ^ (h >>> 16)) >>> 0;
    factors[i] = h < threshold ? 0 : kept;
  }
  return tf.tensor(factors, [...shape]);
}

/** The finaliser `lowbias32` (C. Wellons): every input bit changes every output bit with probability near one half. */
function mix(value: number): number {
  let h = value >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return (h ^ (h >>> 16)) >>> 0;
}
