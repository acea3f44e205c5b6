import type * as tf from '@tensorflow/tfjs';
import { dropout as drop, type DropoutOptions } from '../backend/operations';
import type { ForwardContext } from './parameters';

export interface Dropout {
  forward<T extends tf.Tensor>(x: T, context: ForwardContext): T;
}

/** A dropout inside a larger operation: its rate, and a seed drawn for it; none outside training. */
export function dropoutOptions(rate: number, context: ForwardContext): DropoutOptions {
  return context.training && rate > 0 ? { dropoutRate: rate, seed: context.nextSeed() } : {};
}

/** In training, zeroes each element with probability `rate` and divides the rest by 1 − rate; otherwise the identity. */
export function dropout(rate: number): Dropout {
  return {
    forward: <T extends tf.Tensor>(x: T, context: ForwardContext): T =>
      context.training && rate > 0 ? (drop(x, rate, context.nextSeed()) as T) : x,
  };
}
