import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { backendInfo, multiLabelLoss, outside, pointerLoss, type PointerOptions, pointerScores, prepareBackend, rope, torchMemory } from '../../lib/backend';
import { assertClose, assertNoLeak, difference } from '../layers/support';
import { needsTorch } from './support';

const types = 2;
const size = 4;

const vectorsOf = (batch: number, n: number, seed: number): tf.Tensor3D => tf.randomNormal([batch, n, types * 2 * size], 0, 1, 'float32', seed) as tf.Tensor3D;
const optionsOf = (lengths: number[], k?: number): PointerOptions => ({ types, lengths, k, scale: 0.5, rope: true });
const isCandidate = (length: number, i: number, j: number, k: number): boolean => 1 <= i && i <= j && j <= length - 2 && j - i < k;

/** Every candidate's score in float64, by complex rotation: [batch][types][first token][last token]. */
function reference(vectors: number[][][], n: number): (example: number, type: number, i: number, j: number) => number {
  const turned = (vector: number[], position: number): number[] =>
    vector.flatMap((_, d) => {
      if (d % 2) return [];
      const angle = position * 10000 ** (-d / size);
      const [a, b] = [vector[d], vector[d + 1]];
      return [a * Math.cos(angle) - b * Math.sin(angle), b * Math.cos(angle) + a * Math.sin(angle)];
    });
  const part = (example: number, type: number, at: number, which: number): number[] =>
    turned(vectors[example][at].slice((2 * type + which) * size, (2 * type + which + 1) * size), at);
  assert.equal(vectors[0].length, n);
  return (example, type, i, j) => {
    const key = part(example, type, j, 1);
    return 0.5 * part(example, type, i, 0).reduce((sum, value, d) => sum + value * key[d], 0);
  };
}

/** Some windows of up to n tokens, a band, and a seed. */
const cases = fc.record({ n: fc.integer({ min: 1, max: 100 }), k: fc.integer({ min: 1, max: 110 }), seed: fc.nat(1000) })
  .chain(({ n, k, seed }) => fc.record({ n: fc.constant(n), k: fc.constant(k), seed: fc.constant(seed), lengths: fc.array(fc.integer({ min: 0, max: n }), { minLength: 1, maxLength: 3 }) }));

/** A few candidates of each row, as first and last tokens. */
function someSpans(lengths: number[], k: number): Array<[number, number, number, number]> {
  return lengths.flatMap((length, example) => Array.from({ length: types }, (_, type) => type).flatMap((type) =>
    [[1, 1], [2, 3], [length - 2, length - 2], [3, k + 2]].filter(([i, j]) => isCandidate(length, i, j, k)).map(([i, j]): [number, number, number, number] => [example, type, i, j])));
}

