import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { bandedScores, blocks, prepareBackend } from '../../lib/backend';
import { assertClose, assertNoLeak } from '../layers/support';

describe('banded scores composed of tfjs kernels', () => {
  before(() => prepareBackend({ quiet: true }));

  const vectors = (rows: number, n: number, size: number, seed: number) => tf.randomNormal([rows, n, size], 0, 1, 'float32', seed) as tf.Tensor3D;

  /** The band of the dense matrix, cell by cell. */
  const expected = (queries: tf.Tensor3D, keys: tf.Tensor3D, k: number) => {
    const dense = tf.tidy(() => tf.matMul(queries, keys, false, true).arraySync()) as number[][][];
    return dense.map((matrix) => matrix.map((row, i) => Array.from({ length: k }, (_, c) => row[i + c] ?? 0)));
  };

  it('equal the dense matrix inside the band, and 0 past the end', () => {
    const cases = fc.record({ n: fc.integer({ min: 1, max: 90 }), k: fc.integer({ min: 1, max: 90 }), seed: fc.nat(1000) });
    fc.assert(
      fc.property(cases, ({ n, k: wide, seed }) => {
        const k = Math.min(n, wide);
        const [queries, keys] = [vectors(2, n, 4, seed), vectors(2, n, 4, seed + 1)];
        const band = tf.tidy(() => bandedScores(queries, keys, k));
        assert.deepEqual(band.shape, [2, n, k]);
        assertClose(band.dataSync(), expected(queries, keys, k), 1e-6);
        tf.dispose([queries, keys, band]);
      }),
      { numRuns: 60 },
    );
  });

  it('have the dense gradients', () => {
    for (const [n, k] of [[70, 9], [64, 33], [20, 20], [33, 1]]) {
      assert.ok(k !== 9 || blocks(n, k) > 1);
      const [queries, keys] = [vectors(2, n, 4, 1), vectors(2, n, 4, 2)];
      const weights = tf.randomNormal([2, n, k], 0, 1, 'float32', 3);
      const far = tf.tidy(() => {
        // The same weights on the dense matrix's diagonals.
        const cells = weights.arraySync() as number[][][];
        return tf.tensor3d(cells.map((matrix) => matrix.map((row, i) => Array.from({ length: n }, (_, j) => row[j - i] ?? 0))));
      });
      const banded = tf.grads((q: tf.Tensor, s: tf.Tensor) => bandedScores(q as tf.Tensor3D, s as tf.Tensor3D, k).mul(weights).sum())([queries, keys]);
      const dense = tf.grads((q: tf.Tensor, s: tf.Tensor) => tf.matMul(q as tf.Tensor3D, s as tf.Tensor3D, false, true).mul(far).sum())([queries, keys]);
      banded.forEach((gradient, i) => assertClose(gradient.dataSync(), dense[i].dataSync<'float32'>(), 1e-5, `n ${n}, k ${k}`));
      tf.dispose([queries, keys, weights, far, ...banded, ...dense]);
    }
  });

  it('leave nothing behind', async () => {
    const [queries, keys] = [vectors(1, 64, 4, 1), vectors(1, 64, 4, 2)];
    await assertNoLeak(() => tf.tidy(() => bandedScores(queries, keys, 9)).dispose());
    tf.dispose([queries, keys]);
  });

  it('cost 60 to 72 % less than the dense matrix at n = 256-512, k = 43', () => {
    for (const n of [256, 384, 512]) {
      const count = blocks(n, 43);
      const w = Math.ceil(n / count);
      const saved = 1 - (count * w * (w + 42)) / (n * n);
      assert.ok(saved > 0.6, `n ${n} saves ${saved}`);
    }
    assert.equal(blocks(50, 43), 1);
  });
});
