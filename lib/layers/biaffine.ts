import * as tf from '@tensorflow/tfjs';
import { linear } from '../backend/operations';
import { glorotUniform, type ParameterScope, truncatedNormal } from './parameters';

export interface Biaffine {
  /** h [batch, n, inputs], mask [batch, n] (1 where a token counts as a partner) → scores [batch, n, labels]. */
  forward(h: tf.Tensor3D, mask: tf.Tensor2D): tf.Tensor3D;
}

export interface BiaffineConfig {
  /** Width of x and y. */
  size: number;
  /** N of W_b2: the most tokens of a window. */
  positions: number;
}

/**
 * The relation scores of paper A (Eq. 18-19): x = h W_x, y = h W_y, S' = x W_b1 yᵀ W_b2, one row of label scores a token.
 *
 * W_b2 ∈ R^{N × labels} gives token j's relation to i weights of its place j, which fixes N; the rows of y that the mask leaves out are 0, so
 * that padding adds nothing. Computed from the right, x W_b1 (yᵀ W_b2): equal, and without the N × N matrix, n · size · labels
 * products a token-label instead of n² · size. The text has W_x ∈ R^{d_h × d_h}, section 4.3 a hidden size of 256 for this
 * part: W_x and W_y map to `size`.
 * Parameters: `x.weight`, `y.weight` [size, inputs], `relation.weight` [size, size] (W_b1 transposed, as all weights here),
 * `labels.weight` [positions, labels] (W_b2). No biases, as printed.
 */
export function biaffine(scope: ParameterScope, inputs: number, labels: number, { size, positions }: BiaffineConfig): Biaffine {
  const [left, right] = ['x', 'y'].map((name) => scope.weight(`${name}.weight`, [size, inputs], glorotUniform(inputs, size)));
  const relation = scope.weight('relation.weight', [size, size], glorotUniform(size, size));
  const byPlace = scope.weight('labels.weight', [positions, labels], truncatedNormal()); // a last layer, as of every head
  return {
    forward: (h, mask) =>
      tf.tidy(() => {
        const [batch, n] = h.shape;
        if (n > positions) throw new Error(`biaffine: ${n} tokens, but W_b2 has ${positions} rows: window the text first`);
        const y = tf.mul<tf.Tensor3D>(linear(h, right), mask.expandDims(2)); // [batch, n, size]
        // One product for the whole batch: [batch · size, n] × [n, labels].
        const rows = tf.transpose(y, [0, 2, 1]).reshape<tf.Tensor2D>([batch * size, n]);
        const summed = tf.matMul(rows, byPlace.slice([0, 0], [n, labels]) as tf.Tensor2D).reshape<tf.Tensor3D>([batch, size, labels]);
        return tf.matMul(linear(linear(h, left), relation) as tf.Tensor3D, summed); // [batch, n, labels]
      }),
  };
}
