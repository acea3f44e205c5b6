import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { inProject, sha256File } from '../../lib/common';
import { loadRunData, resolveConfig, runIdentity, runKey, type CompactRecord, type RunConfig } from '../../lib/experiments';

/** The runs whose records are committed beside their tables. */
const records = readFileSync(inProject('results/b-comparison/sample-quick.records.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as CompactRecord);

describe("a run's key", () => {
  it('of the committed runs is that of their records, from their commands and from their configs', async () => {
    assert.ok(records.length >= 8);
    for (const { key, config, backend } of records) {
      const { variant, profile, seed } = config;
      const data = await loadRunData(config.corpus);
      assert.equal(runKey(resolveConfig({ variant, corpus: config.corpus.id, profile, seed }), data, backend), key);
      assert.equal(runKey(config, data, backend), key);
    }
  });

  it('changes with each optional field that is set, and with the contents of a lexicon file, not its name', async () => {
    const [{ backend }] = records;
    const request = { variant: 'roberta-gp-softlexicon', corpus: 'sample', profile: 'quick', seed: 0 };
    const data = await loadRunData(resolveConfig(request).corpus);
    const key = (...set: string[]): string => runKey(resolveConfig({ ...request, set }), data, backend);
    const settings = [
      [], ['training.layerDecay=0.9'], ['training.adversarial=1'], ['training.rDrop=4'], ['training.averaging=0.99'], ['model.lexicon.trainable=true'],
      ['model.lexicon.files=["data/vocabulary/sample.txt"]'],
    ];
    assert.equal(new Set(settings.map((set) => key(...set))).size, settings.length);
    const named = resolveConfig({ ...request, set: settings[6] });
    const identity = runIdentity(named, data, backend) as { model: RunConfig['model'] };
    assert.deepEqual(identity.model.lexicon, { trainable: false, files: [sha256File(inProject('data/vocabulary/sample.txt'))] });
    const without = { ...request, variant: 'roberta-gp' };
    assert.equal(runKey(resolveConfig({ ...without, set: ['model.lexicon={}'] }), data, backend), key());
    assert.notEqual(runKey(resolveConfig(without), data, backend), key());
  });

  it('of augmented training documents changes with the seed that they are drawn with, and no other does', async () => {
    const [{ backend }] = records;
    const key = async (variant: string, splitSeed: number, ...set: string[]): Promise<string> => {
      const config = resolveConfig({ variant, corpus: 'sample', profile: 'quick', seed: 0, set: [`corpus.splitSeed=${splitSeed}`, ...set] });
      return runKey(config, await loadRunData(config.corpus), backend);
    };
    assert.notEqual(await key('da-rw-egp', 1), await key('da-rw-egp', 2));
    assert.notEqual(await key('bert', 1, 'traditional={"method":"masking"}'), await key('bert', 2, 'traditional={"method":"masking"}'));
    // The embedded corpus is split as published: its documents are the same with every seed.
    assert.equal(await key('rw-egp', 1), await key('rw-egp', 2));
  });
});
