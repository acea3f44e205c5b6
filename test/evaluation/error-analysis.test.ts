import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import type { Document } from '../../lib/corpus';
import { errorAnalysis, score } from '../../lib/evaluation';
import { documents } from '../corpus/arbitrary';

const text = '🩺患者右肺上叶腺癌伴胸腔积液';
const of = (...entities: [number, number, string][]): Document => ({ id: 'a', text, entities: entities.map(([start, end, type]) => ({ start, end, type })) });

describe('error analysis', () => {
  it('gives every error one kind', () => {
    const gold = of([3, 9, 'dis'], [3, 5, 'bod'], [10, 12, 'bod'], [10, 14, 'sym'], [7, 9, 'dis']);
    const predicted = of([3, 9, 'dis'], [3, 5, 'dis'], [10, 13, 'sym'], [1, 3, 'ite']);
    const { correct, counts, examples, confusions } = errorAnalysis([gold], [predicted]);
    assert.equal(correct, 1);
    assert.deepEqual(counts, { type: 1, boundary: 1, 'boundary-and-type': 0, missing: 2, spurious: 1 });
    assert.deepEqual(confusions, { bod: { dis: 1 } });
    assert.deepEqual(examples.boundary[0], {
      kind: 'boundary',
      documentId: 'a',
      gold: { start: 10, end: 14, type: 'sym', text: '胸腔积液' },
      predicted: { start: 10, end: 13, type: 'sym', text: '胸腔积' },
      context: text,
    });
    assert.deepEqual(examples.missing.map((example) => example.gold?.text), ['胸腔', '腺癌']);
    assert.equal(examples.spurious[0].predicted?.text, '患者');
  });

  it('counts confusions of types that are called as what every object has', () => {
    for (const type of ['constructor', '__proto__', 'toString']) {
      const { confusions } = errorAnalysis([of([3, 9, type], [3, 5, 'bod'])], [of([3, 9, 'dis'], [3, 5, type])]);
      assert.equal(JSON.stringify(confusions), `{"${type}":{"dis":1},"bod":{"${type}":1}}`);
    }
  });

  it('pairs by the greatest overlap, one to one', () => {
    const { counts, examples } = errorAnalysis([of([3, 9, 'dis'], [7, 9, 'dis'])], [of([3, 8, 'dis'], [8, 9, 'sym'])]);
    assert.deepEqual(counts, { type: 0, boundary: 1, 'boundary-and-type': 1, missing: 0, spurious: 0 });
    assert.equal(examples.boundary[0].gold?.text, '右肺上叶腺癌');
  });

  it('keeps as many examples as asked', () => {
    const gold = of([0, 1, 'a'], [1, 2, 'a'], [2, 3, 'a']);
    assert.equal(errorAnalysis([gold], [], { examples: 2 }).examples.missing.length, 2);
  });

  it('accounts for every false positive and false negative of the scores', () => {
    const pair = documents.chain((gold) => fc.tuple(fc.constant(gold), fc.tuple(...gold.map(({ entities }) => fc.subarray(entities))), fc.nat(3)));
    fc.assert(
      fc.property(pair, ([gold, kept, shift]) => {
        const predicted = gold.map((document, i) => ({
          ...document,
          entities: [...kept[i], ...document.entities.map(({ start, end, type }) => ({ start, end: Math.max(start + 1, end - shift), type }))],
        }));
        const { micro } = score(gold, predicted);
        const { correct, counts } = errorAnalysis(gold, predicted);
        const paired = counts.type + counts.boundary + counts['boundary-and-type'];
        assert.deepEqual([correct, paired + counts.spurious, paired + counts.missing], [micro.tp, micro.fp, micro.fn]);
      }),
    );
  });
});
