import * as tf from '@tensorflow/tfjs';
import { differentiable, hasKernel, inGradient, runFused } from './differentiable';

/** The score of a cell that is no candidate: e^−10000 is exactly 0, and half precision can hold it. */
export const outside = -1e4;

/**
 * The multi-label cross-entropy (paper B, Eq. 9, which its text leaves blank; Su et al. 2022, Eq. 5):
 *
 *   ℓ(s, P) = log(1 + Σ_{p∈P} e^{−s_p}) + log(1 + Σ_{q∉P} e^{s_q}), the mean over rows.
 *
 * scores [..., cells] are taken as rows of `cells` last-axis entries (a row: one type of one example); `positives` are indices
 * into the flattened scores. A cell that is no candidate must hold `outside` or less: it then weighs exactly 0.
 * Returns a scalar.
 *
 * Eq. 9 sums over types; the mean over examples and types taken here, as in the public GlobalPointer code, is that sum
 * divided by the constant number of types. It keeps losses, and the threshold of gradient clipping, comparable between
 * corpora with few and with many types.
 *
 * Labels are positions, never a tensor of the scores' size. The positives' scores are replaced before the sum over the rest:
 * subtracting their exponentials from the sum over all cells, as the public sparse version does, cancels
 * catastrophically once they are large. The gradient is ∂ℓ/∂s_q = e^{s_q} / (1 + Σ e^{s}) and ∂ℓ/∂s_p = −e^{−s_p} / (1 + Σ e^{−s}).
 */
export function multiLabelLoss(scores: tf.Tensor, positives: Iterable<number>): tf.Scalar {
  const cells = scores.shape[scores.shape.length - 1];
  const rows = scores.size / cells;
  const positions = distinctPositions(positives, rows, cells);
  return hasKernel('FusedMultiLabelLoss')
    ? lossWithGradient('FusedMultiLabelLoss', scores, { cells, positives: positions })
    : composedLoss(scores, positiveTable(positions, rows, cells));
}

/** Each position once, in order. */
export function distinctPositions(positives: Iterable<number>, rows: number, cells: number): number[] {
  const positions = [...new Set(positives)].sort((a, b) => a - b);
  const strange = positions.find((position) => !(Number.isInteger(position) && position >= 0 && position < rows * cells));
  if (strange !== undefined) throw new Error(`positive cell ${strange} lies outside ${rows} rows of ${cells}`);
  return positions;
}

/** Runs a kernel that returns a loss and, where one will be asked for, its gradient for `x`: the only thing that is kept. */
export function lossWithGradient(
  kernel: 'FusedMultiLabelLoss' | 'FusedPointerLoss',
  x: tf.Tensor,
  attributes: Record<string, unknown>,
): tf.Scalar {
  const withGradient = inGradient();
  return differentiable(
    [x],
    () => {
      const [loss, ...gradient] = runFused<tf.Tensor[]>(kernel, [x], { ...attributes, withGradient });
      return { y: loss as tf.Scalar, saved: gradient };
    },
    (dy, [gradient]) => [runFused<tf.Tensor>('FusedScale', [gradient, dy])],
  );
}

function composedLoss(scores: tf.Tensor, table: PositiveTable): tf.Scalar {
  const { rows, cells } = table;
  return differentiable(
    [scores],
    () => {
      const flat = scores.reshape([-1]);
      if (table.positions.length === 0) {
        const [losses, weights] = logOnePlusSumExp(flat.reshape([rows, cells]));
        return { y: losses.mean() as tf.Scalar, saved: [weights] };
      }
      const atPositives = tf.gather(flat, tf.tensor1d(table.positions, 'int32'));
      const negatives = addAt(flat, table, tf.sub(outside, atPositives)).reshape([rows, cells]);
      const [negativeLosses, negativeWeights] = logOnePlusSumExp(negatives);
      const gathered = tf.gather(flat, tf.tensor1d(table.gather, 'int32'));
      const exponents = gathered.mul(tf.tensor1d(table.signs)).add(tf.tensor1d(table.hidden)); // −s, or `outside`
      const [positiveLosses, positiveWeights] = logOnePlusSumExp(exponents.reshape([rows, table.width]));
      return { y: negativeLosses.add(positiveLosses).mean() as tf.Scalar, saved: [negativeWeights, positiveWeights] };
    },
    (dy, [negativeWeights, positiveWeights]) => {
      const share = dy.div(rows);
      const gradient = negativeWeights.mul(share).reshape([-1]);
      if (!positiveWeights) return [gradient.reshape(scores.shape)];
      const slots = tf.tensor1d(table.slots, 'int32');
      const atPositives = tf.gather(positiveWeights.mul(share).neg().reshape([-1]), slots);
      return [addAt(gradient, table, atPositives).reshape(scores.shape)]; // 0 there so far
    },
  );
}

/** Positive cells arranged by row: [rows, width] with `width` the most that a row has. */
interface PositiveTable {
  rows: number;
  cells: number;
  width: number;
  /** Each positive's index into the flattened scores. */
  positions: Int32Array;
  /** Where each of `positions` stands in the flattened table. */
  slots: Int32Array;
  /** The table's entries as indices into the flattened scores; unused entries point at the row's first cell. */
  gather: Int32Array;
  /** −1 where the table's entry is used, 0 where it is not: [rows · width]. */
  signs: Float32Array;
  /** 0 where the table's entry is used, `outside` where it is not: [rows · width]. */
  hidden: Float32Array;
}

function positiveTable(positions: readonly number[], rows: number, cells: number): PositiveTable {
  const byRow = new Map<number, number[]>();
  for (const position of positions) {
    const row = Math.floor(position / cells);
    byRow.set(row, [...(byRow.get(row) ?? []), position]);
  }
  const width = Math.max(0, ...[...byRow.values()].map((row) => row.length));
  const table: PositiveTable = {
    rows,
    cells,
    width,
    positions: Int32Array.from(positions),
    slots: new Int32Array(positions.length),
    gather: Int32Array.from({ length: rows * width }, (_, slot) => Math.floor(slot / width) * cells),
    signs: new Float32Array(rows * width),
    hidden: new Float32Array(rows * width).fill(outside),
  };
  let count = 0;
  for (const [row, members] of byRow) {
    members.forEach((position, column) => {
      const slot = row * width + column;
      table.slots[count++] = slot;
      table.gather[slot] = position;
      table.signs[slot] = -1;
      table.hidden[slot] = 0;
    });
  }
  return table;
}

/**
 * `flat` with `values` added at the positives. (TensorScatterUpdate, the shorter way, overwrites its input on tfjs's plain
 * CPU backend.)
 */
function addAt(flat: tf.Tensor, { positions }: PositiveTable, values: tf.Tensor): tf.Tensor {
  return flat.add(tf.scatterND(tf.tensor2d(positions, [positions.length, 1], 'int32'), values, [flat.size]));
}

/** log(1 + Σ e^x) of each row, [rows], and its gradient e^x / (1 + Σ e^x), [rows, columns]. */
function logOnePlusSumExp(x: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const most = x.max(1, true).maximum(0); // [rows, 1]; at least the exponent of the 1
  const powers = x.sub(most).exp();
  const sum = powers.sum(1, true).add(most.neg().exp()); // [rows, 1]
  return [sum.log().add(most).squeeze([1]), powers.div(sum)];
}
