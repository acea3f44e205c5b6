import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { prepareBackend } from '../../lib/backend';
import type { Document } from '../../lib/corpus/types';
import { inference, type ForwardContext } from '../../lib/layers';
import {
  buildModel, collate, disposeBatch, makeExamples, mergePredictions, type ModelParts, registry, type ScoredEntity, type SpanModel, tagsTokens, variant, variantModel,
} from '../../lib/models';
import { Lexicon, outermost, Tokenizer, Vocabulary } from '../../lib/text';
import { needsTorch } from '../backend/support';
import { assertNoLeak } from '../layers/support';

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
const { examples } = makeExamples(documents, { tokenizer, segmenter, wordVectors, lexicon, maxLength: 64, overlap: 8, types });

const keys = (entities: ReadonlyArray<{ start: number; end: number; type: string }>) => entities.map(({ start, end, type }) => `${start} ${end} ${type}`).sort();

describe('models', () => {
  before(() => prepareBackend({ quiet: true }));

  for (const row of registry) {
    it(`${row.name} learns three sentences, finds their entities again and leaves nothing behind`, async () => {
      await assertNoLeak(async () => {
        const model = buildModel(variantModel(row, tiny), resources);
        const batch = collate(examples);
        const optimizer = tf.train.adam(0.01);
        let seed = 0;
        const context: ForwardContext = { training: true, nextSeed: () => ++seed };
        for (let step = 0; step < 60; step++) optimizer.minimize(() => model.loss(batch, context));
        const found = mergePredictions(examples, await model.predict(batch), documents.length);
        documents.forEach(({ entities }, index) =>
          assert.deepEqual(keys(found[index]), keys(tagsTokens({ kind: row.head }) ? outermost(entities) : entities)));
        const loss = tf.tidy(() => model.loss(batch, inference).dataSync()[0]);
        assert.ok(loss < (row.head.endsWith('crf') ? 0.5 : 0.2), `loss ${loss}`); // a CRF's is that of whole windows
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
        const batch = collate(examples);
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
        const batch = collate(examples);
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
        const batch = collate(examples);
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

  it('refuses impossible structures', () => {
    assert.throws(() => buildModel(variantModel(variant('bert'), { ...tiny, heads: 3 }), resources), /16 is not a multiple of encoder\.heads 3/);
    assert.throws(() => buildModel(variantModel(variant('bert'), { ...tiny, heads: 16, positions: 'rope' }), resources), /even width per head/);
  });
});
