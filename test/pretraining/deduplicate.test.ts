import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { Duplicates } from '../../lib/pretraining/deduplicate';
import { removeScratch, scratch } from '../corpus/scratch';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** The numbers of the passages found to repeat an earlier one. */
async function repeated(passages: readonly string[], bucketRecords: number): Promise<number[]> {
  const folder = scratch({});
  const duplicates = new Duplicates(folder, { bucketRecords });
  for (const passage of passages) duplicates.add(digest(passage));
  const bits = await duplicates.resolve();
  assert.deepEqual(readdirSync(folder), [], 'no file is left');
  const found = passages.flatMap((_, i) => (bits.get(i) ? [i] : []));
  assert.equal(bits.ones, found.length);
  return found;
}

function bySet(passages: readonly string[]): number[] {
  const seen = new Set<string>();
  return passages.flatMap((passage, i) => (seen.has(passage) ? [i] : (seen.add(passage), [])));
}

describe('duplicates', () => {
  after(removeScratch);

  it('are those that a Set finds, in one bucket and in many', async () => {
    const passages = fc.array(fc.oneof(fc.string({ maxLength: 2 }), fc.constantFrom('发热', '咳嗽')), { maxLength: 120 });
    await fc.assert(fc.asyncProperty(passages, fc.integer({ min: 1, max: 200 }), async (list, bucketRecords) => {
      assert.deepEqual(await repeated(list, bucketRecords), bySet(list));
    }), { numRuns: 100 });
  });

  it('are found among many, the tables growing and the files flushed', async () => {
    const list = Array.from({ length: 60_000 }, (_, i) => String((i * i) % 40_009));
    const expected = bySet(list);
    assert.ok(expected.length > 20_000);
    assert.deepEqual(await repeated(list, 7000), expected);
  });

  it('tell hashes apart by each of their ten bytes', async () => {
    const folder = scratch({});
    const duplicates = new Duplicates(folder);
    const hashes = [new Uint8Array(10), ...Array.from({ length: 10 }, (_, i) => new Uint8Array(10).fill(1, i, i + 1)), new Uint8Array(10)];
    for (const hash of hashes) duplicates.add(hash);
    const bits = await duplicates.resolve();
    assert.deepEqual(hashes.map((_, i) => bits.get(i)), [...new Array(11).fill(false), true]);
  });
});
