import * as tf from '@tensorflow/tfjs';

/** s[r, i, c] = queries[r, i] · keys[r, i + c] for 0 ≤ c < k ≤ n (0 past the end): [rows, n, size] twice → [rows, n, k]. */
export function bandedScores(queries: tf.Tensor3D, keys: tf.Tensor3D, k: number): tf.Tensor3D {
  const [rows, n, size] = queries.shape;
  const count = blocks(n, k);
  if (count === 1) return skew(tf.matMul(queries, keys, false, true).pad([[0, 0], [0, 0], [0, k - 1]]), k);
  const w = Math.ceil(n / count);
  const reach = w + k - 1;
  const blocked = queries.pad([[0, 0], [0, count * w - n], [0, 0]]).reshape<tf.Tensor3D>([rows * count, w, size]);
  // Block b reaches its own w keys and the first k − 1 of the next block's (k − 1 ≤ w).
  const keyBlocks = keys
    .pad([[0, 0], [0, (count + 1) * w - n], [0, 0]])
    .reshape<tf.Tensor4D>([rows, count + 1, w, size]);
  const own = keyBlocks.slice([0, 0, 0, 0], [rows, count, w, size]);
  const windows = k === 1 ? own : tf.concat([own, keyBlocks.slice([0, 1, 0, 0], [rows, count, k - 1, size])], 2);
  const reachable = windows.reshape<tf.Tensor3D>([rows * count, reach, size]);
  const band = skew(tf.matMul(blocked, reachable, false, true), k); // [rows · count, w, k]
  return band.reshape<tf.Tensor3D>([rows, count * w, k]).slice([0, 0, 0], [rows, n, k]);
}

/** The diagonals of each block: scores [rows, w, w + k − 1] → [rows, w, k], out[i, c] = scores[i, i + c]. */
function skew(scores: tf.Tensor3D, k: number): tf.Tensor3D {
  const [rows, w, reach] = scores.shape;
  // Cell (i, i + c) lies at i · reach + i + c = i · (reach + 1) + c: read with rows one longer, the band is the first k columns.
  return scores
    .reshape<tf.Tensor2D>([rows, w * reach])
    .pad([[0, 0], [0, w]])
    .reshape<tf.Tensor3D>([rows, w, reach + 1])
    .slice([0, 0, 0], [rows, w, k]);
}

/**
 * How many blocks cost the fewest products: b blocks of w = ⌈n / b⌉ queries need b · w · (w + k − 1), one block (the dense
 * matrix, best for windows not much longer than k) n². A block must reach no further than the next one: w ≥ k − 1.
 */
export function blocks(n: number, k: number): number {
  let best = 1;
  let cost = n * n;
  for (let count = 2; Math.ceil(n / count) >= Math.max(1, k - 1) && count <= n; count++) {
    const w = Math.ceil(n / count);
    // Very small blocks have fewer products but make the matrix product inefficient.
    if (w < 16) break;
    const products = count * w * (w + k - 1);
    if (products < cost) [best, cost] = [count, products];
  }
  return best;
}
