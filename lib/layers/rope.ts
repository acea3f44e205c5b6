import type * as tf from '@tensorflow/tfjs';
import { rope as rotate } from '../backend/operations';

/** Which vectors are rotated by their positions. */
export interface RopeTables {
  positions: number;
  size: number;
}

export const ropeTables = (positions: number, size: number): RopeTables => ({ positions, size });

/**
 * Rotary position embedding (paper B, Eq. 7; Su et al. 2021) of vectors at positions 0 … positions − 1.
 *
 * x [..., positions, size] → the same shape. No parameters. Neighbouring dimensions form the pairs that are rotated, as in
 * the public GlobalPointer code; LLaMA-style code pairs i with i + size/2, which is the same model with its dimensions
 * renumbered.
 */
export function rope<T extends tf.Tensor>(x: T, { positions, size }: RopeTables): T {
  const shape = x.shape.slice(-2);
  if (shape[0] !== positions || shape[1] !== size) throw new Error(`rope: vectors [${x.shape}], not [..., ${positions}, ${size}]`);
  return rotate(x);
}
