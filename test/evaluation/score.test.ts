import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import type { Document, Entity } from '../../lib/corpus';
import { score, scoresToJson, type Score } from '../../lib/evaluation';
import { documents } from '../corpus/arbitrary';
import { refuses } from '../corpus/scratch';

const text = '急性化脓性阑尾炎伴腹膜炎';
const of = (spans: string, id = 'a'): Document => ({
  id,
  text,
  entities: spans.split(' ').filter(Boolean).map((span): Entity => {
    const [start, end, type] = span.split('-');
    return { start: Number(start), end: Number(end), type };
  }),
});
const counts = ({ tp, fp, fn }: Score) => [tp, fp, fn];
const micro = (gold: string, predicted: string) => counts(score([of(gold)], [of(predicted)]).micro);

describe('scores', () => {
  // Expected: [true positives, false positives, false negatives], counted by hand.
  const cases: [string, string, string, number[]][] = [
    ['nothing on either side', '', '', [0, 0, 0]],
    ['nothing predicted', '0-8-dis 9-12-dis', '', [0, 0, 2]],
    ['nothing gold', '', '0-8-dis', [0, 1, 0]],
    ['all right, in another order', '0-8-dis 9-12-dis', '9-12-dis 0-8-dis', [2, 0, 0]],
    ['a wrong end', '0-8-dis', '0-7-dis', [0, 1, 1]],
    ['a wrong type', '0-8-dis', '0-8-sym', [0, 1, 1]],
    ['predicted twice', '0-8-dis', '0-8-dis 0-8-dis', [1, 0, 0]],
    ['gold twice', '0-8-dis 0-8-dis', '0-8-dis', [1, 0, 0]],
    ['nested, both found', '0-8-dis 5-7-bod', '0-8-dis 5-7-bod', [2, 0, 0]],
    ['nested, only the outer found', '0-8-dis 5-7-bod', '0-8-dis', [1, 0, 1]],
    ['crossing, one found and one false', '0-8-dis 5-12-dis', '0-8-dis 4-9-dis', [1, 1, 1]],
    ['one span with two types, one found', '5-8-dis 5-8-sym', '5-8-sym', [1, 0, 1]],
    ['one span with two types, both found', '5-8-dis 5-8-sym', '5-8-sym 5-8-dis', [2, 0, 0]],
  ];
  for (const [name, gold, predicted, expected] of cases) it(`count: ${name}`, () => assert.deepEqual(micro(gold, predicted), expected));

  it('are exact fractions, over the corpus and not the mean of documents', () => {
    const scores = score([of('0-8-dis 9-12-dis 5-7-bod', 'a'), of('0-8-dis', 'b')], [of('0-8-dis 0-2-dis', 'a'), of('0-8-dis', 'b')]);
    assert.deepEqual(scores.micro, { precision: 2 / 3, recall: 2 / 4, f1: 4 / 7, tp: 2, fp: 1, fn: 2 });
  });

  it('are 0 where nothing is predicted, nothing is gold, or nothing is there at all', () => {
    for (const [gold, predicted] of [['0-8-dis', ''], ['', '0-8-dis'], ['', '']]) {
      const { precision, recall, f1 } = score([of(gold)], [of(predicted)]).micro;
      assert.deepEqual([precision, recall, f1], [0, 0, 0]);
    }
  });

  it('are given by type, by length class, and for nested and flat entities', () => {
    const scores = scoresToJson(score([of('0-8-dis 5-7-bod 9-12-dis 0-4-sym')], [of('0-8-dis 5-6-bod 9-12-dis 0-4-dis')]));
    assert.deepEqual(Object.keys(scores.types), ['bod', 'dis', 'sym']);
    assert.deepEqual(counts(scores.types.dis), [2, 1, 0]);
    assert.deepEqual(counts(scores.types.bod), [0, 1, 1]);
    assert.deepEqual(counts(scores.types.sym), [0, 0, 1]);
    assert.deepEqual(counts(scores.lengths.short), [1, 1, 1]); // 9-12 right; 5-6 false; 5-7 missed
    assert.deepEqual(counts(scores.lengths.medium), [0, 1, 1]); // 0-4, with the wrong type
    assert.deepEqual(counts(scores.lengths.long), [1, 0, 0]);
    assert.deepEqual(counts(scores.nested), [0, 2, 2]); // 5-7 and 0-4 lie inside 0-8
    assert.deepEqual(counts(scores.flat), [2, 0, 0]);
  });

  it('count types that are called as what every object has', () => {
    for (const type of ['constructor', '__proto__', 'toString']) {
      const { types } = score([of(`0-8-${type} 9-12-dis`)], [of(`0-8-${type} 0-4-${type}`)]);
      assert.deepEqual(Object.entries(types).map(([name, row]) => [name, counts(row)]).sort(), [[type, [1, 1, 0]], ['dis', [0, 0, 1]]].sort());
      assert.deepEqual(Object.keys(JSON.parse(JSON.stringify(types)) as object), Object.keys(types));
    }
  });

  it('match documents by id, counting what has no prediction as missed', () => {
    const scores = score([of('0-8-dis', 'a'), of('0-8-dis 9-12-dis', 'b')], [of('0-8-dis', 'a')]);
    assert.deepEqual(counts(scores.micro), [1, 0, 2]);
    assert.deepEqual([scores.documents, scores.missing], [2, ['b']]);
  });

  it('refuse a prediction that belongs to no gold document, to another text, or comes twice', async () => {
    await refuses(() => score([of('', 'a')], [of('', 'b')]), '"b"', 'gold does not have');
    await refuses(() => score([of('', 'a')], [{ ...of('', 'a'), text: text + '。' }]), '"a"', 'another text');
    await refuses(() => score([of('', 'a')], [of('', 'a'), of('', 'a')]), 'two documents');
    await refuses(() => score([of('', 'a'), of('', 'a')], []), 'gold has two documents');
  });

  it('of random predictions: every row sums to the whole, and gold and predictions swap precision and recall', () => {
    const pair = documents.chain((gold) =>
      fc.tuple(fc.constant(gold), fc.tuple(...gold.map(({ entities }) => fc.subarray(entities))), fc.constantFrom('dis', 'sym')),
    );
    fc.assert(
      fc.property(pair, ([gold, kept, type]) => {
        const predicted = gold.map((document, i) => ({ ...document, entities: [...kept[i], ...document.entities.slice(0, 2).map((entity) => ({ ...entity, type }))] }));
        const there = score(gold, predicted);
        const back = score(predicted, gold);
        assert.deepEqual(counts(there.micro), [back.micro.tp, back.micro.fn, back.micro.fp]);
        const sum = (rows: Score[]) => rows.map(counts).reduce((a, b) => a.map((count, i) => count + b[i]), [0, 0, 0]);
        for (const rows of [Object.values(there.types), Object.values(there.lengths), [there.nested, there.flat]]) assert.deepEqual(sum(rows), counts(there.micro));
        const distinct = (set: Document[]) => set.reduce((total, { entities }) => total + new Set(entities.map((entity) => JSON.stringify([entity.start, entity.end, entity.type]))).size, 0);
        assert.deepEqual([there.micro.tp + there.micro.fn, there.micro.tp + there.micro.fp], [distinct(gold), distinct(predicted)]);
      }),
    );
  });
});
