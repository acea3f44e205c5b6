import * as tf from '@tensorflow/tfjs';
import { linear as affine } from '../backend/operations';
import { glorotUniform, type ParameterScope } from './parameters';

export interface ConvolutionShape {
  /** Places that one output sees. */
  size: number;
  /** Tokens from one of these places to the next. */
  dilation: number;
}

export interface Convolution {
  /** x [batch, n, inputs], 0 at padding → [batch, n, outputs]. */
  forward(x: tf.Tensor3D): tf.Tensor3D;
}

/**
 * A one-dimensional convolution over the tokens that keeps their number, y_i = b + Σ_t W_t x_{i + dilation (t − left)} with t = 0 … size − 1 and
 * left = ⌊(size − 1) / 2⌋, so that an odd size lies about its token. Outside the text x is 0: padding must be 0 too, or it would
 * change the last tokens.
 *
 * Computed as one product of matrices over the shifted copies of x side by side, which is exact: tfjs has no gradient for
 * dilated convolutions, and the product takes the fast path of every backend.
 * Parameters: `weight` [outputs, inputs, size], `bias` [outputs], laid out as torch.nn.Conv1d's.
 */
export function convolution(scope: ParameterScope, inputs: number, outputs: number, { size, dilation }: ConvolutionShape): Convolution {
  const weight = scope.weight('weight', [outputs, inputs, size], glorotUniform(inputs * size, outputs));
  const bias = scope.bias('bias', [outputs]);
  const reach = (size - 1) * dilation;
  const left = Math.floor((size - 1) / 2) * dilation;
  return {
    forward: (x) =>
      tf.tidy(() => {
        const [batch, n] = x.shape;
        const padded = tf.pad(x, [[0, 0], [left, reach - left], [0, 0]]); // [batch, n + reach, inputs]
        const shifted = Array.from({ length: size }, (_, t) => tf.slice(padded, [0, t * dilation, 0], [batch, n, inputs]));
        const rows = tf.transpose(weight, [0, 2, 1]).reshape([outputs, size * inputs]);
        return affine(size === 1 ? shifted[0] : tf.concat(shifted, 2), rows, bias) as tf.Tensor3D;
      }),
  };
}
