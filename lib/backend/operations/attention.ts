import * as tf from '@tensorflow/tfjs';
import { differentiable, hasKernel, runFused } from './differentiable';
import { dropoutMask } from './dropout';

export interface AttentionOptions {
  /** Share of the attention probabilities set to zero in training. */
  dropoutRate?: number;
  /** Chooses them, as in `dropout`. */
  seed?: number;
}

/** What is added to the score of a padded key: its probability underflows to exactly 0, and half precision can hold it. */
const MASKED = -1e4;

/**
 * Masked scaled dot-product attention (Vaswani et al. 2017, eq. 1): softmax(q kᵀ / √d + mask) v.
 *
 * @param q float32 [batch, heads, queries, d]
 * @param k [batch, heads, keys, d]
 * @param v [batch, heads, keys, d]
 * @param mask float32 [batch, keys]: 1 keeps a key, 0 hides it
 * @returns [batch, heads, queries, d]
 */
export function attention(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, mask: tf.Tensor, options: AttentionOptions = {}): tf.Tensor {
  const { dropoutRate = 0, seed = 0 } = options;
  const [batch, , , d]: number[] = q.shape;
  const keys: number = k.shape[2] ?? 0;
  if (q.rank !== 4 || !tf.util.arraysEqual(mask.shape, [batch, keys])) {
    throw new Error(`attention: q [${q.shape}], k [${k.shape}], mask [${mask.shape}] do not fit [batch, heads, n, d], [batch, keys]`);
  }
  const attributes = { dropoutRate, seed };
  if (hasKernel('FusedAttention')) {
    return differentiable(
      [q, k, v],
      (save) => {
        const [y, probabilities] = runFused<tf.Tensor[]>('FusedAttention', [q, k, v, mask], attributes);
        save([q, k, v, probabilities]);
        return y;
      },
      (dy, saved) => runFused<tf.Tensor[]>('FusedAttentionGrad', [dy, ...saved], attributes),
    );
  }

  const scale = 1 / Math.sqrt(d);
  const drop = (probabilities: tf.Tensor): tf.Tensor =>
    dropoutRate > 0 ? tf.mul(probabilities, dropoutMask(probabilities.shape, dropoutRate, seed)) : probabilities;
  return differentiable(
    [q, k, v],
    (save) => {
      const bias = tf.mul(tf.sub(1, tf.reshape(mask, [batch, 1, 1, keys])), MASKED); // [batch, 1, 1, keys]
      const scores = tf.matMul(tf.mul(q, scale), k, false, true); // [batch, heads, queries, keys]
      const probabilities = tf.softmax(tf.add(scores, bias));
      save([q, k, v, probabilities]);
      return tf.matMul(drop(probabilities), v);
    },
    (dy, [q, k, v, probabilities]) => {
      const dProbabilities = drop(tf.matMul(dy, v, false, true));
      const weighted = tf.mul(dProbabilities, probabilities);
      const dScores = tf.mul(tf.sub(weighted, tf.mul(probabilities, tf.sum(weighted, -1, true))), scale);
      return [tf.matMul(dScores, k), tf.matMul(dScores, q, true, false), tf.matMul(drop(probabilities), dy, true, false)];
    },
  );
}
