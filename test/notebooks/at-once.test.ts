import assert from 'node:assert/strict';
import { atOnce } from '../../lib/notebook/at-once';

describe('work on several items at once', () => {
  /** Works on items for as many milliseconds as they say; tells what was under way together. */
  async function together(items: number[], most: number, alone: (item: number) => boolean) {
    const underWay = new Set<number>();
    const seen: string[] = [];
    const ended: number[] = [];
    const work = async (item: number) => {
      underWay.add(item);
      seen.push([...underWay].join('+'));
      await new Promise((resolve) => setTimeout(resolve, item));
      underWay.delete(item);
      return item;
    };
    for await (const item of atOnce(items, most, alone, work)) ended.push(item);
    return { seen, ended };
  }

  it('yields results as they end, never more at once than asked for', async () => {
    const { seen, ended } = await together([60, 20, 200], 2, () => false);
    assert.deepEqual(seen, ['60', '60+20', '60+200']);
    assert.deepEqual(ended, [20, 60, 200]);
  });

  it('keeps the order where one goes after another', async () => {
    assert.deepEqual((await together([30, 1, 20], 1, (item) => item === 30)).seen, ['30', '1', '20']);
  });

  it('takes those that want to be alone last, each by itself', async () => {
    assert.deepEqual((await together([30, 10, 20, 40], 3, (item) => item === 30 || item === 20)).seen, ['10', '10+40', '30', '20']);
  });

  it('ends with the first failure', async () => {
    const begun: number[] = [];
    const failing = atOnce([1, 2, 3, 4], 2, () => false, async (item) => {
      begun.push(item);
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (item > 0) throw new Error(`item ${item}`);
    });
    await assert.rejects(failing.next(), /item 1/);
    assert.deepEqual(begun, [1, 2]);
  });
});
