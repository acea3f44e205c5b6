import * as tf from '@tensorflow/tfjs';
import { differentiable, hasKernel, runFused } from './differentiable';

/**
 * Rotary position embedding (Su et al. 2021): the pair (x₂ᵢ, x₂ᵢ₊₁) of the vector at position m is rotated by mθᵢ,
 * θᵢ = 10000^(−2i/size), so that ⟨R_m q, R_n k⟩ depends on n − m alone. The gradient is the rotation by −mθᵢ.
 *
 * @param x float32 [..., positions, size], size even
 * @returns the same shape
 */
export function rope<T extends tf.Tensor>(x: T): T {
  const size = x.shape[x.rank - 1];
  if (x.rank < 2 || size % 2 !== 0) throw new Error(`rope: x [${x.shape}] is not [..., positions, size] with an even size`);
  return differentiable([x], () => ({ y: rotate(x, false) as T, saved: [] }), (dy) => [rotate(dy, true)]);
}

/** The rotation by mθᵢ, or back, without its gradient. */
export function rotate(x: tf.Tensor, back: boolean): tf.Tensor {
  if (hasKernel('FusedRope')) return runFused<tf.Tensor>('FusedRope', [x], { back });
  const [positions, size] = x.shape.slice(-2);
  const { cosine, sine } = tables(positions, size);
  const shape: [number, number] = [positions, size];
  const turned = tf.mul(swapPairs(x), tf.tensor2d(sine.subarray(0, positions * size), shape));
  const kept = tf.mul(x, tf.tensor2d(cosine.subarray(0, positions * size), shape));
  return back ? tf.sub(kept, turned) : tf.add(kept, turned);
}

/** (x₀, x₁, x₂, x₃, …) → (x₁, x₀, x₃, x₂, …) along the last axis. */
function swapPairs(x: tf.Tensor): tf.Tensor {
  return tf.reshape(tf.reverse(tf.reshape(x, [-1, 2]), 1), x.shape);
}

/** For each position and dimension, cos(mθ), and −sin(mθ) at even dimensions, +sin(mθ) at odd ones. */
interface Tables {
  cosine: Float32Array;
  sine: Float32Array;
}

/** By size; each for at least the positions asked for so far. */
const made = new Map<number, Tables>();

function tables(positions: number, size: number): Tables {
  const known = made.get(size);
  if (known && known.cosine.length >= positions * size) return known;
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
  made.set(size, { cosine, sine });
  return { cosine, sine };
}
