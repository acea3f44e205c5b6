import * as tf from '@tensorflow/tfjs';
import { differentiable, hasKernel, runFused } from './differentiable';

/**
 * Rows of a table: y[..., :] = table[ids[...], :].
 *
 * @param table float32 [rows, dimension]
 * @param ids int32 [...], each in [0, rows)
 * @returns [..., dimension]
 */
export function embedding(table: tf.Tensor, ids: tf.Tensor): tf.Tensor {
  const [rows, dimension] = table.shape;
  return differentiable(
    [table],
    () => ({ y: tf.gather(table, ids), saved: [ids] }),
    (dy, [ids]) => {
      const flatIds = tf.reshape(ids, [-1]) as tf.Tensor1D;
      const flatDy = tf.reshape(dy, [-1, dimension]);
      return [
        hasKernel('FusedEmbeddingGrad')
          ? runFused<tf.Tensor>('FusedEmbeddingGrad', [flatDy, flatIds], { rows })
          : tf.unsortedSegmentSum(flatDy, flatIds, rows),
      ];
    },
  );
}
