import assert from 'node:assert/strict';
import fc from 'fast-check';
import { InputError, quantile } from '../../lib/common';
import { bootstrapIntervals, type DocumentCounts } from '../../lib/evaluation';

type Row = [tp: number, fp: number, fn: number];

const counts = (rows: readonly Row[]): DocumentCounts => ({
  tp: Int32Array.from(rows, ([tp]) => tp),
  fp: Int32Array.from(rows, ([, fp]) => fp),
  fn: Int32Array.from(rows, ([, , fn]) => fn),
});

/** Micro figures of each of the n^n draws of n documents. */
function allDraws(rows: readonly Row[]): { precision: number[]; recall: number[]; f1: number[] } {
  const n = rows.length;
  const figures = { precision: [] as number[], recall: [] as number[], f1: [] as number[] };
  for (let draw = 0; draw < n ** n; draw++) {
    let [tp, fp, fn] = [0, 0, 0];
    for (let i = 0, rest = draw; i < n; i++, rest = Math.floor(rest / n)) {
      const row = rows[rest % n];
      [tp, fp, fn] = [tp + row[0], fp + row[1], fn + row[2]];
    }
    const [precision, recall] = [tp + fp > 0 ? tp / (tp + fp) : 0, tp + fn > 0 ? tp / (tp + fn) : 0];
    figures.precision.push(precision);
    figures.recall.push(recall);
    figures.f1.push(precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0);
  }
  return figures;
}

describe('the bootstrap of a single system', () => {
  const rows: Row[] = [[9, 1, 2], [3, 4, 1], [7, 0, 5], [1, 2, 8], [5, 3, 3]];

  it('has the quantiles of all draws, enumerated', () => {
    const exact = allDraws(rows);
    const result = bootstrapIntervals(counts(rows), { resamples: 40_000, seed: 1 });
    for (const field of ['precision', 'recall', 'f1'] as const) {
      for (const [end, p] of [[0, 0.025], [1, 0.975]] as const) {
        // Four standard errors of the share below, on either side.
        const error = 4 * Math.sqrt((p * (1 - p)) / 40_000);
        const [low, high] = [quantile(exact[field], Math.max(0, p - error)), quantile(exact[field], Math.min(1, p + error))];
        assert.ok(result[field][end] >= low - 1e-12 && result[field][end] <= high + 1e-12, `${field}: ${result[field][end]} is not within ${low} and ${high}`);
      }
    }
    assert.deepEqual([result.documents, result.level, result.resamples], [5, 0.95, 40_000]);
  });

  it('is the same for the same seed, narrower for less, and a point where all documents are alike', () => {
    assert.deepEqual(bootstrapIntervals(counts(rows), { seed: 3 }), bootstrapIntervals(counts(rows), { seed: 3 }));
    const [wide, narrow] = [0.95, 0.5].map((level) => bootstrapIntervals(counts(rows), { level }).f1);
    assert.ok(wide[0] < narrow[0] && narrow[0] < narrow[1] && narrow[1] < wide[1]);
    const alike = bootstrapIntervals(counts([[3, 1, 2], [3, 1, 2], [3, 1, 2]]));
    assert.deepEqual([alike.precision, alike.recall], [[0.75, 0.75], [0.6, 0.6]]);
    for (const end of alike.f1) assert.ok(Math.abs(end - 6 / 9) < 1e-15);
  });

  it('stays within 0 and 1, and is 0 where nothing is found or there is nothing to find', () => {
    const row = fc.tuple(fc.nat(5), fc.nat(5), fc.nat(5));
    fc.assert(fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), (some) => {
      const { precision, recall, f1 } = bootstrapIntervals(counts(some), { resamples: 50 });
      for (const [low, high] of [precision, recall, f1]) assert.ok(low >= 0 && low <= high && high <= 1);
    }), { numRuns: 200, seed: 5 });
    assert.deepEqual(bootstrapIntervals(counts([[0, 0, 0], [0, 0, 0]]), { resamples: 10 }).f1, [0, 0]);
    assert.throws(() => bootstrapIntervals(counts([])), InputError);
  });
});
