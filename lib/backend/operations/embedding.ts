import * as tf from '@tensorflow/tfjs';
import { differentiable } from './differentiable';
import { sumRows } from './scatter-rows';

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
    (dy, [ids]) => [sumRows(tf.reshape(dy, [ids.size, dimension]), tf.reshape(ids, [ids.size]), rows)],
  );
}
