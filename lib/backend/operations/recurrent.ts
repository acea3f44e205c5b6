import * as tf from '@tensorflow/tfjs';
import { differentiable, type FusedKernel, hasKernel, runFused } from './differentiable';

/** The parameters of one direction, laid out as PyTorch does: `gates` blocks of `hidden` rows, one below the other. */
export interface RecurrentWeights {
  /** W [gates · hidden, in] */
  input: tf.Tensor;
  /** U [gates · hidden, hidden] */
  hidden: tf.Tensor;
  /** b [gates · hidden] */
  inputBias: tf.Tensor;
  /** c [gates · hidden] */
  hiddenBias: tf.Tensor;
}

/** A recurrent cell composed of tfjs operations, for backends without its kernel. */
interface Cell {
  name: 'gru' | 'lstm';
  kernel: FusedKernel;
  gradient: FusedKernel;
  gates: number;
  /** Tensors [batch, hidden] that go from step to step; the first is the output h. */
  states: number;
  /** From W x + b of one step [batch, gates · hidden] and the states before it to the states after it. */
  step(projected: tf.Tensor2D, states: tf.Tensor2D[], weights: RecurrentWeights): tf.Tensor2D[];
}

/**
 * A recurrent layer over padded sequences, read from the front or, `reverse`, each from its own last token. Padding changes
 * no state and its output is 0, as between PyTorch's pack_padded_sequence and pad_packed_sequence. States begin at 0.
 */
export function recurrent(cell: Cell, x: tf.Tensor, lengths: tf.Tensor, weights: RecurrentWeights, reverse: boolean): tf.Tensor3D {
  checkShapes(cell, x, lengths, weights);
  const { input, hidden, inputBias, hiddenBias } = weights;
  if (!hasKernel(cell.kernel)) return composed(cell, x as tf.Tensor3D, lengths, weights, reverse);
  return differentiable<tf.Tensor3D>(
    [x, input, hidden, inputBias, hiddenBias],
    () => {
      const [y, ...kept] = runFused<tf.Tensor[]>(cell.kernel, [x, lengths, input, hidden, inputBias, hiddenBias], { reverse });
      return { y: y as tf.Tensor3D, saved: [x, lengths, input, hidden, y, ...kept] };
    },
    (dy, saved) => runFused<tf.Tensor[]>(cell.gradient, [dy, ...saved], { reverse }),
  );
}

function checkShapes({ name, gates }: Cell, x: tf.Tensor, lengths: tf.Tensor, weights: RecurrentWeights): void {
  const [batch, , features]: number[] = x.shape;
  const hidden = weights.hidden.shape[1] ?? 0;
  const rows = gates * hidden;
  const expected: Array<[tf.Tensor, number[]]> = [
    [lengths, [batch]], [weights.input, [rows, features]], [weights.hidden, [rows, hidden]], [weights.inputBias, [rows]], [weights.hiddenBias, [rows]],
  ];
  if (x.rank !== 3 || expected.some(([{ shape }, fitting]) => !tf.util.arraysEqual(shape, fitting))) {
    throw new Error(
      `${name}: x [${x.shape}], lengths and weights ${expected.map(([{ shape }]) => `[${shape}]`).join(', ')} do not fit ` +
        `[batch, n, in], [batch], [${gates} hidden, in], [${gates} hidden, hidden], [${gates} hidden], [${gates} hidden]`,
    );
  }
}

/** The same step by step; its gradient is tfjs's own. */
function composed(cell: Cell, x: tf.Tensor3D, lengths: tf.Tensor, weights: RecurrentWeights, reverse: boolean): tf.Tensor3D {
  const [batch, n, features] = x.shape;
  const hidden = weights.hidden.shape[1]!;
  if (batch === 0 || n === 0) return tf.zeros([batch, n, hidden]);
  return tf.tidy(() => {
    const rows = x.reshape<tf.Tensor2D>([batch * n, features]);
    const projected = tf.add(tf.matMul(rows, weights.input as tf.Tensor2D, false, true), weights.inputBias);
    const inputs = tf.unstack(projected.reshape([batch, n, cell.gates * hidden]), 1) as tf.Tensor2D[]; // [batch, gates · hidden] each
    // Read in reverse, a sequence waits in its padding until its own last token comes.
    const mask = tf.less(tf.range(0, n, 1, 'int32'), lengths.expandDims(1)).cast('float32'); // [batch, n]
    const real = tf.split(mask, n, 1); // [batch, 1] each
    const outputs = new Array<tf.Tensor2D>(n);
    let states = Array.from({ length: cell.states }, (): tf.Tensor2D => tf.zeros([batch, hidden]));
    for (let step = 0; step < n; step++) {
      const t = reverse ? n - 1 - step : step;
      const next = cell.step(inputs[t], states, weights);
      outputs[t] = tf.mul(next[0], real[t]);
      states = states.map((state, i) => tf.add(state, tf.mul(real[t], tf.sub(next[i], state))));
    }
    return tf.stack(outputs, 1) as tf.Tensor3D;
  });
}

/** U h + c. */
export function fromState(h: tf.Tensor2D, { hidden, hiddenBias }: RecurrentWeights): tf.Tensor2D {
  return tf.add(tf.matMul(h, hidden as tf.Tensor2D, false, true), hiddenBias);
}
