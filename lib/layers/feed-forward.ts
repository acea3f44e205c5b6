import type * as tf from '@tensorflow/tfjs';
import { feedForwardBlock } from '../backend/operations';
import type { BertConfig } from './bert';
import { dropoutOptions } from './dropout';
import { layerNorm } from './layer-norm';
import { linear } from './linear';
import type { ForwardContext, ParameterScope } from './parameters';

export interface FeedForward {
  forward(x: tf.Tensor3D, context: ForwardContext): tf.Tensor3D;
}

/**
 * The position-wise block of a BERT layer: LayerNorm(x + dropout(W₂ gelu(W₁ x + b₁) + b₂)), with the exact (erf) GELU.
 * x [batch, n, hidden] → the same shape.
 * Parameters: `intermediate.dense.weight` [feedForward, hidden], `intermediate.dense.bias` [feedForward],
 * `output.dense.weight` [hidden, feedForward], `output.dense.bias` [hidden], `output.LayerNorm.weight|bias` [hidden].
 */
export function feedForward(scope: ParameterScope, config: BertConfig): FeedForward {
  const widen = linear(scope.scope('intermediate.dense'), config.hidden, config.feedForward);
  const narrow = linear(scope.scope('output.dense'), config.feedForward, config.hidden);
  const norm = layerNorm(scope.scope('output.LayerNorm'), config.hidden, config.layerNormEpsilon);
  return {
    forward: (x, context) =>
      feedForwardBlock(x, { widen, narrow, norm }, {
        epsilon: config.layerNormEpsilon,
        ...dropoutOptions(config.dropout, context),
      }) as tf.Tensor3D,
  };
}
