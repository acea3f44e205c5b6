import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { inProject, InputError } from '../../lib/common';
import { ModelConfig, registry, variant, variantModel } from '../../lib/models';

describe('registry', () => {
  it('has the variants, each of another structure or checkpoint', () => {
    assert.deepEqual(registry.map(({ name }) => name), [
      'bert', 'roberta', 'bert-crf', 'roberta-bilstm-crf', 'bert-gp', 'roberta-gp', 'roberta-gp-softlexicon', 'bert-egp', 'roberta-egp', 'rw-gp', 'rw-egp', 'da-rw-egp', 'da-roberta-egp', 'da-rw-gp', 'rw-egp-shared',
    ]);
    assert.equal(new Set(registry.map((row) => JSON.stringify([row.checkpoint, row.words, row.lexicon, row.head, row.augmented]))).size, registry.length);
  });

  it("names rows that the paper's table of scores has, once a data set", () => {
    const { scores } = JSON.parse(readFileSync(inProject('data/papers/reported.json'), 'utf8')) as { scores: Array<{ paper: string; row: string; dataset: string }> };
    for (const { reported } of registry) {
      if (!reported) continue;
      const rows = scores.filter(({ paper, row }) => paper === reported.paper && row === reported.row);
      const datasets = rows.map(({ dataset }) => dataset);
      assert.equal(new Set(datasets).size, datasets.length, reported.row);
      for (const dataset of ['CMeEE-V2', 'CCKS2020']) assert.ok(datasets.includes(dataset), reported.row);
    }
  });

  it('an unknown variant is an error that lists the known', () => {
    assert.throws(() => variant('rw-egg'), (error: Error) => error instanceof InputError && /rw-egg.*roberta-gp/.test(error.message));
  });

  it('a model has its defaults, and refuses unknown keys and impossible values', () => {
    assert.deepEqual(variantModel(variant('rw-egp')).head, { kind: 'banded-pointer', size: 64, scale: true, rope: true, k: 43 });
    assert.deepEqual(variantModel(variant('rw-egp')).words, { fusion: 'concat', trainable: false });
    assert.equal(variantModel(variant('bert')).words, null);
    assert.equal(variantModel(variant('roberta-gp')).lexicon, undefined);
    assert.deepEqual(variantModel(variant('roberta-gp-softlexicon')).lexicon, { trainable: false, files: [] });
    assert.deepEqual(variantModel(variant('roberta-bilstm-crf')).head, { kind: 'bilstm-crf', hidden: null });
    const good = variantModel(variant('bert-gp'));
    assert.throws(() => ModelConfig.parse({ ...good, encoder: { ...good.encoder, layer: 3 } }), /layer/);
    assert.throws(() => ModelConfig.parse({ ...good, head: { kind: 'global-pointer', k: 3 } }), /k/);
    assert.throws(() => ModelConfig.parse({ ...good, encoder: { ...good.encoder, dropout: 1 } }));
  });
});
