import * as tf from '@tensorflow/tfjs';
import { differentiable } from '../backend/operations/differentiable';

/** cos(mθ) and ±sin(mθ) for each position m and dimension: [positions, size] each. */
export interface RopeTables {
  cosine: tf.Tensor2D;
  /** −sin(mθ) at even dimensions, +sin(mθ) at odd ones: the sign of the swapped partner. */
  sine: tf.Tensor2D;
}

/** The tables of positions 0 … positions−1 for vectors of `size` (even), made in the caller's tidy. */
export function ropeTables(positions: number, size: number): RopeTables {
  const cosine = new Float32Array(positions * size);
  const sine = new Float32Array(positions * size);
  for (let position = 0; position < positions; position++) {
    for (let pair = 0; pair < size / 2; pair++) {
      const angle = position * Math.pow(10000, (-2 * pair) / size);
      const at = position * size + 2 * pair;
      cosine[at] = cosine[at + 1] = Math.cos(angle);
      sine[at] = -Math.sin(angle);
      sine[at + 1] = Math.sin(angle);
    }
  }
  return { cosine: tf.tensor2d(cosine, [positions, size]), sine: tf.tensor2d(sine, [positions, size]) };
}

/**
 * Rotary position embedding (paper B, Eq. 7; Su et al. 2021): the pair (x₂ᵢ, x₂ᵢ₊₁) of the vector at position m is
 * rotated by mθᵢ, θᵢ = 10000^(−2i/size), so that ⟨R_m q, R_n k⟩ depends on n − m alone.
 *
 * x [..., positions, size] → the same shape. No parameters. Neighbouring dimensions form the pairs, as in the public
 * GlobalPointer code; LLaMA-style code pairs i with i + size/2, which is the same model with its dimensions renumbered.
 * The gradient is the rotation by −mθ, given in closed form: no intermediate is kept.
 */
export function rope<T extends tf.Tensor>(x: T, given: RopeTables, back = false): T {
  const tables = back ? { cosine: given.cosine, sine: given.sine.neg() } : given;
  return differentiable(
    [x],
    (save) => {
      save([tables.cosine, tables.sine]);
      return x.mul(tables.cosine).add(swapPairs(x).mul(tables.sine)) as T;
    },
    (dy, [cosine, sine]) => [dy.mul(cosine).sub(swapPairs(dy).mul(sine))],
  );
}

/** (x₀, x₁, x₂, x₃, …) → (x₁, x₀, x₃, x₂, …) along the last axis. */
function swapPairs(x: tf.Tensor): tf.Tensor {
  return tf.reverse(x.reshape([-1, 2]), 1).reshape(x.shape);
}
