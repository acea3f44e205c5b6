import type * as tf from '@tensorflow/tfjs';
import { layerNorm as normalize, type Norm } from '../backend/operations';
import { ones, type ParameterScope } from './parameters';

export interface LayerNorm extends Norm {
  forward(x: tf.Tensor): tf.Tensor;
}

/**
 * y = (x − mean) / √(variance + ε) · scale + shift over the last axis: x [..., size] → [..., size] (Ba et al. 2016).
 * Parameters: `weight` [size] (the scale), `bias` [size] (the shift), as BERT's checkpoints name them.
 */
export function layerNorm(scope: ParameterScope, size: number, epsilon: number): LayerNorm {
  const scale = scope.bias('weight', [size], ones);
  const shift = scope.bias('bias', [size]);
  return { scale, shift, forward: (x) => normalize(x, scale, shift, epsilon) };
}
