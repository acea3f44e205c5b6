import assert from 'node:assert/strict';
import fc from 'fast-check';
import { inOrder } from '../../lib/llm/in-order';

describe('jobs in order', () => {
  it('are taken in the items\' order, so many at a time, whichever ends first', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.nat(4), { maxLength: 40 }), fc.integer({ min: 1, max: 5 }), async (delays, size) => {
      let [now, most] = [0, 0];
      const taken: number[] = [];
      await inOrder(delays, size, async (delay, i) => {
        most = Math.max(most, ++now);
        for (let turn = 0; turn <= delay; turn++) await new Promise((resolve) => setImmediate(resolve));
        now--;
        return i;
      }, (i) => taken.push(i));
      assert.deepEqual(taken, delays.map((_, i) => i));
      assert.ok(most <= size && most >= Math.min(size, delays.length));
    }), { numRuns: 60, seed: 1 });
  });

  it('do not run far ahead of one that is slow', async () => {
    let release = (): void => undefined;
    const slow = new Promise<void>((resolve) => (release = resolve));
    let begun = 0;
    const all = inOrder(Array.from({ length: 100 }, (_, i) => i), 2, async (i) => {
      begun++;
      if (i === 0) await slow;
    }, () => undefined);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(begun, 16);
    release();
    await all;
    assert.equal(begun, 100);
  });

  it('begin no further item after a failure, and end those under way', async () => {
    const ended: number[] = [];
    const taken: number[] = [];
    await assert.rejects(inOrder([0, 1, 2, 3, 4, 5], 3, async (i) => {
      await new Promise((resolve) => setTimeout(resolve, i === 1 ? 1 : 15));
      ended.push(i);
      if (i === 1) throw new Error('the second');
      return i;
    }, (i) => taken.push(i)), /the second/);
    assert.deepEqual([ended, taken], [[1, 0, 2], [0]]);
  });

  it('take nothing more after a result that cannot be taken, though others are under way', async () => {
    const tried: number[] = [];
    await assert.rejects(inOrder([0, 1, 2, 3], 4, async (i) => {
      await new Promise((resolve) => setTimeout(resolve, 5 * i));
      return i;
    }, (i) => {
      tried.push(i);
      if (i === 1 && tried.length === 2) throw new Error('disk full');
    }), /disk full/);
    assert.deepEqual(tried, [0, 1]);
  });

  it('fail where a result cannot be taken', async () => {
    await assert.rejects(inOrder([1, 2], 1, (i) => Promise.resolve(i), () => {
      throw new Error('disk full');
    }), /disk full/);
  });
});
