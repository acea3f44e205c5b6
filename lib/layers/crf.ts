import * as tf from '@tensorflow/tfjs';
import { crfLogPartition } from '../backend/operations';
import { type ParameterScope, zeros } from './parameters';
import { type AllowedLabels, bestPath, type PathScores } from './viterbi';

export interface Crf {
  /** Mean over the batch of −log p(tags): emissions [batch, n, labels], tags int32 [batch, n] (padding is ignored). */
  loss(emissions: tf.Tensor3D, tags: tf.Tensor2D, lengths: readonly number[]): tf.Scalar;
  /** The most probable labels of each sequence, among those that `allowed` leaves. */
  decode(emissions: tf.Tensor3D, lengths: readonly number[], allowed?: AllowedLabels): Promise<number[][]>;
  /** p(y_t = label): [batch, n, labels], 0 at padding. */
  marginals(emissions: tf.Tensor3D, lengths: readonly number[]): tf.Tensor3D;
}

/**
 * A linear-chain conditional random field over label sequences (Lafferty et al. 2001; Lample et al. 2016, section 2.2):
 *
 *   s(y) = start[y₁] + Σ_t emissions[t, y_t] + Σ_t transitions[y_t−1, y_t] + end[y_m],  log p(y) = s(y) − log Σ_y' e^{s(y')},
 *
 * over the m tokens of each sequence.
 * Parameters: `transitions` [labels, labels] (from the row's label to the column's), `start`, `end` [labels]; all begin at 0,
 * where the CRF is a softmax for each token.
 */
export function crf(scope: ParameterScope, labels: number): Crf {
  const transitions = scope.weight('transitions', [labels, labels], zeros);
  const start = scope.bias('start', [labels]);
  const end = scope.bias('end', [labels]);

  const logPartition = (emissions: tf.Tensor, lengths: readonly number[]): tf.Tensor1D =>
    crfLogPartition(emissions, transitions, start, end, tf.tensor1d([...lengths], 'int32'));

  return {
    loss: (emissions, tags, lengths) =>
      tf.tidy(() => {
        const [batch, n] = emissions.shape;
        const gold = tf.mul(tf.oneHot(tags, labels), tokens(lengths, n)); // [batch, n, labels]
        const rows = gold.reshape<tf.Tensor2D>([-1, labels]);
        const at = (t: (length: number) => number): tf.Tensor => tf.gather(rows, lengths.map((length, i) => i * n + Math.max(0, t(length)))).sum(0);
        // The gold paths' scores are linear in the parameters: how often each is used, times its value.
        const scores = [tf.sum(tf.mul(emissions, gold)), tf.sum(tf.mul(start, at(() => 0))), tf.sum(tf.mul(end, at((length) => length - 1)))];
        if (n > 1) {
          const flat = (from: number): tf.Tensor2D => tf.slice(gold, [0, from, 0], [batch, n - 1, labels]).reshape([-1, labels]);
          scores.push(tf.sum(tf.mul(transitions, tf.matMul(flat(0), flat(1), true)))); // [labels, labels]
        }
        return tf.div(tf.sub(tf.sum(logPartition(emissions, lengths)), tf.addN(scores)), Math.max(1, batch)).asScalar();
      }),

    async decode(emissions, lengths, allowed) {
      const [scores, ...rest] = await Promise.all([emissions, transitions, start, end].map((tensor) => tensor.data<'float32'>()));
      const path: PathScores = { labels, transitions: rest[0], start: rest[1], end: rest[2] };
      const row = emissions.shape[1] * labels;
      return lengths.map((length, i) => bestPath(scores.subarray(i * row, i * row + length * labels), path, allowed));
    },

    marginals: (emissions, lengths) => tf.grad((given: tf.Tensor) => tf.sum(logPartition(given, lengths)))(emissions) as tf.Tensor3D,
  };
}

/** 1 at tokens, 0 at padding: [batch, n, 1]. */
function tokens(lengths: readonly number[], n: number): tf.Tensor3D {
  const values = new Float32Array(lengths.length * n);
  lengths.forEach((length, i) => values.fill(1, i * n, i * n + length));
  return tf.tensor3d(values, [lengths.length, n, 1]);
}
