import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Random } from '../../../lib/common';
import { drawBatches, type EpochBatch, estimate, tokensOf } from '../../../lib/experiments/timing/sample';

const epochs = fc.array(fc.record({ windows: fc.integer({ min: 1, max: 16 }), length: fc.integer({ min: 3, max: 256 }) }), { minLength: 1, maxLength: 60 })
  .map((batches) => batches.map(({ windows, length }): EpochBatch => ({ indices: Array.from({ length: windows }, (_, i) => i), length })));
const counts = fc.integer({ min: 2, max: 20 });
const seeds = fc.integer();
const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
const close = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)), `${actual}, not ${expected}`);

/** An epoch as buckets make it: 8 windows a batch, most of them short, and one batch that is not full. */
const bucketed = Array.from({ length: 90 }, (_, i): EpochBatch => ({ indices: Array.from({ length: i ? 8 : 3 }, (__, j) => j), length: 10 + Math.round(240 * (i / 89) ** 3) }));

describe('the sample of an epoch', () => {
  it('is as many batches as asked for, or all, each once, in strata that hold the whole epoch; the seed decides', () => {
    fc.assert(fc.property(epochs, counts, seeds, (epoch, count, seed) => {
      const strata = drawBatches(epoch, count, Random.from(seed));
      const drawn = strata.flatMap((stratum) => stratum.drawn);
      assert.equal(new Set(drawn).size, drawn.length);
      assert.ok(drawn.every((batch) => epoch.includes(batch)));
      assert.equal(drawn.length, Math.min(count, epoch.length));
      assert.equal(sum(strata.map(({ batches }) => batches)), epoch.length);
      assert.equal(sum(strata.map(({ tokens }) => tokens)), sum(epoch.map(tokensOf)));
      assert.deepEqual(drawBatches(epoch, count, Random.from(seed)), strata);
    }));
  });

  it('gives the exact total where every batch is measured, whatever each costs', () => {
    fc.assert(fc.property(epochs, seeds, fc.infiniteStream(fc.double({ min: 0.1, max: 1000, noNaN: true })), (epoch, seed, stream) => {
      const costs = new Map(epoch.map((batch) => [batch, stream.next().value as number]));
      const { total, samplingError } = estimate(drawBatches(epoch, Math.max(2, epoch.length), Random.from(seed)), (batch) => costs.get(batch)!);
      close(total, sum([...costs.values()]));
      assert.equal(samplingError, 0);
    }));
  });

  it('gives the exact total from any sample where a batch costs a constant and another for each token', () => {
    const amounts = fc.double({ min: 0.001, max: 1000, noNaN: true });
    fc.assert(fc.property(epochs, counts, seeds, amounts, amounts, (epoch, count, seed, perBatch, perToken) => {
      const strata = drawBatches(epoch, count, Random.from(seed));
      // Batches of one size, drawn from several: nothing tells what a token costs.
      fc.pre(new Set(strata.flatMap(({ drawn }) => drawn.map(tokensOf))).size > 1 || new Set(epoch.map(tokensOf)).size === 1);
      const { total, samplingError } = estimate(strata, (batch) => perBatch + perToken * tokensOf(batch));
      close(total, perBatch * epoch.length + perToken * sum(epoch.map(tokensOf)));
      assert.ok(samplingError === null || samplingError <= 1e-6 * total);
    }));
  });

  it('is right on average where attention grows with the square of the length, and its standard error is that of repeated samples', () => {
    const cost = (batch: EpochBatch) => 900 + tokensOf(batch) + (tokensOf(batch) * batch.length) / 400;
    const expected = sum(bucketed.map(cost));
    const estimates = Array.from({ length: 800 }, (_, seed) => estimate(drawBatches(bucketed, 12, Random.from(seed)), cost));
    const mean = sum(estimates.map(({ total }) => total)) / estimates.length;
    assert.ok(Math.abs(mean / expected - 1) < 0.005, `${mean} on average, not ${expected}`);
    const deviation = Math.sqrt(sum(estimates.map(({ total }) => (total - mean) ** 2)) / (estimates.length - 1));
    const told = Math.sqrt(sum(estimates.map(({ samplingError }) => samplingError! ** 2)) / estimates.length);
    assert.ok(deviation < 0.05 * expected);
    assert.ok(Math.abs(told / deviation - 1) < 0.25, `told ${told}, is ${deviation}`);
  });

  it('refuses a sample of one, and tells no error from one of several', () => {
    assert.throws(() => drawBatches(bucketed, 1, Random.from(0)), /at least 2/);
    const batch = bucketed[5];
    assert.equal(estimate([{ batches: 2, tokens: 2 * tokensOf(batch), drawn: [batch] }], tokensOf).samplingError, null);
  });
});