for (const backend of ['torch', 'cpu'] as const) {
  describe(`pointer scores and loss on ${backend}`, () => {
    before(async function () {
      if (backend === 'torch') await needsTorch(this);
      await prepareBackend({ backend, quiet: true });
    });
    const runs = backend === 'torch' ? 60 : 10;

    it('are the scores of Eq. 8 at candidates, dense and in a band, and −10⁴ elsewhere', () => {
      fc.assert(fc.property(cases, ({ n, k, seed, lengths }) => {
        const vectors = vectorsOf(lengths.length, n, seed);
        const score = reference(vectors.arraySync(), n);
        for (const band of [undefined, k]) {
          const width = Math.min(band ?? n, n);
          const scores = tf.tidy(() => pointerScores(vectors, optionsOf(lengths, band)));
          assert.deepEqual(scores.shape, [lengths.length, types, n, width]);
          const expected = Array.from({ length: scores.size }, (_, cell) => {
            const [column, i, row] = [cell % width, Math.floor(cell / width) % n, Math.floor(cell / width / n)];
            const [type, example] = [row % types, Math.floor(row / types)];
            const j = band === undefined ? column : i + column;
            return isCandidate(lengths[example], i, j, band ?? n) ? score(example, type, i, j) : outside;
          });
          assertClose(scores.dataSync(), expected, 2e-6);
          scores.dispose();
        }
        vectors.dispose();
      }), { numRuns: runs });
    });

    it('have the loss and gradient of the multi-label loss of the scores', () => {
      fc.assert(fc.property(cases, ({ n, k, seed, lengths }) => {
        const vectors = vectorsOf(lengths.length, n, seed);
        for (const band of [undefined, k]) {
          const options = optionsOf(lengths, band);
          const width = Math.min(band ?? n, n);
          const positives = someSpans(lengths, band ?? n).map(([example, type, i, j]) => ((example * types + type) * n + i) * width + (band === undefined ? j : j - i));
          const whole = tf.valueAndGrads((x: tf.Tensor) => pointerLoss(x, positives, options))([vectors]);
          const stepwise = tf.valueAndGrads((x: tf.Tensor) => multiLabelLoss(pointerScores(x, options).reshape([lengths.length * types, n * width]), positives))([vectors]);
          assertClose(whole.value.dataSync(), [stepwise.value.dataSync()[0]], 2e-6, 'loss');
          assertClose(whole.grads[0].dataSync(), stepwise.grads[0].dataSync<'float32'>(), 2e-6, 'gradient');
          tf.dispose([whole.value, stepwise.value, ...whole.grads, ...stepwise.grads]);
        }
        vectors.dispose();
      }), { numRuns: runs });
    });

    it('a band as wide as the window has the dense head\'s loss and gradient', () => {
      const [n, lengths] = [70, [70, 41]];
      const vectors = vectorsOf(2, n, 5);
      const spans = someSpans(lengths, n);
      const run = (k?: number) => tf.valueAndGrads((x: tf.Tensor) =>
        pointerLoss(x, spans.map(([example, type, i, j]) => ((example * types + type) * n + i) * n + (k ? j - i : j)), optionsOf(lengths, k)))([vectors]);
      const [dense, band] = [run(), run(n)];
      // libtorch's CPU kernels take such a band for the dense matrix that it is.
      const { name, device } = backendInfo();
      const most = name === 'torch' && device === 'cpu' ? 0 : 1e-6;
      for (const of of [({ value }: typeof band) => value, ({ grads }: typeof band) => grads[0]]) {
        assert.ok(difference(of(band).dataSync(), of(dense).dataSync()) <= most);
      }
      tf.dispose([vectors, dense.value, band.value, ...dense.grads, ...band.grads]);
    });

    it('padding, [CLS] and [SEP] get no gradient', () => {
      const vectors = vectorsOf(2, 40, 7);
      const [gradient] = tf.grads((x: tf.Tensor) => pointerLoss(x, [], optionsOf([40, 10], 5)))([vectors]);
      const rows = gradient.arraySync() as number[][][];
      rows.forEach((example, b) => example.forEach((row, i) => assert.equal(row.some((value) => value !== 0), i >= 1 && i <= [40, 10][b] - 2)));
      tf.dispose([vectors, gradient]);
    });

    it('of nothing but padding: no loss, no gradient', () => {
      const vectors = vectorsOf(1, 3, 1);
      const { value, grads } = tf.valueAndGrads((x: tf.Tensor) => pointerLoss(x, [], optionsOf([2], 2)))([vectors]);
      assert.equal(value.dataSync()[0], 0);
      assert.ok(grads[0].dataSync().every((element) => Math.abs(element) === 0));
      tf.dispose([vectors, value, ...grads]);
    });

    it('leave nothing behind, with a gradient and without', async () => {
      const vectors = vectorsOf(2, 40, 1);
      await assertNoLeak(() => {
        tf.tidy(() => pointerLoss(vectors, [41], optionsOf([40, 30]))).dispose();
        const { value, grads } = tf.valueAndGrads((x: tf.Tensor) => pointerLoss(x, [6], optionsOf([40, 30], 5)))([vectors]);
        tf.dispose([value, ...grads]);
      });
      vectors.dispose();
    });

    it('refuse what does not fit, naming it', () => {
      tf.tidy(() => {
        const vectors = vectorsOf(1, 5, 1);
        assert.throws(() => pointerScores(vectors, optionsOf([5, 5])), /pointerScores: vectors \[1,5,16\] with 2 lengths/);
        assert.throws(() => pointerScores(vectors, { ...optionsOf([5]), types: 3 }), /not \[batch, n, 3 · 2 · size\]/);
        assert.throws(() => pointerScores(vectors, optionsOf([6])), /a window of length 6/);
        assert.throws(() => pointerScores(vectors, optionsOf([5], 0)), /spans of up to 0 tokens/);
        assert.throws(() => pointerLoss(vectors, [5], optionsOf([5])), /positive cell 5 is no candidate/); // first token 1, last 0
        assert.throws(() => pointerLoss(vectors, [50], optionsOf([5])), /positive cell 50 lies outside/);
        assert.throws(() => rope(tf.ones([2, 3])), /rope: x \[2,3\]/);
      });
    });
  });
}

describe('pointer kernels of the torch backend', () => {
  before(async function () { await needsTorch(this); });
  beforeEach(() => prepareBackend({ backend: 'torch', quiet: true }));

  const step = (n: number, k?: number): number[] => tf.tidy(() => {
    const vectors = tf.randomNormal([3, n, 9 * 2 * 16], 0, 1, 'float32', 4) as tf.Tensor3D;
    const options = { types: 9, lengths: [n, n - 7, 20], k, scale: 0.25, rope: true };
    const { value, grads } = tf.valueAndGrads((x: tf.Tensor) => pointerLoss(x, [(k ?? n) + (k ? 0 : 1)], options))([vectors]);
    return [value, ...grads, rope(vectors)].flatMap((tensor) => Array.from(tensor.dataSync()));
  });

  it('give the same bits with one thread and with two', async () => {
    for (const k of [undefined, 11]) {
      await prepareBackend({ backend: 'torch', threads: 1 });
      const one = step(130, k);
      assert.ok(one.every(Number.isFinite));
      await prepareBackend({ backend: 'torch', threads: 2 });
      assert.deepEqual(step(130, k), one);
    }
  });

  it('hold no tensor of the scores\' size for the loss', () => {
    const [batch, n] = [2, 300];
    const vectors = vectorsOf(batch, n, 1);
    torchMemory(true);
    const before = torchMemory()!.peakBytes;
    tf.dispose(Object.values(tf.valueAndGrads((x: tf.Tensor) => pointerLoss(x, [], optionsOf([n, n])))([vectors])).flat());
    const scores = batch * types * n * n * 4;
    assert.ok(torchMemory()!.peakBytes - before < scores / 2, `${torchMemory()!.peakBytes - before} bytes, the scores have ${scores}`);
    vectors.dispose();
  });
});
