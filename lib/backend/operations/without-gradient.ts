import * as tf from '@tensorflow/tfjs';
import { differentiable } from './differentiable';

/** The value of `compute`, taken as a constant by gradients: nothing is kept for them, and none reach what it was computed from. */
export function withoutGradient<T extends tf.Tensor>(compute: () => T): T {
  // tfjs records nothing inside an operation with a gradient of its own; it wants an input, so it gets one of no consequence.
  return differentiable<T>([tf.scalar(0)], () => ({ y: compute(), saved: [] }), () => [tf.scalar(0)]);
}
