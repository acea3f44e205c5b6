import assert from 'node:assert/strict';
import fc from 'fast-check';
import { shuffledEpochs, shuffledOrder } from '../../lib/pretraining/permutation';

const listed = (n: number, seed: number, epoch: number) => {
  const order = shuffledOrder(n, seed, epoch);
  return Array.from({ length: n }, (_, position) => order(position));
};

describe('order of an epoch', () => {
  it('is a bijection for every n to 500', () => {
    for (let n = 1; n <= 500; n++) {
      assert.deepEqual(listed(n, n, 0).sort((a, b) => a - b), Array.from({ length: n }, (_, i) => i), `n = ${n}`);
    }
  });

  it('is a bijection for any n, seed and epoch', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 20_000 }), fc.integer(), fc.nat(), (n, seed, epoch) => {
      assert.equal(new Set(listed(n, seed, epoch)).size, n);
    }), { numRuns: 30 });
  });

  it('is the same for equal arguments, another for another epoch or seed', () => {
    assert.deepEqual(listed(1000, 1, 2), listed(1000, 1, 2));
    assert.notDeepEqual(listed(1000, 1, 2), listed(1000, 1, 3));
    assert.notDeepEqual(listed(1000, 1, 2), listed(1000, 2, 2));
  });

  it('is uniform: over 6,000 seeds every element is first, and follows its neighbour, as often as chance has it', () => {
    const n = 12;
    const first = new Float64Array(n);
    const distance = new Float64Array(n);
    const draws = 6000;
    for (let seed = 0; seed < draws; seed++) {
      const order = shuffledOrder(n, seed, 1);
      first[order(0)]++;
      distance[(order(6) - order(5) + n) % n]++;
    }
    const chiSquare = (counts: Float64Array, cells: number) => counts.reduce((sum, count) => (count === 0 ? sum : sum + (count - draws / cells) ** 2 / (draws / cells)), 0);
    // The 99.9 % points of χ² with 11 and 10 degrees of freedom. No distance is 0.
    assert.ok(chiSquare(first, n) < 31.26, `first: ${first.join(' ')}`);
    assert.equal(distance[0], 0);
    assert.ok(chiSquare(distance, n - 1) < 29.59, `distance: ${distance.join(' ')}`);
  });

  it('visits 260 million in no order: neighbours are apart, each answer in range', () => {
    const n = 260_000_000;
    const order = shuffledOrder(n, 7, 0);
    const values = Array.from({ length: 5000 }, (_, i) => order(i * 50_000));
    assert.equal(new Set(values).size, values.length);
    assert.ok(values.every((value) => Number.isInteger(value) && value >= 0 && value < n));
    // Mean of 5,000 uniform draws: standard error n / √(12 · 5000).
    const mean = values.reduce((sum, value) => sum + value / values.length, 0);
    assert.ok(Math.abs(mean / n - 0.5) < 5 / Math.sqrt(12 * 5000), `mean ${mean}`);
  });

  it('stands behind that of the epoch before, wherever reading begins', () => {
    const expected = [0, 1, 2].flatMap((epoch) => listed(7, 3, epoch));
    const at = shuffledEpochs(7, 3);
    assert.deepEqual(expected.map((_, place) => at(place)), expected);
    for (const place of [20, 0, 7, 6, 13, 14]) assert.equal(at(place), expected[place]);
    assert.equal(shuffledEpochs(7, 3)(15), expected[15]);
  });

  it('refuses what is no position', () => {
    assert.throws(() => shuffledOrder(0, 1, 1), /2\^50/);
    assert.throws(() => shuffledOrder(5, 1, 1)(5), /not in \[0, 5\)/);
  });
});
