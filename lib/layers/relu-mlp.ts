import * as tf from '@tensorflow/tfjs';
import { linear } from './linear';
import { glorotUniform, type ParameterScope } from './parameters';

export interface ReluMlp {
  forward(x: tf.Tensor3D): tf.Tensor3D;
}

/**
 * Two dense layers (paper A, Eq. 13): c' = W_2 ReLU(W_1 c + b_1) + b_2, with the width kept throughout, as the paper's W_1, W_2 of no
 * stated size let one read it.
 * x [batch, n, size] → [batch, n, size].
 * Parameters: `inner.weight` [size, size], `inner.bias` [size]; `outer.weight`, `outer.bias` alike.
 */
export function reluMlp(scope: ParameterScope, size: number): ReluMlp {
  const [inner, outer] = ['inner', 'outer'].map((name) => linear(scope.scope(name), size, size, glorotUniform(size, size)));
  return { forward: (x) => outer.forward(tf.relu(inner.forward(x))) as tf.Tensor3D };
}
