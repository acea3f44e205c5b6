import assert from 'node:assert/strict';
import fc from 'fast-check';
import { InputError } from '../../lib/common';
import type { Entity } from '../../lib/corpus';
import { Balance, checkAugmentConfig, distribution } from '../../lib/augment';

const { target } = checkAugmentConfig({});
const entity = (type: string, length: number): Entity => ({ start: 0, end: length, type });
const documents = (counts: [type: string, length: number, count: number][]) => counts.flatMap(([type, length, count]) => Array.from({ length: count }, () => ({ entities: [entity(type, length)] })));

describe('the target mix', () => {
  it('raises what is under the floor, leaves empty cells empty, and sums to 1', () => {
    const balance = new Balance(['dis', 'dep'], documents([['dis', 2, 950], ['dis', 9, 48], ['dep', 3, 2]]), { ...target, floor: 0.05 });
    // 0.95, 0.048 and 0.002 become 0.95, 0.05 and 0.05, of 1.05.
    const shares = balance.targetShares();
    const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-12, `${a}, expected ${b}`);
    near(shares.dis.short, 0.95 / 1.05);
    near(shares.dis.long, 0.05 / 1.05);
    near(shares.dep.short, 0.05 / 1.05);
    assert.deepEqual([shares.dis.medium, shares.dep.medium, shares.dep.long], [0, 0, 0]);
    near(balance.distance(), 0.95 - 0.95 / 1.05 + 0.048 - 0.05 / 1.05);
    near(balance.deficit({ type: 'dep', length: 'short' }), 1000 * 0.05 / 1.05 - 2);
    assert.deepEqual(balance.wanted()[0], { type: 'dep', length: 'short' });
    assert.deepEqual(balance.rareTypes(), ['dep']);
  });

  it('takes explicit shares, and refuses unknown types and shares of nothing', () => {
    const some = documents([['dis', 2, 3], ['sym', 5, 1]]);
    const balance = new Balance(['dis', 'sym'], some, { ...target, shares: { dis: { short: 1 }, sym: { medium: 2, long: 1 } } });
    assert.deepEqual(balance.targetShares(), { dis: { short: 0.25, medium: 0, long: 0 }, sym: { short: 0, medium: 0.5, long: 0.25 } });
    assert.equal(balance.distance(), 0.5);
    assert.throws(() => new Balance(['dis'], some.slice(0, 3), { ...target, shares: { dru: { short: 1 } } }), (error: Error) => error instanceof InputError && /dru is none of .* dis/.test(error.message));
    assert.throws(() => new Balance(['dis'], some.slice(0, 3), { ...target, shares: { dis: { short: 0 } } }), InputError);
    assert.throws(() => new Balance(['dis'], [], target), InputError);
  });

  it('asking for a distance changes nothing, and adding gives the distance asked for', () => {
    const anyEntity = fc.record({ type: fc.constantFrom('dis', 'sym', 'dep'), length: fc.integer({ min: 1, max: 12 }) }).map(({ type, length }) => entity(type, length));
    fc.assert(fc.property(fc.array(anyEntity, { minLength: 1 }), fc.array(anyEntity), (first, more) => {
      const balance = new Balance(['dis', 'sym', 'dep'], [{ entities: first }], target);
      const [now, then] = [balance.distance(), balance.distance(more)];
      assert.equal(balance.distance(), now);
      balance.add(more);
      assert.equal(balance.distance(), then);
      assert.ok(then >= 0 && then <= 1);
      const counted = distribution([{ entities: first }, { entities: more }], ['dis', 'sym', 'dep']);
      assert.equal(Object.values(counted).reduce((sum, row) => sum + row.short + row.medium + row.long, 0), first.length + more.length);
    }), { seed: 8 });
  });
});
