import * as tf from '@tensorflow/tfjs';

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

  const norm = tf.tidy(() => tf.sqrt(tf.addN(tensors.map((tensor) => tf.sum(tf.square(tensor))))).dataSync()[0]);
  if (!Number.isFinite(norm) || norm <= maxNorm) return norm;
  const factor = maxNorm / (norm + 1e-6);
  names.forEach((name, i) => {
    gradients[name] = tf.mul(tensors[i], factor);
    tensors[i].dispose();
  });
  return norm;
}
