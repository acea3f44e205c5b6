import * as tf from '@tensorflow/tfjs';
import { differentiable, hasKernel, runFused } from './differentiable';

/**
 * Sums rows into places: y[r, :] = Σ x[i, :] over the i with places[i] = r; a row without any is 0. The transpose of `embedding`.
 *
 * @param x float32 [m, dimension]
 * @param places int32 [m], each in [0, rows)
 * @returns [rows, dimension]
 */
export function scatterRows(x: tf.Tensor, places: tf.Tensor, rows: number): tf.Tensor2D {
  if (x.rank !== 2 || !tf.util.arraysEqual(places.shape, [x.shape[0]])) {
    throw new Error(`scatterRows: x [${x.shape}], places [${places.shape}] do not fit [m, dimension], [m]`);
  }
  return differentiable<tf.Tensor2D>(
    [x],
    () => ({ y: sumRows(x, places, rows), saved: [places] }),
    (dy, [places]) => [tf.gather(dy, places)],
  );
}

/** `scatterRows` without its gradient. */
export function sumRows(x: tf.Tensor, places: tf.Tensor, rows: number): tf.Tensor2D {
  const dimension = x.shape[1]!;
  if (x.shape[0] === 0 || rows === 0) return tf.zeros([rows, dimension]); // which tfjs's cpu backend cannot sum
  if (hasKernel('FusedEmbeddingGrad')) return runFused<tf.Tensor2D>('FusedEmbeddingGrad', [x, places], { rows });
  return tf.unsortedSegmentSum(x, places as tf.Tensor1D, rows) as tf.Tensor2D;
}
