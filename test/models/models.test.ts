import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { prepareBackend } from '../../lib/backend';
import { inProject } from '../../lib/common';
import type { Document } from '../../lib/corpus/types';
import { inference, type ForwardContext } from '../../lib/layers';
import {
  buildModel, collate, disposeBatch, type Example, makeExamples, mergePredictions, type ModelConfig, type ModelParts, publishedEncoder, registry, type ScoredEntity, type SpanModel, tagsTokens, variant, variantModel, type VariantRow,
} from '../../lib/models';
import type { LlmFeatures } from '../../lib/llm';
import { Lexicon, outermost, Tokenizer, Vocabulary } from '../../lib/text';
import { needsTorch } from '../backend/support';
import { assertClose, assertNoLeak, difference } from '../layers/support';

const types = ['dis', 'bod', 'dru'];
const documents: Document[] = [
  { id: 'a', text: '患者肺部炎症性病变。', entities: [{ start: 2, end: 9, type: 'dis' }, { start: 2, end: 4, type: 'bod' }] },
  { id: 'b', text: '服用阿司匹林后好转', entities: [{ start: 2, end: 6, type: 'dru' }] },
  { id: 'c', text: '复查', entities: [] },
];
const vocabulary = Vocabulary.build(documents.map(({ text }) => text));
const tokenizer = new Tokenizer(vocabulary);
const segmenter = { segment: (text: string) => Array.from(text, (character, i) => ({ text: character, start: i, end: i + 1 })) };
const wordVectors = { row: (word: string) => word.charCodeAt(0) % 7, dimension: 4, matrix: Float32Array.from({ length: 28 }, (_, i) => Math.sin(i)) };
const resources = { types, vocabularySize: vocabulary.size, wordVectors, seed: 3 };
const tiny = { layers: 1, hidden: 16, heads: 2, feedForward: 32, maxPositions: 64 };
const lexicon = Lexicon.build(['肺部', '炎症', '病变', '阿司匹林', '匹林', '后'], documents.map(({ text }) => text));
const exampleResources = { tokenizer, segmenter, wordVectors, lexicon, maxLength: 64, overlap: 8, types };
const { examples } = makeExamples(documents, exampleResources);

/** What a chat model might tell of the documents; of the last, nothing. */
const features: LlmFeatures[] = [
  {
    text: documents[0].text,
    enhanced: '病人肺部炎症性病变。',
    keywords: [
      { text: '肺部', description: '病变患者', pos: '名词', original: [{ start: 2, end: 4 }], enhanced: [{ start: 2, end: 4 }] },
      { text: '病变', description: '炎症', pos: null, original: [{ start: 7, end: 9 }], enhanced: [{ start: 7, end: 9 }] },
    ],
    relations: [{ first: 0, second: 1, text: '部位' }],
  },
  {
    text: documents[1].text,
    enhanced: '好转系服用阿司匹林之后',
    keywords: [{ text: '阿司匹林', description: '服用后好转', pos: '名词', original: [{ start: 2, end: 6 }], enhanced: [{ start: 5, end: 9 }] }],
    relations: [],
  },
  { text: documents[2].text, enhanced: null, keywords: [], relations: [] },
];
const featuresOf = (text: string): LlmFeatures => features.find((one) => one.text === text)!;
/** Most updates in which a row learns three sentences, processors' last digits apart: with paper A's dropout, or from random characters, more. */
const mostSteps = ({ channels, characters }: VariantRow): number => (channels || characters ? 600 : 240);
/** Between two looks at what it has learned. */
const stride = 30;

const examplesOf = (row: VariantRow): Example[] => {
  const { channels } = variantModel(row, tiny);
  return channels ? makeExamples(documents, { ...exampleResources, channels: { config: channels, featuresOf } }).examples : examples;
};

const keys = (entities: ReadonlyArray<{ start: number; end: number; type: string }>) => entities.map(({ start, end, type }) => `${start} ${end} ${type}`).sort();

