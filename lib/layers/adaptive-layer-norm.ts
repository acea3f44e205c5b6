import * as tf from '@tensorflow/tfjs';
import { layerNorm as normalize, linear as affine } from '../backend/operations';
import { linear } from './linear';
import { glorotUniform, ones, type ParameterScope } from './parameters';

export interface AdaptiveLayerNorm {
  /** h [..., size] → [..., size]. */
  forward(h: tf.Tensor3D): tf.Tensor3D;
}

/**
 * Layer normalisation whose gain and shift are the token's own (paper A, Eq. 12, 14 and 15):
 *
 *   c_i = γ_i ∘ (h_i − μ_i) / √(σ_i² + ε) + λ_i,  γ_i = W_a h_i + b_a,  λ_i = W_B h_i + b_B,
 *
 * μ_i and σ_i² the mean and the variance of h_i's elements. The paper prints no ε, without which an h of equal elements divides by 0.
 * h [batch, n, size] → [batch, n, size].
 * Parameters: `gain.weight` [size, size], `gain.bias` [size] from 1, so that it starts near plain layer normalisation;
 * `shift.weight` [size, size], `shift.bias` [size].
 */
export function adaptiveLayerNorm(scope: ParameterScope, size: number, epsilon: number): AdaptiveLayerNorm {
  const gain = scope.scope('gain');
  const [weight, bias] = [gain.weight('weight', [size, size], glorotUniform(size, size)), gain.bias('bias', [size], ones)];
  const shift = linear(scope.scope('shift'), size, size, glorotUniform(size, size));
  return {
    forward: (h) =>
      tf.tidy(() => {
        const normal = normalize(h, tf.ones([size]), tf.zeros([size]), epsilon);
        return tf.add(tf.mul(affine(h, weight, bias), normal), shift.forward(h));
      }),
  };
}
