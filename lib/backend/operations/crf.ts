import * as tf from '@tensorflow/tfjs';
import { differentiable, hasKernel, runFused } from './differentiable';

/**
 * The log-partition of a linear-chain conditional random field (Lafferty et al. 2001), by the forward algorithm:
 *
 *   log Z = log Σ_y exp(start[y₁] + Σ_t emissions[t, y_t] + Σ_t transitions[y_t−1, y_t] + end[y_m]),
 *
 * over all label sequences y of a sequence's own length m; 0 for an empty one. Every sum of exponentials has its greatest
 * term taken out first. The gradients are the marginals p(y_t) and p(y_t−1, y_t).
 *
 * @param emissions float32 [batch, n, labels]
 * @param transitions [labels, labels], from the row's label to the column's
 * @param start [labels]
 * @param end [labels]
 * @param lengths int32 [batch], each in [0, n]
 * @returns [batch]
 */
export function crfLogPartition(
  emissions: tf.Tensor,
  transitions: tf.Tensor,
  start: tf.Tensor,
  end: tf.Tensor,
  lengths: tf.Tensor,
): tf.Tensor1D {
  const [batch, , labels] = emissions.shape;
  const expected = [[transitions, [labels, labels]], [start, [labels]], [end, [labels]], [lengths, [batch]]] as const;
  if (emissions.rank !== 3 || expected.some(([tensor, shape]) => !tf.util.arraysEqual(tensor.shape, [...shape]))) {
    throw new Error(
      `crfLogPartition: emissions [${emissions.shape}], transitions, start, end and lengths ${expected.map(([{ shape }]) => `[${shape}]`).join(', ')} ` +
        'do not fit [batch, n, labels], [labels, labels], [labels], [labels], [batch]',
    );
  }
  if (!hasKernel('FusedCrf')) return composed(emissions as tf.Tensor3D, transitions, start, end, lengths);
  return differentiable<tf.Tensor1D>(
    [emissions, transitions, start, end],
    () => {
      const [partition, sums] = runFused<tf.Tensor[]>('FusedCrf', [emissions, lengths, transitions, start, end]);
      return { y: partition as tf.Tensor1D, saved: [emissions, lengths, transitions, start, end, sums] };
    },
    (dy, saved) => runFused<tf.Tensor[]>('FusedCrfGrad', [dy, ...saved]),
  );
}

/** The same step by step; its gradient is tfjs's own. */
function composed(emissions: tf.Tensor3D, transitions: tf.Tensor, start: tf.Tensor, end: tf.Tensor, lengths: tf.Tensor): tf.Tensor1D {
  const [batch, n] = emissions.shape;
  if (batch === 0 || n === 0) return tf.zeros([batch]);
  return tf.tidy(() => {
    const scores = tf.unstack(emissions, 1) as tf.Tensor2D[]; // [batch, labels] each
    let states: tf.Tensor2D = tf.add(scores[0], start);
    for (let t = 1; t < n; t++) {
      const sums = tf.logSumExp(tf.add(states.expandDims(2), transitions), 1); // [batch, labels], over the label before
      const real = tf.greater(lengths, t).cast('float32').expandDims(1); // [batch, 1]
      states = tf.add(states, tf.mul(real, tf.sub(tf.add(sums, scores[t]), states)));
    }
    // tfjs wants a path from every input to the value, also where no label follows another.
    if (n === 1) states = tf.add(states, tf.mul(tf.sum(transitions), 0));
    const partition = tf.logSumExp(tf.add(states, end), 1);
    return tf.mul(partition, tf.greater(lengths, 0).cast('float32')) as tf.Tensor1D;
  });
}
