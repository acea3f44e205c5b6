import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { inProject, InputError } from '../../lib/common';
import { ModelConfig, registry, variant, variantModel } from '../../lib/models';

describe('registry', () => {
  it('has the variants, each of another structure or checkpoint', () => {
    assert.deepEqual(registry.map(({ name }) => name), [
      'bert', 'roberta', 'bert-crf', 'roberta-bilstm-crf', 'bert-gp', 'roberta-gp', 'roberta-gp-softlexicon', 'bert-egp', 'roberta-egp', 'rw-gp', 'rw-egp', 'da-rw-egp', 'da-roberta-egp', 'da-rw-gp', 'rw-egp-shared',
      'roberta-bilstm', 'bilstm-crf', 'cnn-crf', 'cnn-bilstm-crf', 'llm-medner', 'llm-medner-single-channel', 'llm-medner-wo-enhanced-text', 'llm-medner-wo-keywords',
      'llm-medner-wo-descriptions', 'llm-medner-wo-pos', 'llm-medner-wo-relations', 'llm-medner-wo-cross-attention', 'llm-medner-wo-conv', 'llm-medner-wo-biaffine',
      'llm-medner-crf', 'llm-medner-span',
    ]);
    assert.equal(new Set(registry.map((row) => JSON.stringify([row.checkpoint, row.words, row.lexicon, row.characters, row.channels, row.head, row.headOptions, row.augmented]))).size, registry.length);
  });

  it("names rows that the papers' tables of scores have, once a data set", () => {
    const { scores } = JSON.parse(readFileSync(inProject('data/papers/reported.json'), 'utf8')) as { scores: Array<{ paper: string; table: string; row: string; dataset: string }> };
    for (const { reported = [] } of registry) {
      assert.equal(new Set(reported.map(({ paper }) => paper)).size, reported.length);
      for (const named of reported) {
        const rows = scores.filter(({ paper, table, row }) => paper === named.paper && row === named.row && (named.table ?? table) === table);
        const datasets = rows.map(({ dataset }) => dataset);
        assert.equal(new Set(datasets).size, datasets.length, named.row);
        for (const dataset of ['CMeEE-V2', 'CCKS2020']) assert.ok(datasets.includes(dataset), named.row);
      }
    }
  });

  it("has every row of paper A's Tables 5 and 6, and no other", () => {
    const { scores } = JSON.parse(readFileSync(inProject('data/papers/reported.json'), 'utf8')) as { scores: Array<{ paper: string; table: string; row: string }> };
    const printed = scores.filter(({ paper, table }) => paper === 'llm-medner' && /^Table [56]$/.test(table)).map(({ row }) => row);
    const named = registry.flatMap(({ reported = [] }) => reported.filter(({ paper }) => paper === 'llm-medner').map(({ row }) => row));
    assert.deepEqual([...named].sort(), [...new Set(printed)].sort());
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
    assert.deepEqual(variantModel(variant('llm-medner')).channels, {
      second: 'enhanced', features: ['keyword', 'description', 'partOfSpeech', 'relation'], initialWeight: 0.1, pooling: 'mean', itemGradient: true, encoders: 'shared', fusion: 'attention', heads: 8,
      dropout: 0.3, convolution: { kernelSizes: [3, 3, 3], dilations: [1, 2, 3], channels: 128 },
    });
    assert.deepEqual(variantModel(variant('llm-medner-wo-biaffine')).head, { kind: 'co-predictor', biaffine: null, crf: false });
    const good = variantModel(variant('bert-gp'));
    assert.throws(() => ModelConfig.parse({ ...good, encoder: { ...good.encoder, layer: 3 } }), /layer/);
    assert.throws(() => ModelConfig.parse({ ...good, head: { kind: 'global-pointer', k: 3 } }), /k/);
    assert.throws(() => ModelConfig.parse({ ...good, encoder: { ...good.encoder, dropout: 1 } }));
  });
});
