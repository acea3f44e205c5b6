import * as tf from '@tensorflow/tfjs';
import { addNormBackward, addNormForward, type AddNormOptions } from './add-norm';
import { differentiable } from './differentiable';
import { geluBackward, geluForward } from './gelu';
import { type Dense, linearBackward, linearForward } from './linear';

/** The scale and shift of a layer normalisation, [features] each. */
export interface Norm {
  scale: tf.Tensor;
  shift: tf.Tensor;
}

export interface FeedForwardWeights {
  widen: Dense;
  narrow: Dense;
  norm: Norm;
}

/**
 * The feed-forward block of a Transformer layer as one operation: LayerNorm(x + dropout(W₂ gelu(W₁ x + b₁) + b₂))
 * (Vaswani et al. 2017, section 3.3). Between the two passes it holds what their products need and nothing else.
 *
 * @param x float32 [..., features] → the same shape
 */
export function feedForwardBlock(x: tf.Tensor, { widen, narrow, norm }: FeedForwardWeights, options: AddNormOptions): tf.Tensor {
  return differentiable(
    [x, widen.weight, widen.bias, narrow.weight, narrow.bias, norm.scale, norm.shift],
    () => {
      const first = linearForward(x, widen.weight, widen.bias);
      const second = linearForward(geluForward(first.y), narrow.weight, narrow.bias);
      const end = addNormForward(x, second.y, norm.scale, norm.shift, options);
      return { y: end.y, saved: [...first.saved, first.y, ...second.saved, ...end.saved] };
    },
    (dy, saved) => {
      const [x, w1, inner, activated, w2, ...end] = saved;
      const [dResidual, dh, dScale, dShift] = addNormBackward(dy, end, options);
      const [dActivated, dW2, db2] = linearBackward(dh, [activated, w2]);
      const [dx, dW1, db1] = linearBackward(geluBackward(dActivated, inner), [x, w1]);
      return [tf.add(dx, dResidual), dW1, db1, dW2, db2, dScale, dShift];
    },
  );
}
