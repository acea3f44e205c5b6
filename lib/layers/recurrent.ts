import * as tf from '@tensorflow/tfjs';
import type { RecurrentWeights } from '../backend/operations';
import type { Initializer, ParameterScope } from './parameters';

/** A recurrent layer read in both directions. */
export interface BidirectionalLayer {
  /** x [batch, n, inputs], each sequence's length → [batch, n, 2 · hidden], 0 at padding. */
  forward(x: tf.Tensor3D, lengths: readonly number[]): tf.Tensor3D;
}

/** One direction over padded sequences, as `gru` and `lstm` of the backend. */
type Direction = (x: tf.Tensor, lengths: tf.Tensor, weights: RecurrentWeights, reverse?: boolean) => tf.Tensor3D;

/** Uniform(−limit, limit). */
const uniform = (limit: number): Initializer => (size, random) => Float32Array.from({ length: size }, () => (random.uniform() * 2 - 1) * limit);

/** [h→; h←] of two directions with weights of their own, created under PyTorch's names with PyTorch's initial values. */
export function bidirectional(scope: ParameterScope, inputs: number, hidden: number, gates: number, run: Direction): BidirectionalLayer {
  const initial = uniform(1 / Math.sqrt(hidden));
  const weights = (suffix: string): RecurrentWeights => ({
    input: scope.weight(`weight_ih_l0${suffix}`, [gates * hidden, inputs], initial),
    hidden: scope.weight(`weight_hh_l0${suffix}`, [gates * hidden, hidden], initial),
    inputBias: scope.bias(`bias_ih_l0${suffix}`, [gates * hidden], initial),
    hiddenBias: scope.bias(`bias_hh_l0${suffix}`, [gates * hidden], initial),
  });
  const [forwards, backwards] = [weights(''), weights('_reverse')];
  return {
    forward: (x, lengths) =>
      tf.tidy(() => {
        const counts = tf.tensor1d([...lengths], 'int32');
        return tf.concat([run(x, counts, forwards), run(x, counts, backwards, true)], 2);
      }),
  };
}
