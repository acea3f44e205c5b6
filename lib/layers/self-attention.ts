import type * as tf from '@tensorflow/tfjs';
import { attentionBlock } from '../backend/operations';
import type { BertConfig } from './bert';
import { dropoutOptions } from './dropout';
import { layerNorm } from './layer-norm';
import { linear } from './linear';
import type { ForwardContext, ParameterScope } from './parameters';

export interface SelfAttention {
  forward(x: tf.Tensor3D, mask: tf.Tensor2D, context: ForwardContext): tf.Tensor3D;
}

/**
 * Multi-head self-attention with its residual (Vaswani et al. 2017, section 3.2; post-norm, as BERT):
 * softmax(Q Kᵀ / √d + mask) V per head, d = hidden / heads, then LayerNorm(x + dropout(dense(·))).
 *
 * x [batch, n, hidden], mask [batch, n] (1 token, 0 padding) → [batch, n, hidden].
 * Parameters: `self.query|key|value.weight` [hidden, hidden] and `.bias` [hidden], `output.dense.weight|bias` alike,
 * `output.LayerNorm.weight|bias` [hidden].
 * With `positions: rope`, queries and keys are rotated before their product (values are not).
 */
export function selfAttention(scope: ParameterScope, config: BertConfig): SelfAttention {
  const { hidden, heads } = config;
  const query = linear(scope.scope('self.query'), hidden, hidden);
  const key = linear(scope.scope('self.key'), hidden, hidden);
  const value = linear(scope.scope('self.value'), hidden, hidden);
  const output = linear(scope.scope('output.dense'), hidden, hidden);
  const norm = layerNorm(scope.scope('output.LayerNorm'), hidden, config.layerNormEpsilon);
  return {
    forward: (x, mask, context) =>
      attentionBlock(x, mask, { query, key, value, output, norm }, {
        heads,
        attention: dropoutOptions(config.attentionDropout, context),
        end: { epsilon: config.layerNormEpsilon, ...dropoutOptions(config.dropout, context) },
        rope: config.positions === 'rope',
      }),
  };
}
