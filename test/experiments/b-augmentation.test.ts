import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { experiment } from '../../lib/experiments';
import { smallCorpus, tiny } from './corpus';

describe('b-augmentation', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'medner-b-augmentation-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('has a row for each part, by its label in the table, that is of the runs of both models', async function () {
    this.timeout(120_000);
    const corpus = await smallCorpus(path.join(folder, 'tiny'));
    const { tables: [{ rows }], data, records } = await experiment('b-augmentation').run({ corpus, profile: 'quick', seeds: [0], set: [...tiny, 'training.epochs=1'], runs: path.join(folder, 'runs') });
    const told = data as { rows: { label: string; name: string; runs: { key: string; seed: number; variant: string }[] }[] };
    assert.deepEqual(told.rows.map(({ label }) => label), rows.map(([label]) => label));
    assert.ok(rows.length > 4);
    for (const { runs } of told.rows) assert.deepEqual(runs.map(({ key, seed, variant }) => [key, seed, variant]), records.map(({ key }, i) => [key, 0, ['rw-egp', 'da-rw-egp'][i]]));
  });
});
