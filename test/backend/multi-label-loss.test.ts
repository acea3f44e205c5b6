import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { multiLabelLoss, outside, prepareBackend } from '../../lib/backend';
import { assertClose, assertNoLeak } from '../layers/support';
import { needsTorch } from './support';

/** Eq. 9 in float64, stable by pulling out the largest exponent. */
function reference(scores: number[][], positives: Set<number>): { loss: number; gradient: number[] } {
  const cells = scores[0].length;
  const gradient = new Array<number>(scores.length * cells).fill(0);
  let total = 0;
  scores.forEach((row, r) => {
    for (const sign of [1, -1]) {
      const members = row.map((_, c) => c).filter((c) => row[c] > outside / 2 && positives.has(r * cells + c) === (sign === -1));
      const most = Math.max(0, ...members.map((c) => sign * row[c]));
      const sum = Math.exp(-most) + members.reduce((s, c) => s + Math.exp(sign * row[c] - most), 0);
      total += most + Math.log(sum);
      for (const c of members) gradient[r * cells + c] = (sign * Math.exp(sign * row[c] - most)) / sum / scores.length;
    }
  });
  return { loss: total / scores.length, gradient };
}

function run(scores: number[][], positives: Iterable<number>): { loss: number; gradient: Float32Array } {
  const x = tf.tensor2d(scores);
  const { value, grads } = tf.valueAndGrads((input: tf.Tensor) => multiLabelLoss(input, positives))([x]);
  const result = { loss: value.dataSync()[0], gradient: grads[0].dataSync<'float32'>() };
  tf.dispose([x, value, ...grads]);
  return result;
}

for (const backend of ['torch', 'cpu'] as const) describe(`multi-label loss on ${backend}`, () => {
  before(async function () {
    if (backend === 'torch') await needsTorch(this);
    await prepareBackend({ backend, quiet: true });
  });

  it('is Eq. 9 with its gradient, for any scores and labels', () => {
    const shape = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 12 }));
    const cases = shape.chain(([rows, cells]) =>
      fc.record({
        scores: fc.array(fc.array(fc.oneof(fc.double({ min: -60, max: 60, noNaN: true }), fc.constant(outside)), { minLength: cells, maxLength: cells }), { minLength: rows, maxLength: rows }),
        chosen: fc.array(fc.nat(rows * cells - 1), { maxLength: 6 }),
      }),
    );
    fc.assert(
      fc.property(cases, ({ scores, chosen }) => {
        const rounded = scores.map((row) => row.map(Math.fround));
        const positives = chosen.filter((cell) => rounded.flat()[cell] > outside / 2);
        const expected = reference(rounded, new Set(positives));
        const { loss, gradient } = run(rounded, positives); // duplicates included
        assertClose([loss], [expected.loss], 1e-5, 'loss');
        assertClose(gradient, expected.gradient, 1e-5, 'gradient');
      }),
      { numRuns: 100 },
    );
  });

  it('agrees with finite differences', () => {
    const scores = [[0.3, -1.2, 0.7, 2.1], [-0.4, 0.9, 1.4, -2.2]];
    const positives = [2, 4, 5];
    const { gradient } = run(scores, positives);
    const step = 1 / 64;
    scores.flat().forEach((_, cell) => {
      const shifted = (by: number) => run(scores.map((row, r) => row.map((v, c) => (r * 4 + c === cell ? v + by : v))), positives).loss;
      assert.ok(Math.abs((shifted(step) - shifted(-step)) / (2 * step) - gradient[cell]) < 1e-3);
    });
  });

  it('closed forms: log(1 + n) for n zero scores; log 2 more with one positive of 0', () => {
    assertClose([run([[0, 0, 0]], []).loss], [Math.log(4)], 1e-6);
    assertClose([run([[0, 0, 0]], [1]).loss], [Math.log(3) + Math.log(2)], 1e-6);
  });

  it('does not cancel: a confident positive leaves the small loss of the negatives exact', () => {
    const { loss, gradient } = run([[90, -8, -9]], [0]);
    assertClose([loss * 1e4], [Math.log1p(Math.exp(-8) + Math.exp(-9)) * 1e4], 2e-3);
    assert.ok(gradient[1] > 0 && gradient[2] > 0 && gradient[0] <= 0);
  });

  it('a cell outside weighs exactly nothing', () => {
    const { loss, gradient } = run([[1, outside, -1], [outside, outside, outside]], [0]);
    assertClose([loss], [(Math.log1p(Math.exp(-1)) * 2) / 2], 1e-6);
    assert.equal(gradient[1], 0);
    assert.deepEqual([...gradient.slice(3)].map(Math.abs), [0, 0, 0]);
  });

  it('refuses a position outside the scores', () => {
    assert.throws(() => tf.tidy(() => multiLabelLoss(tf.zeros([2, 3]), [6])), /positive cell 6/);
  });

  it('leaves nothing behind', () => assertNoLeak(() => void run([[1, 2], [3, 4]], [0])));
});
