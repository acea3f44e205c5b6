import * as tf from '@tensorflow/tfjs';
import { linear } from './linear';
import { glorotUniform, type ParameterScope } from './parameters';
import { rope, ropeTables } from './rope';

export interface PointerConfig {
  /** Width of each query and key. */
  size: number;
  /** Whether scores are divided by √size. */
  scale: boolean;
  /** Whether queries and keys are rotated by their positions. */
  rope: boolean;
}

/** Added to the scores of cells that are no candidates: e^−10000 is exactly 0, and half precision can hold it. */
export const outside = -1e4;

export interface PointerVectors {
  /** x [batch, n, inputs] → queries and keys, each [batch · types, n, size]; queries carry the scale. */
  forward(x: tf.Tensor3D): [tf.Tensor3D, tf.Tensor3D];
}

/**
 * The queries and keys of both pointer heads (paper B, Eq. 4, 5 and 7): for each entity type α,
 * q_i,α = R_i (W_q,α h_i + b_q,α) and k_j,α = R_j (W_k,α h_j + b_k,α), so that q_i,α · k_j,α = s_α(i, j) of Eq. 8.
 * Parameters: `weight` [types · 2 · size, inputs], `bias` [types · 2 · size]: one dense layer, each type's query rows
 * before its key rows, as the public GlobalPointer code has them.
 */
export function pointerVectors(
  scope: ParameterScope,
  inputs: number,
  types: number,
  config: PointerConfig,
): PointerVectors {
  const { size } = config;
  if (config.rope && size % 2 !== 0) throw new Error(`rotary positions need an even head size, not ${size}`);
  const dense = linear(scope, inputs, types * 2 * size, glorotUniform(inputs, types * 2 * size));
  return {
    forward(x) {
      const [batch, n] = x.shape;
      const rows = batch * types;
      let both: tf.Tensor3D = dense
        .forward(x)
        .reshape([batch, n, types, 2, size])
        .transpose([3, 0, 2, 1, 4]) // [2, batch, types, n, size]
        .reshape([2 * rows, n, size]);
      if (config.rope) both = rope(both, ropeTables(n, size));
      const [queries, keys] = tf.split(both, 2, 0) as [tf.Tensor3D, tf.Tensor3D];
      return [config.scale ? queries.mul(1 / Math.sqrt(size)) : queries, keys];
    },
  };
}
