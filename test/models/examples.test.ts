import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { prepareBackend } from '../../lib/backend';
import { InputError } from '../../lib/common';
import type { Document, Entity } from '../../lib/corpus/types';
import { collate, disposeBatch, type ExampleResources, makeExamples, mergePredictions, type ScoredEntity } from '../../lib/models';
import { Tokenizer, Vocabulary } from '../../lib/text';
import { assertNoLeak } from '../layers/support';

const types = ['dis', 'bod', 'dru'];
const characters = Array.from('患者肺部炎症性病变服用阿司匹林后好转。，𠮷');
const tokenizer = new Tokenizer(Vocabulary.build(['患者肺部炎症性病变服用阿司匹林后好转。，𠮷 ct', 'ct ct ct ct ct']));
const resources: ExampleResources = { tokenizer, maxLength: 12, overlap: 4, types };

const document = (text: string, entities: Entity[], id = 'd'): Document => ({ id, text, entities });

/** Each example's spans as they read in the document, with a score. */
const asPredictions = ({ examples }: ReturnType<typeof makeExamples>): ScoredEntity[][] =>
  examples.map(({ spans, starts, ends }) =>
    spans.map(({ start, end, type }) => ({ start: starts[start], end: ends[end - 1], type: types[type], score: 1 })));

describe('examples', () => {
  before(() => prepareBackend({ quiet: true }));

  it('frame the tokens by [CLS] and [SEP], with spans in tokens', () => {
    const { examples, unrepresentable } = makeExamples([document('𠮷患CT肺部', [{ start: 2, end: 4, type: 'dru' }, { start: 4, end: 6, type: 'bod' }])], resources);
    const { vocabulary } = tokenizer;
    assert.equal(examples.length, 1);
    const [{ ids, starts, ends, spans, documentId }] = examples;
    assert.deepEqual([...ids], [vocabulary.cls, ...['𠮷', '患', 'ct', '肺', '部'].map((t) => vocabulary.id(t)), vocabulary.sep]);
    assert.deepEqual([...starts], [-1, 0, 1, 2, 4, 5, -1]);
    assert.deepEqual([...ends], [-1, 1, 2, 4, 5, 6, -1]);
    assert.deepEqual(spans, [{ start: 3, end: 4, type: 2 }, { start: 4, end: 6, type: 1 }]);
    assert.equal(documentId, 'd');
    assert.deepEqual(unrepresentable, []);
  });

  it('count entities that end inside a token, and those longer than the overlap that every window cuts', () => {
    const inside = { start: 1, end: 2, type: 'dis' };
    const long = { start: 1, end: 13, type: 'dis' };
    const { unrepresentable } = makeExamples(
      [document('ct肺', [inside], 'a'), document('患者肺部炎症性病变服用阿司匹林', [long], 'b'), document('', [], 'c')], resources);
    assert.deepEqual(unrepresentable, [{ documentId: 'a', entity: inside, reason: 'token' }, { documentId: 'b', entity: long, reason: 'window' }]);
  });

  it('lose nothing: gold spans merged across windows are the gold entities, for any text and entities up to the overlap', () => {
    const text = fc.array(fc.constantFrom(...characters), { minLength: 1, maxLength: 60 });
    const cases = text.chain((tokens) => {
      const entity = fc.tuple(fc.nat(tokens.length - 1), fc.integer({ min: 1, max: 4 }), fc.constantFrom(...types))
        .map(([start, length, type]): Entity => ({ start, end: Math.min(tokens.length, start + length), type }));
      const unique = fc.uniqueArray(entity, { maxLength: 8, selector: ({ start, end, type }) => `${start} ${end} ${type}` });
      return unique.map((entities) => document(tokens.join(''), entities));
    });
    fc.assert(
      fc.property(fc.array(cases, { maxLength: 3 }), (documents) => {
        const made = makeExamples(documents, resources);
        assert.deepEqual(made.unrepresentable, []);
        assert.ok(made.examples.every(({ ids }) => ids.length <= 12));
        const merged = mergePredictions(made.examples, asPredictions(made), documents.length);
        const key = ({ start, end, type }: Entity) => `${start} ${end} ${type}`;
        documents.forEach(({ entities }, index) => assert.deepEqual(merged[index].map(key).sort(), entities.map(key).sort()));
      }),
    );
  });

  it('give each token the row of its word', () => {
    const segmenter = { segment: () => [{ text: '肺部', start: 0, end: 2 }, { text: '炎症', start: 2, end: 4 }, { text: '。', start: 5, end: 6 }] };
    const rows: Record<string, number> = { '[PAD]': 0, '[UNK]': 1, '[CLS]': 2, '[SEP]': 3, 肺部: 4, 炎症: 5 };
    const wordVectors = { row: (word: string) => rows[word] ?? 1 };
    const { examples } = makeExamples([document('肺部炎症患。', [])], { ...resources, segmenter, wordVectors });
    assert.deepEqual([...examples[0].words], [2, 4, 4, 5, 5, 1, 1, 3]);
    assert.throws(() => makeExamples([], { ...resources, wordVectors }), InputError);
  });

  it('refuse an entity of an unknown type, naming the document', () => {
    assert.throws(() => makeExamples([document('肺部', [{ start: 0, end: 2, type: 'equ' }], 'x7')], resources), /document x7: entity type equ/);
  });

  it('are padded to the longest in a batch that is freed as one', async () => {
    const { examples } = makeExamples([document('肺部', []), document('炎症性病变', [])], resources);
    await assertNoLeak(async () => {
      tf.engine().startScope(); // a batch outlives the scope it was made in
      const batch = collate(examples);
      tf.engine().endScope();
      assert.equal(batch.length, 7);
      assert.deepEqual(batch.ids.shape, [2, 7]);
      assert.deepEqual([...(await batch.mask.data())], [1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1]);
      disposeBatch(batch);
    });
  });
});