describe('models', () => {
  before(() => prepareBackend({ quiet: true }));

  for (const row of registry) {
    it(`${row.name} learns three sentences, finds their entities again and leaves nothing behind`, async () => {
      await assertNoLeak(async () => {
        const model = buildModel(variantModel(row, tiny), resources);
        const batch = collate(examplesOf(row));
        const optimizer = tf.train.adam(0.01);
        let seed = 0;
        const context: ForwardContext = { training: true, nextSeed: () => ++seed };
        const wanted = documents.map(({ entities }) => keys(tagsTokens({ kind: row.head }) ? outermost(entities) : entities));
        const most = row.head.endsWith('crf') ? 0.5 : 0.2; // a CRF's loss is that of whole windows
        let [found, loss] = [[] as string[][], Infinity];
        for (let step = 0; step < mostSteps(row) && !(loss < most && isDeepStrictEqual(found, wanted)); step++) {
          optimizer.minimize(() => model.loss(batch, context));
          if ((step + 1) % stride) continue;
          found = mergePredictions(examples, await model.predict(batch), documents.length).map(keys);
          loss = tf.tidy(() => model.loss(batch, inference).dataSync()[0]);
        }
        assert.deepEqual(found, wanted);
        assert.ok(loss < most, `loss ${loss}`);
        optimizer.dispose();
        disposeBatch(batch);
        model.dispose();
      });
    });
  }

  it('the sparse read-back finds what a look at every cell finds', async () => {
    for (const name of ['roberta-gp', 'rw-egp']) {
      const model = buildModel(variantModel(variant(name), tiny), resources) as SpanModel;
      const batch = collate(examples);
      const scores = tf.tidy(() => model.scores(batch).arraySync()) as number[][][][];
      const expected = examples.map(({ ids, starts, ends }, b): ScoredEntity[] => {
        const found: ScoredEntity[] = [];
        for (let first = 1; first < ids.length - 1; first++) {
          for (let last = first; last < ids.length - 1; last++) {
            const column = model.head.column(first, last)!;
            types.forEach((type, t) => {
              const score = scores[b][t][first][column];
              if (score > 0) found.push({ start: starts[first], end: ends[last], type, score });
            });
          }
        }
        return found;
      });
      assert.ok(expected.flat().length > 20, 'random weights mark many spans');
      const order = (entities: ScoredEntity[]) => entities.map((entity) => JSON.stringify(entity)).sort();
      (await model.predict(batch)).forEach((found, b) => assert.deepEqual(order(found), order(expected[b])));
      disposeBatch(batch);
      model.dispose();
    }
  });

  it('a band as wide as the text scores and loses as the whole matrix does; a narrow one drops long entities from the labels', () => {
    const wide = variantModel(variant('rw-egp'), tiny);
    const narrow = { ...wide, head: { ...wide.head, k: 4 } } as typeof wide;
    const losses = [variantModel(variant('rw-gp'), tiny), wide, narrow].map((config) => {
      const model = buildModel(config, resources);
      const batch = collate(examples);
      const loss = tf.tidy(() => model.loss(batch, inference).dataSync()[0]);
      disposeBatch(batch);
      model.dispose();
      return loss;
    });
    assert.ok(Math.abs(losses[0] - losses[1]) < 1e-5);
    assert.ok(Math.abs(losses[0] - losses[2]) > 1e-3);
  });

  for (const row of registry) {
    it(`${row.name} in parts: the same bits of loss, gradients and entities as whole`, async () => {
      await assertNoLeak(async () => {
        const model = buildModel(variantModel(row, tiny), resources);
        const batch = collate(examplesOf(row));
        const pass = (loss: (context: ForwardContext) => tf.Scalar) => {
          let seed = 0;
          const { value, grads } = tf.variableGrads(() => loss({ training: true, nextSeed: () => ++seed }));
          const bits = [value, ...Object.values(grads)].map((tensor) => tensor.dataSync());
          tf.dispose([value, ...Object.values(grads)]);
          return bits;
        };
        const inParts = pass((context) => {
          const x = model.encode(batch, context);
          return model.kind === 'tag' ? model.lossOf(model.scoresOf(x, batch, context), batch) : model.lossOf(x, batch);
        });
        assert.deepEqual(inParts, pass((context) => model.loss(batch, context)));
        const parts: ModelParts = model;
        const scores = tf.tidy(() => parts.scoresOf(parts.encode(batch, inference), batch, inference));
        assert.deepEqual(await parts.entitiesOf(scores, batch), await model.predict(batch));
        scores.dispose();
        disposeBatch(batch);
        model.dispose();
      });
    });
  }

  it('two models of one seed are equal; loss without dropout does not depend on padding', () => {
    const config = variantModel(variant('rw-egp'), tiny);
    const [one, two] = [buildModel(config, resources), buildModel(config, resources)];
    one.parameters.list().forEach(({ name, variable }) => assert.deepEqual(variable.dataSync(), two.parameters.get(name).dataSync()));
    const mean = (groups: number[][]) => {
      const losses = groups.map((group) => {
        const batch = collate(group.map((index) => examples[index]));
        const loss = tf.tidy(() => one.loss(batch, inference).dataSync()[0]);
        disposeBatch(batch);
        return loss * group.length;
      });
      return losses.reduce((sum, loss) => sum + loss, 0) / examples.length;
    };
    assert.ok(Math.abs(mean([[0, 1, 2]]) - mean([[0], [1], [2]])) < 1e-5);
    [one, two].forEach((model) => model.dispose());
  });

  for (const row of registry) {
    it(`${row.name} with R-Drop: the loss alone where both passes agree, more where dropout parts them`, async () => {
      await assertNoLeak(() => {
        const model = buildModel(variantModel(row, tiny), resources);
        const batch = collate(examplesOf(row));
        const value = (run: () => tf.Scalar) => tf.tidy(() => run().dataSync()[0]);
        const plain = value(() => model.loss(batch, inference));
        assert.ok(Math.abs(value(() => model.rDropLoss(batch, inference, 4)) - plain) < 1e-5 * Math.max(1, plain));
        const dropped = (weight: number) => {
          let seed = 0;
          return value(() => model.rDropLoss(batch, { training: true, nextSeed: () => ++seed }, weight));
        };
        const [none, some, twice] = [0, 2, 4].map(dropped);
        assert.ok(some > none && Math.abs(twice - none - 2 * (some - none)) < 1e-4, `${none}, ${some}, ${twice}`);
        disposeBatch(batch);
        model.dispose();
      });
    });
  }

  it('every row computes in bfloat16 as in float32, but for rounding, with gradients and predictions', async function () {
    await needsTorch(this);
    for (const row of registry) {
      await assertNoLeak(async () => {
        const batch = collate(examplesOf(row));
        const [precise, rough] = await Promise.all((['float32', 'bfloat16'] as const).map(async (precision) => {
          const model = buildModel(variantModel(row, tiny), { ...resources, precision });
          const { value, grads } = tf.variableGrads(() => model.loss(batch, inference));
          const norm = tf.tidy(() => Math.sqrt(Object.values(grads).reduce((sum, grad) => sum + grad.square().sum().dataSync()[0], 0)));
          await model.predict(batch);
          const loss = value.dataSync()[0];
          tf.dispose([value, ...Object.values(grads)]);
          model.dispose();
          return { loss, norm };
        }));
        for (const figure of ['loss', 'norm'] as const) {
          const off = Math.abs(rough[figure] / precise[figure] - 1);
          assert.ok(off < 0.05, `${row.name}: ${figure} ${rough[figure]}, ${precise[figure]} in float32`);
        }
        disposeBatch(batch);
      });
    }
  });

  it('a model with a lexicon refuses examples that were made without one', () => {
    const model = buildModel(variantModel(variant('roberta-gp-softlexicon'), tiny), resources);
    const bare = collate(makeExamples(documents, { tokenizer, maxLength: 64, overlap: 8, types }).examples);
    assert.throws(() => tf.tidy(() => model.loss(bare, inference)), /examples were made without one/);
    assert.throws(() => makeExamples(documents, { tokenizer, lexicon, maxLength: 64, overlap: 8, types }), /a lexicon needs word vectors/);
    disposeBatch(bare);
    model.dispose();
  });

  it('a model with channels sees no padding: neither of T, nor of T\', nor of items', () => {
    for (const name of ['llm-medner', 'llm-medner-wo-cross-attention', 'llm-medner-crf', 'llm-medner-span', 'cnn-bilstm-crf', 'roberta-bilstm']) {
      const row = variant(name);
      const model = buildModel(variantModel(row, tiny), resources);
      const own = examplesOf(row);
      const values = (rows: Example[], length?: number): number[] => {
        const batch = collate(rows, length);
        const x = tf.tidy(() => model.encode(batch, inference).arraySync());
        disposeBatch(batch);
        return rows.flatMap(({ ids }, i) => x[i].slice(0, ids.length).flat());
      };
      const alone = own.flatMap((example) => values([example]));
      assertClose(values(own), alone, 1e-5, `${name} together`);
      assertClose(values(own, 30), alone, 1e-5, `${name} padded further`);
      const losses = (rows: Example[], length?: number): number => {
        const batch = collate(rows, length);
        const loss = tf.tidy(() => model.loss(batch, inference).dataSync()[0]);
        disposeBatch(batch);
        return loss;
      };
      assert.ok(Math.abs(losses(own) - losses(own, 30)) < 1e-5, name);
      model.dispose();
    }
  });

  it('a model with channels reads the enhanced text, and each kind of feature', () => {
    const encoded = (name: string, told: (one: LlmFeatures) => LlmFeatures): number[] => {
      const row = variant(name);
      const config = variantModel(row, tiny);
      const model = buildModel(config, resources);
      const batch = collate(makeExamples(documents.slice(0, 1), { ...exampleResources, channels: { config: config.channels!, featuresOf: (text) => told(featuresOf(text)) } }).examples);
      const x = tf.tidy(() => Array.from(model.encode(batch, inference).dataSync()));
      disposeBatch(batch);
      model.dispose();
      return x;
    };
    const differ = (name: string, told: (one: LlmFeatures) => LlmFeatures): boolean => difference(encoded(name, told), encoded(name, (one) => one)) > 1e-6;
    const changes: Record<string, (one: LlmFeatures) => LlmFeatures> = {
      text: (one) => ({ ...one, enhanced: '患者肺部炎症性病变！' }),
      description: (one) => ({ ...one, keywords: one.keywords.map((keyword) => ({ ...keyword, description: '好转' })) }),
      partOfSpeech: (one) => ({ ...one, keywords: one.keywords.map((keyword) => ({ ...keyword, pos: '动词' as const })) }),
      relation: (one) => ({ ...one, relations: [] }),
      keywords: (one) => ({ ...one, keywords: [], relations: [] }),
    };
    for (const [name, change] of Object.entries(changes)) assert.ok(differ('llm-medner', change), name);
    for (const [name, ablation] of Object.entries({ text: 'enhanced-text', description: 'descriptions', relation: 'relations', keywords: 'keywords' })) {
      assert.ok(!differ(`llm-medner-wo-${ablation}`, changes[name]), ablation);
    }
    const pos: typeof changes.text = (one) => ({ ...one, keywords: one.keywords.map((keyword) => ({ ...keyword, pos: null })) });
    assert.ok(differ('llm-medner', pos) && !differ('llm-medner-wo-pos', pos));
    for (const change of Object.values(changes)) assert.ok(!differ('llm-medner-single-channel', change));
  });

  it('an encoder of its own for T\' and the items starts from the same published weights, and both are trained', async () => {
    await assertNoLeak(() => {
      const encoder = publishedEncoder('data/models/medner-mini');
      const published = Vocabulary.fromFile(inProject('data/models/medner-mini/vocab.txt'));
      const row = variant('llm-medner');
      const config = variantModel({ ...row, channels: { encoders: 'separate' } }, encoder);
      const model = buildModel(config, { ...resources, vocabularySize: published.size });
      const names = model.parameters.list().map(({ name }) => name).filter((name) => name.startsWith('bert.'));
      for (const name of names) assert.deepEqual(model.parameters.get(`second.${name}`).dataSync(), model.parameters.get(name).dataSync(), name);
      const channels = { config: config.channels!, featuresOf };
      const batch = collate(makeExamples(documents, { ...exampleResources, tokenizer: new Tokenizer(published), channels }).examples);
      const { value, grads } = tf.variableGrads(() => model.loss(batch, inference));
      for (const name of names.flatMap((one) => [one, `second.${one}`])) {
        assert.ok(tf.tidy(() => tf.norm(grads[model.parameters.get(name).name]).dataSync()[0]) > 0, name);
        assert.equal(model.parameters.list().find((one) => one.name === name)!.group, 'encoder');
      }
      tf.dispose([value, ...Object.values(grads)]);
      disposeBatch(batch);
      model.dispose();
    });
  });

  it('a model with channels refuses examples without features', () => {
    const model = buildModel(variantModel(variant('llm-medner'), tiny), resources);
    const bare = collate(examples);
    assert.throws(() => tf.tidy(() => model.loss(bare, inference)), /examples were made without them/);
    disposeBatch(bare);
    model.dispose();
  });

  it('refuses impossible structures', () => {
    const dual = variantModel(variant('llm-medner'), tiny);
    const refuses = (config: ModelConfig, message: RegExp) => assert.throws(() => buildModel(config, resources), message);
    refuses({ ...dual, channels: { ...dual.channels!, heads: 3 } }, /16 is not a multiple of channels\.heads 3/);
    refuses({ ...dual, channels: { ...dual.channels!, second: null, encoders: 'separate' } }, /channels\.second is null/);
    refuses({ ...dual, channels: { ...dual.channels!, convolution: { kernelSizes: [1, 2], dilations: [1], channels: 4 } } }, /2 kernelSizes and 1 dilations/);
    refuses({ ...dual, words: { fusion: 'concat', trainable: false } }, /exclude each other/);
    refuses({ ...dual, channels: undefined }, /co-predictor reads h and D/);
    refuses({ ...dual, channels: { ...dual.channels!, convolution: null }, head: { kind: 'co-predictor', biaffine: null, crf: false } }, /nothing left to score by/);
    assert.throws(() => buildModel(variantModel(variant('bert'), { ...tiny, heads: 3 }), resources), /16 is not a multiple of encoder\.heads 3/);
    assert.throws(() => buildModel(variantModel(variant('bert'), { ...tiny, heads: 16, positions: 'rope' }), resources), /even width per head/);
  });
});
