import assert from 'node:assert/strict';
import type { Document } from '../../lib/corpus/types';
import { flatGoldScore, score } from '../../lib/evaluation';

describe('flat-gold scores', () => {
  const text = '左肺上叶腺癌术后';
  const gold: Document[] = [
    { id: 'a', text, entities: [{ start: 0, end: 6, type: 'dis' }, { start: 0, end: 4, type: 'bod' }, { start: 1, end: 2, type: 'bod' }] },
    { id: 'b', text: '咳嗽', entities: [{ start: 0, end: 2, type: 'sym' }] },
  ];

  it('leave what nests out of the gold entities, and out of them only', () => {
    const predicted = [{ ...gold[0], entities: [{ start: 0, end: 6, type: 'dis' }, { start: 0, end: 4, type: 'bod' }] }, gold[1]];
    // Strict: 3 of 4 gold found, none wrong. Flat: both outermost found, the nested prediction wrong.
    assert.deepEqual(flatGoldScore(gold, predicted), { tp: 2, fp: 1, fn: 0, precision: 2 / 3, recall: 1, f1: 4 / 5 });
    assert.equal(score(gold, predicted).micro.recall, 3 / 4);
  });

  it('are the strict ones where nothing nests', () => {
    const flat = gold.map((document) => ({ ...document, entities: document.entities.slice(0, 1) }));
    assert.deepEqual(flatGoldScore(flat, [flat[0]]), score(flat, [flat[0]]).micro);
  });
});
