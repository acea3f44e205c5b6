import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Random } from '../../lib/common';
import { epochBatches, lengthBuckets } from '../../lib/training';

const lengths = fc.array(fc.integer({ min: 2, max: 512 }), { minLength: 1, maxLength: 300 });
const options = fc.record({ batchSize: fc.integer({ min: 1, max: 32 }), tokenBudget: fc.option(fc.integer({ min: 8, max: 4096 })) });

describe('length buckets', () => {
  it('put every example into exactly one batch, within both limits', () => {
    fc.assert(
      fc.property(lengths, options, fc.integer(), (list, limits, seed) => {
        const batches = lengthBuckets(list, limits, Random.from(seed));
        assert.deepEqual(batches.flat().sort((a, b) => a - b), list.map((_, i) => i));
        for (const batch of batches) {
          assert.ok(batch.length <= limits.batchSize);
          const padded = Math.max(...batch.map((i) => list[i])) * batch.length;
          assert.ok(batch.length === 1 || limits.tokenBudget === null || padded <= limits.tokenBudget);
        }
      }),
    );
  });

  it('are a function of seed and epoch, with the same number of batches in every epoch', () => {
    fc.assert(
      fc.property(lengths, options, fc.nat(), (list, limits, seed) => {
        const first = epochBatches(list, limits, seed, 0);
        assert.deepEqual(epochBatches(list, limits, seed, 0), first);
        assert.equal(epochBatches(list, limits, seed, 1).length, first.length);
      }),
    );
    const same = Array.from({ length: 100 }, () => 20);
    const limits = { batchSize: 8, tokenBudget: null };
    assert.notDeepEqual(epochBatches(same, limits, 1, 0), epochBatches(same, limits, 1, 1));
    assert.notDeepEqual(epochBatches(same, limits, 1, 0), epochBatches(same, limits, 2, 0));
  });

  it('need little padding', () => {
    const random = Random.from(3);
    const list = Array.from({ length: 2000 }, () => 5 + Math.floor(-60 * Math.log(1 - random.uniform())));
    const batches = lengthBuckets(list, { batchSize: 16, tokenBudget: null }, Random.from(4));
    const padded = batches.reduce((sum, batch) => sum + Math.max(...batch.map((i) => list[i])) * batch.length, 0);
    const tokens = list.reduce((sum, length) => sum + length, 0);
    assert.ok(padded / tokens < 1.1, `${padded / tokens}`);
  });
});
