import * as tf from '@tensorflow/tfjs';
import { differentiable, type Forward, hasKernel, inGradient, runFused } from './differentiable';
import { composedDropout as drop, type DropoutOptions } from './dropout';

/** What is added to the score of a padded key: its probability underflows to exactly 0, and half precision can hold it. */
const MASKED = -1e4;

/**
 * Masked scaled dot-product attention (Vaswani et al. 2017, eq. 1): softmax(q kᵀ / √d + mask) v, with dropout of the
 * probabilities.
 *
 * @param q float32 [batch, heads, queries, d]
 * @param k [batch, heads, keys, d]
 * @param v [batch, heads, keys, d]
 * @param mask float32 [batch, keys]: 1 keeps a key, 0 hides it
 * @returns [batch, heads, queries, d]
 */
export function attention(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, mask: tf.Tensor, options: DropoutOptions = {}): tf.Tensor {
  if (q.rank !== 4 || !tf.util.arraysEqual(mask.shape, [q.shape[0], k.shape[2] ?? 0])) {
    throw new Error(`attention: q [${q.shape}], k [${k.shape}], mask [${mask.shape}] do not fit [batch, heads, n, d], [batch, keys]`);
  }
  return differentiable(
    [q, k, v],
    () => attentionForward(q, k, v, mask, options),
    (dy, saved) => attentionBackward(dy, saved, options),
  );
}

/** `attention` without its gradient, which `attentionBackward` is. */
export function attentionForward(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, mask: tf.Tensor, options: DropoutOptions): Forward {
  const { dropoutRate = 0, seed = 0 } = options;
  if (dropoutRate === 0 && !inGradient() && hasKernel('FusedAttentionInference')) {
    return { y: runFused<tf.Tensor>('FusedAttentionInference', [q, k, v, mask]), saved: [] };
  }
  if (hasKernel('FusedAttention')) {
    const [y, ...state] = runFused<tf.Tensor[]>('FusedAttention', [q, k, v, mask], { dropoutRate, seed });
    return { y, saved: [q, k, v, mask, ...state] };
  }
  const [batch, keys] = mask.shape;
  const bias = tf.mul(tf.sub(1, tf.reshape(mask, [batch, 1, 1, keys])), MASKED); // [batch, 1, 1, keys]
  const scores = tf.matMul(tf.mul(q, scaleOf(q)), k, false, true); // [batch, heads, queries, keys]
  const probabilities = tf.softmax(tf.add(scores, bias));
  return { y: tf.matMul(drop(probabilities, options), v), saved: [q, k, v, probabilities] };
}

/** The gradients of q, k and v. */
export function attentionBackward(dy: tf.Tensor, saved: tf.Tensor[], options: DropoutOptions): tf.Tensor[] {
  const { dropoutRate = 0, seed = 0 } = options;
  if (hasKernel('FusedAttentionGrad')) return runFused<tf.Tensor[]>('FusedAttentionGrad', [dy, ...saved], { dropoutRate, seed });
  const [q, k, v, probabilities] = saved;
  const dProbabilities = drop(tf.matMul(dy, v, false, true), options);
  const weighted = tf.mul(dProbabilities, probabilities);
  const dScores = tf.mul(tf.sub(weighted, tf.mul(probabilities, tf.sum(weighted, -1, true))), scaleOf(q));
  return [tf.matMul(dScores, k), tf.matMul(dScores, q, true, false), tf.matMul(drop(probabilities, options), dy, true, false)];
}

const scaleOf = (q: tf.Tensor): number => 1 / Math.sqrt(q.shape[3]!);
