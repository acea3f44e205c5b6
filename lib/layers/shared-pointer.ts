import * as tf from '@tensorflow/tfjs';
import { multiLabelLoss, pointerScores } from '../backend/operations';
import type { SpanHead } from './global-pointer';
import { linear } from './linear';
import { glorotUniform, type ParameterScope } from './parameters';
import type { PointerConfig } from './pointer-vectors';

/**
 * The parameter-sharing Efficient GlobalPointer (Su, "Efficient GlobalPointer: fewer parameters, better results",
 * kexue.fm/archives/8877, and its public code): one score for whether i … j is an entity, and one for each type,
 *
 *   s_α(i, j) = (R_i q_i)ᵀ(R_j k_j) / √size + ½ w_αᵀ [q_i; k_i; q_j; k_j] + ½ b_α,
 *
 * q_i = W_q h_i + b_q and k_i = W_k h_i + b_k shared by all types, R the rotation, which only the first term sees. The ½ is
 * the public code's. It is not what paper B calls EGP, which is banded-pointer.ts.
 *
 * x [batch, n, inputs] → [batch, types, n, n], row = first token, column = last token; candidates as in global-pointer.ts,
 * all other cells score −10⁴ and more or less a type's score, so that they are never predicted and weigh exactly nothing.
 * Parameters: `weight` [2 · size, inputs], `bias` [2 · size], the query's rows before the key's; `type.weight`
 * [2 · types, 2 · size], `type.bias` [2 · types], the rows for span starts (w_α's first half) before those for span ends:
 * inputs · 2 · size + types · 4 · size weights where a global pointer has inputs · types · 2 · size.
 */
export function sharedPointer(scope: ParameterScope, inputs: number, types: number, { size, scale, rope }: PointerConfig): SpanHead {
  if (rope && size % 2 !== 0) throw new Error(`rotary positions need an even head size, not ${size}`);
  const vectors = linear(scope, inputs, 2 * size, glorotUniform(inputs, 2 * size));
  const kind = linear(scope.scope('type'), 2 * size, 2 * types, glorotUniform(2 * size, 2 * types));

  const forward = (x: tf.Tensor3D, lengths: readonly number[]): tf.Tensor4D => {
    const both = vectors.forward(x); // [batch, n, 2 · size]
    const spans = pointerScores(both, { types: 1, lengths, scale: scale ? 1 / Math.sqrt(size) : 1, rope }); // [batch, 1, n, n]
    const halves = tf.transpose(tf.mul(kind.forward(both), 0.5), [0, 2, 1]); // [batch, 2 · types, n]
    const [starts, ends] = tf.split(halves, 2, 1); // [batch, types, n] each
    return spans.add(starts.expandDims(3)).add(ends.expandDims(2));
  };
  return {
    width: (n) => n,
    column: (_first, last) => last,
    last: (_first, column) => column,
    forward,
    loss: (x, lengths, positives) => multiLabelLoss(forward(x, lengths).reshape([-1, x.shape[1] ** 2]), positives),
  };
}
