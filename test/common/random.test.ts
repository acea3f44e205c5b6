import assert from 'node:assert/strict';
import { Random } from '../../lib/common';

describe('Random', () => {
  it('is sfc32, whose first numbers from state (1, 2, 3, 4) follow from its definition', () => {
    // t = a + b + d; a = b ^ b>>>9; b = c + c<<3; c = rotl(c, 21) + t; d = d + 1
    const random = Random.restore([1, 2, 3, 4]);
    assert.equal(random.uint32(), 7);
    assert.deepEqual(random.save(), [2, 27, 3 * 2 ** 21 + 7, 5]);
    assert.equal(random.uint32(), 34);
  });

  it('gives equal streams to equal names, and others to others', () => {
    const numbers = (random: Random) => Array.from({ length: 8 }, () => random.uint32());
    assert.deepEqual(numbers(Random.from(1, 'a')), numbers(Random.from(1, 'a')));
    assert.notDeepEqual(numbers(Random.from(1, 'a')), numbers(Random.from(1, 'b')));
    assert.notDeepEqual(numbers(Random.from(1, 'a')), numbers(Random.from(2, 'a')));
  });

  it('continues where it was saved', () => {
    const random = Random.from(3, 'x');
    random.uniform();
    const copy = Random.restore(random.save());
    assert.equal(random.uniform(), copy.uniform());
  });

  it('is uniform: mean 1/2 and variance 1/12 within four standard errors', () => {
    const random = Random.from(5);
    const n = 100_000;
    const values = Array.from({ length: n }, () => random.uniform());
    const mean = values.reduce((a, b) => a + b) / n;
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / n;
    assert.ok(Math.abs(mean - 0.5) < 4 / Math.sqrt(12 * n));
    assert.ok(Math.abs(variance - 1 / 12) < 4 * Math.sqrt(1 / 180 / n));
  });

  it('shuffles without loss', () => {
    const items = Array.from({ length: 50 }, (_, i) => i);
    const shuffled = Random.from(7).shuffled(items);
    assert.notDeepEqual(shuffled, items);
    assert.deepEqual([...shuffled].sort((a, b) => a - b), items);
  });
});
