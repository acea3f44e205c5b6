import * as tf from '@tensorflow/tfjs';
import { gelu } from '../backend/operations';
import { convolution, type ConvolutionShape } from './convolution';
import type { ParameterScope } from './parameters';

export interface ConvolutionBankConfig {
  /** One convolution each. */
  shapes: readonly ConvolutionShape[];
  /** Outputs of each (the paper's number of kernels). */
  channels: number;
  activation: 'gelu' | 'relu';
}

export interface ConvolutionBank {
  /** Width of what `forward` returns. */
  readonly size: number;
  /** x [batch, n, inputs], mask [batch, n] (1 token, 0 padding) → [batch, n, size]. */
  forward(x: tf.Tensor3D, mask: tf.Tensor2D): tf.Tensor3D;
}

/**
 * Convolutions of several reaches side by side (paper A, Eq. 16-17): D^l = GELU(DConv_l(c')), D = [D^1; D^2; D^3] ∈ R^{N × 3 d_c}. Padding is set to 0
 * first, so that a text scores the same however far it is padded.
 *
 * The text says both "dilation rates 1, 2, 3" (Eq. 16) and "kernel sizes [1, 2, 3]" (section 4.3); a kernel of size 1 has no
 * dilation, so the shapes are those of the model's config: size 3 with dilations 1, 2, 3 by default.
 * Parameters: `0.weight`, `0.bias`, `1.weight`, … as convolution.ts.
 */
export function convolutionBank(scope: ParameterScope, inputs: number, { shapes, channels, activation }: ConvolutionBankConfig): ConvolutionBank {
  const convolutions = shapes.map((shape, l) => convolution(scope.scope(String(l)), inputs, channels, shape));
  const activate = activation === 'gelu' ? gelu : tf.relu<tf.Tensor>;
  return {
    size: shapes.length * channels,
    forward: (x, mask) =>
      tf.tidy(() => {
        const real = tf.mul<tf.Tensor3D>(x, mask.expandDims(2));
        return tf.concat(convolutions.map((one) => activate(one.forward(real)) as tf.Tensor3D), 2);
      }),
  };
}
