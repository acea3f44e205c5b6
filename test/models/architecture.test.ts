import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { prepareBackend } from '../../lib/backend';
import { inProject } from '../../lib/common';
import { type CompactRecord, vocabularyFile } from '../../lib/experiments';
import { architecture, type Architecture, buildModel, differences, ModelConfig, type ModelSizes, registry, variant, variantModel } from '../../lib/models';
import { Vocabulary } from '../../lib/text';

const encoder = { layers: 2, hidden: 24, heads: 4, feedForward: 40, maxPositions: 32 };
const words = { dimension: 6, rows: 11 };
const sizes: ModelSizes = { vocabulary: 50, types: 3, tokens: 32, words };
const small = (name: string): ModelConfig => {
  const model = variantModel(variant(name), encoder);
  return model.channels ? { ...model, channels: { ...model.channels, heads: 4 } } : model;
};

/** Fields that no row sets. */
const others: Record<string, ModelConfig> = {
  'rotary encoder': { ...small('bert'), encoder: { ...small('bert').encoder, positions: 'rope' } },
  'added, moving word vectors': { ...small('rw-egp'), words: { fusion: 'add', trainable: true } },
  'gated word vectors and a moving lexicon': { ...small('rw-gp'), words: { fusion: 'gated', trainable: false }, lexicon: { trainable: true, files: [] } },
  'two encoders': { ...small('llm-medner'), channels: { ...small('llm-medner').channels!, encoders: 'separate' } },
  'two encoders without features': { ...small('llm-medner'), channels: { ...small('llm-medner').channels!, encoders: 'separate', features: [] } },
  'channels below a CRF': { ...small('llm-medner'), head: ModelConfig.shape.head.parse({ kind: 'crf' }) },
  'a wider LSTM': { ...small('roberta-bilstm-crf'), head: { kind: 'bilstm-crf', hidden: 17 } },
};

const cases = { ...Object.fromEntries(registry.map(({ name }) => [name, small(name)])), ...others };
const ids = (parts: readonly { id: string }[]): string[] => parts.map(({ id }) => id).sort();

describe('architecture', () => {
  before(() => prepareBackend({ quiet: true }));

  for (const [name, config] of Object.entries(cases)) {
    it(`${name}: every trainable number of the built model stands in one part, and nothing else; every flow joins two parts`, () => {
      const { parts, flows } = architecture(config, sizes);
      const wordVectors = { dimension: words.dimension, matrix: new Float32Array(words.rows * words.dimension) };
      const model = buildModel(config, { types: ['a', 'b', 'c'], vocabularySize: sizes.vocabulary, wordVectors, seed: 0 });
      try {
        const counted = new Map(parts.map(({ id }) => [id, 0]));
        for (const { name: parameter, variable } of model.parameters.list()) {
          const owners = parts.filter(({ scopes }) => scopes.some((scope) => parameter.startsWith(scope)));
          assert.equal(owners.length, 1, `${parameter} belongs to ${owners.map(({ id }) => id).join(', ') || 'no part'}`);
          counted.set(owners[0].id, counted.get(owners[0].id)! + variable.size);
        }
        assert.deepEqual(Object.fromEntries(parts.map(({ id, parameters }) => [id, parameters])), Object.fromEntries(counted));
      } finally {
        model.dispose();
      }
      const known = new Set(ids(parts));
      assert.equal(known.size, parts.length);
      for (const { from, to } of flows) assert.ok(known.has(from) && known.has(to), `${from} to ${to}`);
      // All but the text and what acts on training documents is fed, and all but the entities goes somewhere.
      for (const id of known) {
        assert.ok(flows.some(({ to }) => to === id) || ['text', 'augmentation'].includes(id), `nothing reaches ${id}`);
        assert.ok(flows.some(({ from }) => from === id) || id === 'entities', `${id} leads nowhere`);
      }
    });
  }

  it('counts what the committed run records count', () => {
    const files = readdirSync(inProject('results'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.records.jsonl'));
    const lines = files.flatMap((file) => readFileSync(path.join(inProject('results'), file), 'utf8').split('\n').filter(Boolean));
    let compared = 0;
    for (const line of lines) {
      const { key, parameters, config, data, wordVectors } = JSON.parse(line) as CompactRecord;
      const file = vocabularyFile(config);
      // Neither a vocabulary built from a corpus nor vectors that are trained can be told from the record.
      if (!file || !existsSync(file) || config.model.words?.trainable || config.model.lexicon?.trainable) continue;
      const { parts } = architecture(ModelConfig.parse(config.model), {
        vocabulary: Vocabulary.fromFile(file).size, types: data.types.length, tokens: config.tokenization.maxLength, ...(wordVectors && { words: wordVectors }),
      });
      assert.equal(parts.reduce((sum, part) => sum + part.parameters, 0), parameters, key);
      compared++;
    }
    assert.ok(compared > 50, `${compared} of ${lines.length}`);
  });

  it('of a base-size model is what BERT-base has: 102 million below the head', () => {
    const { parts } = architecture(variantModel(variant('bert')), { ...sizes, vocabulary: 21_128 });
    // HuggingFace's bert-base-chinese has 102,267,648 with its pooler's 768 · 769.
    assert.equal(parts.find(({ id }) => id === 'encoder')!.parameters, 102_267_648 - 768 * 769);
  });

  it('tells what a row takes away from the full model', () => {
    const of = (name: string, augmentation?: string[]): Architecture => architecture(small(name), { ...sizes, augmentation });
    const against = (name: string, full: Architecture): unknown => {
      const { removed, changed, added } = differences(of(name), full);
      return { removed: ids(removed), changed: [...changed].sort(), added };
    };
    const b = of('da-rw-egp', ['joining']);
    assert.deepEqual(against('rw-egp', b), { removed: ['augmentation'], changed: [], added: [] });
    assert.deepEqual(against('da-rw-gp', of('da-rw-egp')), { removed: [], changed: ['pointer'], added: [] });
    assert.deepEqual(against('da-roberta-egp', of('da-rw-egp')), { removed: ['fusion', 'word-vectors'], changed: [], added: [] });
    const a = of('llm-medner');
    const removed: Record<string, unknown> = {
      'llm-medner-single-channel': { removed: ['attention', 'chat-model', 'gru-second', 'items', 'mapping', 'second-text'], changed: [], added: [] },
      'llm-medner-wo-enhanced-text': { removed: [], changed: ['second-text'], added: [] },
      'llm-medner-wo-keywords': { removed: ['items', 'mapping'], changed: [], added: [] },
      'llm-medner-wo-descriptions': { removed: [], changed: ['items', 'mapping'], added: [] },
      'llm-medner-wo-cross-attention': { removed: [], changed: ['attention'], added: [] },
      'llm-medner-wo-conv': { removed: ['convolution', 'convolved', 'mlp', 'norm'], changed: [], added: [] },
      'llm-medner-wo-biaffine': { removed: ['biaffine'], changed: [], added: [] },
      'llm-medner-crf': { removed: [], changed: ['entities'], added: ['crf'] },
    };
    for (const [name, expected] of Object.entries(removed)) assert.deepEqual(against(name, a), expected, name);
    assert.deepEqual(differences(of('llm-medner-wo-conv'), a).removedFlows.map(({ from, to }) => `${from} ${to}`).sort(), [
      'convolution convolved', 'convolved entities', 'gru-fused norm', 'mlp convolution', 'norm mlp',
    ]);
  });
});
