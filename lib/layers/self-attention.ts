import type * as tf from '@tensorflow/tfjs';
import { attention } from '../backend/operations';
import type { BertConfig } from './bert';
import { dropout } from './dropout';
import { layerNorm } from './layer-norm';
import { linear } from './linear';
import type { ForwardContext, ParameterScope } from './parameters';
import { rope, type RopeTables } from './rope';

export interface SelfAttention {
  forward(x: tf.Tensor3D, mask: tf.Tensor2D, context: ForwardContext, positions?: RopeTables): tf.Tensor3D;
}

/**
 * Multi-head self-attention with its residual (Vaswani et al. 2017, section 3.2; post-norm, as BERT):
 * softmax(Q Kᵀ / √d + mask) V per head, d = hidden / heads, then LayerNorm(x + dropout(dense(·))).
 *
 * x [batch, n, hidden], mask [batch, n] (1 token, 0 padding) → [batch, n, hidden].
 * Parameters: `self.query|key|value.weight` [hidden, hidden] and `.bias` [hidden], `output.dense.weight|bias` alike,
 * `output.LayerNorm.weight|bias` [hidden].
 * With rotary `positions`, queries and keys are rotated before their product (values are not).
 */
export function selfAttention(scope: ParameterScope, config: BertConfig): SelfAttention {
  const { hidden, heads } = config;
  const size = hidden / heads;
  const query = linear(scope.scope('self.query'), hidden, hidden);
  const key = linear(scope.scope('self.key'), hidden, hidden);
  const value = linear(scope.scope('self.value'), hidden, hidden);
  const dense = linear(scope.scope('output.dense'), hidden, hidden);
  const normalize = layerNorm(scope.scope('output.LayerNorm'), hidden, config.layerNormEpsilon);
  const drop = dropout(config.dropout);

  const split = (x: tf.Tensor, batch: number, n: number): tf.Tensor4D =>
    x.reshape([batch, n, heads, size]).transpose([0, 2, 1, 3]); // [batch, heads, n, size]

  return {
    forward(x, mask, context, positions) {
      const [batch, n] = x.shape;
      let q = split(query.forward(x), batch, n);
      let k = split(key.forward(x), batch, n);
      const v = split(value.forward(x), batch, n);
      if (positions) [q, k] = [rope(q, positions), rope(k, positions)];
      const dropped =
        context.training && config.attentionDropout > 0
          ? { dropoutRate: config.attentionDropout, seed: context.nextSeed() }
          : undefined;
      const mixed = attention(q, k, v, mask, dropped) // [batch, heads, n, size]
        .transpose([0, 2, 1, 3])
        .reshape([batch, n, hidden]);
      return normalize.forward(x.add(drop.forward(dense.forward(mixed), context))) as tf.Tensor3D;
    },
  };
}
