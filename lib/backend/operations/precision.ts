import type * as tf from '@tensorflow/tfjs';
import { InputError } from '../../common';
import { hasKernel, runFused } from './differentiable';

/**
 * How the matrix products of `linear` and of the encoder's blocks are computed. `bfloat16`: operands and results in
 * bfloat16 (8 bits of significand, float32's range), sums in float32; activations stay in it from one product to the next,
 * normalisation and softmax compute in float32. Parameters, their gradients and losses are float32 in either.
 */
export type Precision = 'float32' | 'bfloat16';

let active: Precision = 'float32';

/** @throws InputError when the active backend does not compute in a precision */
export function checkPrecision(precision: Precision): void {
  if (precision === 'bfloat16' && !hasKernel('FusedBFloat16')) {
    throw new InputError('bfloat16 is computed on the torch backend only: set precision=float32, or run npm run setup');
  }
}

/** Runs `compute`, and later the gradients of what it computed, in a precision. */
export function withPrecision<T>(precision: Precision, compute: () => T): T {
  checkPrecision(precision);
  const outer = active;
  active = precision;
  try {
    return compute();
  } finally {
    active = outer;
  }
}

/** An operand of a matrix product, in the precision that holds. */
export function operand(x: tf.Tensor): tf.Tensor {
  return active === 'bfloat16' ? runFused<tf.Tensor>('FusedBFloat16', [x]) : x;
}
