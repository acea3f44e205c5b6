import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { InputError, quantile } from '../../lib/common';
import type { Document } from '../../lib/corpus';
import { documentCounts, pairedBootstrap, pooledCounts, score, type DocumentCounts } from '../../lib/evaluation';

interface Golden {
  x: number[][];
  y: number[][];
  f1: [number, number];
  mean: number;
  deviation: number;
  atMostZero: number;
  quantiles: number[];
}

const { bootstrap: golden } = JSON.parse(readFileSync(path.join(__dirname, '../reference/significance.json'), 'utf8')) as { bootstrap: Golden };

const counts = (rows: number[][]): DocumentCounts => ({
  tp: Int32Array.from(rows, ([tp]) => tp),
  fp: Int32Array.from(rows, ([, fp]) => fp),
  fn: Int32Array.from(rows, ([, , fn]) => fn),
});

const entity = fc.record({ start: fc.nat(5), length: fc.integer({ min: 1, max: 4 }), type: fc.constantFrom('dis', 'bod') })
  .map(({ start, length, type }) => ({ start, end: start + length, type }));
const documents = fc.array(fc.tuple(fc.array(entity, { maxLength: 6 }), fc.array(entity, { maxLength: 6 })), { minLength: 1, maxLength: 8 });
const text = '甲乙丙丁戊己庚辛壬癸';
const document = (entities: Document['entities'], i: number): Document => ({ id: String(i), text, entities });

describe('paired bootstrap over documents', () => {
  it('counts of documents add up to the micro scores', () => {
    fc.assert(fc.property(documents, (pairs) => {
      const gold = pairs.map(([entities], i) => document(entities, i));
      const predicted = pairs.map(([, entities], i) => document(entities, i));
      const sum = (values: Int32Array): number => values.reduce((total, value) => total + value, 0);
      const { tp, fp, fn } = documentCounts(gold, [...predicted].reverse());
      const { micro } = score(gold, predicted);
      assert.deepEqual([sum(tp), sum(fp), sum(fn)], [micro.tp, micro.fp, micro.fn]);
    }));
    assert.throws(() => documentCounts([document([], 0)], []), InputError);
  });

  it('has the distribution of all resamples, enumerated', () => {
    const resamples = 40_000;
    const result = pairedBootstrap(counts(golden.x), counts(golden.y), { resamples, seed: 3 });
    golden.f1.forEach((f1, i) => assert.ok(Math.abs(result.f1[i] - f1) < 1e-12));
    assert.ok(Math.abs(result.difference - (golden.f1[0] - golden.f1[1])) < 1e-12);
    // The share below 0 within four standard errors; quantiles within the enumeration's own from a share of four errors away.
    const error = 4 * Math.sqrt((golden.atMostZero * (1 - golden.atMostZero)) / resamples);
    assert.ok(Math.abs(result.p / 2 - golden.atMostZero) < error + 2 / resamples, `${result.p / 2} ≠ ${golden.atMostZero}`);
    for (const [end, expected] of [[0, golden.quantiles[0]], [1, golden.quantiles[4]]] as const) {
      assert.ok(Math.abs(result.interval[end] - expected) < 0.1 * golden.deviation, `${result.interval[end]} ≠ ${expected}`);
    }
  });

  it('is the same for the same seed, changes sign with its sides, and knows no difference of equals', () => {
    const [x, y] = [counts(golden.x), counts(golden.y)];
    const one = pairedBootstrap(x, y, { resamples: 500 });
    assert.deepEqual(pairedBootstrap(x, y, { resamples: 500 }), one);
    assert.notDeepEqual(pairedBootstrap(x, y, { resamples: 500, seed: 1 }).interval, one.interval);
    const other = pairedBootstrap(y, x, { resamples: 500 });
    assert.ok(Math.abs(other.interval[0] + one.interval[1]) < 1e-12 && Math.abs(other.interval[1] + one.interval[0]) < 1e-12);
    assert.equal(other.p, one.p);
    const equal = pairedBootstrap(x, x, { resamples: 100 });
    assert.deepEqual([equal.difference, equal.interval, equal.p], [0, [0, 0], 1]);
  });

  it('refuses systems on different documents, and no documents at all', () => {
    assert.throws(() => pairedBootstrap(counts(golden.x), counts(golden.y.slice(1))), InputError);
    assert.throws(() => pairedBootstrap(counts([]), counts([])), InputError);
  });

  it('pools runs by adding them, and takes quantiles between neighbours', () => {
    const pooled = pooledCounts([counts(golden.x), counts(golden.y)]);
    assert.deepEqual([...pooled.tp], golden.x.map(([tp], i) => tp + golden.y[i][0]));
    assert.deepEqual([...pooled.fn], golden.x.map(([, , fn], i) => fn + golden.y[i][2]));
    assert.equal(quantile(Float64Array.of(1, 2, 4), 0.25), 1.5);
    assert.equal(quantile(Float64Array.of(1, 2, 4), 1), 4);
  });
});
