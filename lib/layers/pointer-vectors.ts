import type * as tf from '@tensorflow/tfjs';
import { pointerLoss, type PointerOptions, pointerScores } from '../backend/operations';
import { linear } from './linear';
import { glorotUniform, type ParameterScope } from './parameters';

export interface PointerConfig {
  /** Width of each query and key. */
  size: number;
  /** Whether scores are divided by √size. */
  scale: boolean;
  /** Whether queries and keys are rotated by their positions. */
  rope: boolean;
}

export interface PointerVectors {
  /** x [batch, n, inputs], each window's length → scores, of spans of up to k tokens if given, as `pointerScores` has them. */
  scores(x: tf.Tensor3D, lengths: readonly number[], k?: number): tf.Tensor4D;
  /** Their multi-label loss (paper B, Eq. 9) with the given positive cells, as indices into the flattened scores. */
  loss(x: tf.Tensor3D, lengths: readonly number[], positives: Iterable<number>, k?: number): tf.Scalar;
}

/**
 * The queries and keys of both pointer heads (paper B, Eq. 4, 5 and 7): for each entity type α,
 * q_i,α = R_i (W_q,α h_i + b_q,α) and k_j,α = R_j (W_k,α h_j + b_k,α), so that q_i,α · k_j,α = s_α(i, j) of Eq. 8.
 * Parameters: `weight` [types · 2 · size, inputs] and `bias` [types · 2 · size], those of one dense layer, each type's query rows
 * before its key rows, as the public GlobalPointer code has them.
 */
export function pointerVectors(
  scope: ParameterScope,
  inputs: number,
  types: number,
  { size, scale, rope }: PointerConfig,
): PointerVectors {
  if (rope && size % 2 !== 0) throw new Error(`rotary positions need an even head size, not ${size}`);
  const dense = linear(scope, inputs, types * 2 * size, glorotUniform(inputs, types * 2 * size));
  const options = (lengths: readonly number[], k?: number): PointerOptions => ({ types, lengths, k, scale: scale ? 1 / Math.sqrt(size) : 1, rope });
  return {
    scores: (x, lengths, k) => pointerScores(dense.forward(x), options(lengths, k)),
    loss: (x, lengths, positives, k) => pointerLoss(dense.forward(x), positives, options(lengths, k)),
  };
}
