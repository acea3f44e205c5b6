import type * as tf from '@tensorflow/tfjs';
import { type Dense, linear as affine } from '../backend/operations';
import { type Initializer, type ParameterScope, truncatedNormal } from './parameters';

export interface Linear extends Dense {
  forward(x: tf.Tensor): tf.Tensor;
}

/**
 * y = x Wᵀ + b: x [..., inputs] → [..., outputs].
 * Parameters: `weight` [outputs, inputs] (PyTorch's layout, so that published names and shapes hold), `bias` [outputs].
 */
export function linear(
  scope: ParameterScope,
  inputs: number,
  outputs: number,
  initializer: Initializer = truncatedNormal(),
): Linear {
  const weight = scope.weight('weight', [outputs, inputs], initializer);
  const bias = scope.bias('bias', [outputs]);
  return { weight, bias, forward: (x) => affine(x, weight, bias) };
}
