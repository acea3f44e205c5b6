import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { loadRunData, resolveConfig, run } from '../../lib/experiments';
import { guardNotes } from '../../lib/experiments/guard-notes';

describe("what a run says of the text that its encoder has read", function () {
  this.timeout(120_000);
  const config = (variant: string, ...set: string[]) => resolveConfig({ variant, corpus: 'sample', profile: 'quick', seed: 0, set });
  const notes = async (variant: string, ...set: string[]): Promise<string[]> => {
    const resolved = config(variant, ...set);
    return guardNotes(resolved, (await loadRunData(resolved.corpus)).scheme);
  };

  it('nothing of the published split and of the random ones that were guarded', async () => {
    for (const set of [[], ['corpus.splitSeed=2'], ['corpus.split=8:1:1'], ['corpus.split=70:15:15']]) assert.deepEqual(await notes('bert', ...set), [], set.join());
  });

  it('that another random split was not, in word vectors too, and once where both are of one folder', async () => {
    const other = ['corpus.split=8:1:1', 'corpus.splitSeed=2'];
    const [note, ...more] = await notes('bert', ...other);
    assert.match(note, /^medner-mini's text was cleared of the scored documents of random splits with seed 1; those of this split, with seed 2, were not/);
    assert.deepEqual(more, []);
    const vectors = ['wordVectors.pretrained=data/models/medner-mini', 'wordVectors.unlabelled=[]'];
    assert.deepEqual(await notes('rw-egp', ...other, ...vectors), [note]);
    assert.deepEqual(await notes('rw-egp', ...other, ...vectors, 'model.encoder.weights=null'), [note]);
    assert.deepEqual(await notes('bert', ...other, 'model.encoder.weights=null'), []);
    assert.deepEqual(await notes('bilstm-crf', ...other), []);
  });

  it('and its record keeps it', async () => {
    const runs = mkdtempSync(path.join(tmpdir(), 'medner-guard-'));
    const { record } = await run(config('bert', 'corpus.split=8:1:1', 'corpus.splitSeed=2', 'corpus.trainDocuments=4', 'corpus.tuningDocuments=2', 'corpus.scoredDocuments=2'), { runs });
    assert.equal(record.data.notes.filter((note) => /were not kept out of it/.test(note)).length, 1);
    rmSync(runs, { recursive: true });
  });
});
