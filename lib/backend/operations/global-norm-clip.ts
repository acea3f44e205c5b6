import * as tf from '@tensorflow/tfjs';
import { hasKernel, runFused } from './differentiable';

/**
 * Scales gradients so that their joint Euclidean norm is at most `maxNorm` (Pascanu et al. 2013), by the factor
 * maxNorm / (norm + 1e-6) as PyTorch does. Entries of the map are replaced by the scaled tensors, the old ones disposed.
 *
 * @returns the norm before scaling; NaN or infinite if any gradient is, and then nothing is scaled
 */
export function globalNormClip(gradients: tf.NamedTensorMap, maxNorm: number): number {
  if (!(maxNorm > 0)) throw new Error(`globalNormClip: the largest norm must be positive, got ${maxNorm}`);
  const names = Object.keys(gradients);
  const tensors = names.map((name) => gradients[name]);
  if (tensors.length === 0) return 0;

  const { norm, scaled } = hasKernel('FusedGlobalNormClip') ? fusedClip(tensors, maxNorm) : composedClip(tensors, maxNorm);
  scaled.forEach((tensor, i) => {
    gradients[names[i]] = tensor;
    tensors[i].dispose();
  });
  return norm;
}

interface Clipped {
  norm: number;
  /** Empty where nothing needs scaling. */
  scaled: tf.Tensor[];
}

function fusedClip(tensors: tf.Tensor[], maxNorm: number): Clipped {
  const [norm, ...scaled] = runFused<tf.Tensor[]>('FusedGlobalNormClip', tensors, { maxNorm });
  const value = norm.dataSync()[0];
  norm.dispose();
  return { norm: value, scaled };
}

function composedClip(tensors: tf.Tensor[], maxNorm: number): Clipped {
  const norm = tf.tidy(() => tf.sqrt(tf.addN(tensors.map((tensor) => tf.sum(tf.square(tensor))))).dataSync()[0]);
  const scaled = Number.isFinite(norm) && norm > maxNorm ? tensors.map((tensor) => tf.mul(tensor, maxNorm / (norm + 1e-6))) : [];
  return { norm, scaled };
}
