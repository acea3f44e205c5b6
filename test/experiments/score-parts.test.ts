import assert from 'node:assert/strict';
import { score } from '../../lib/evaluation';
import { partsNote, scoreParts } from '../../lib/experiments/score-parts';

describe('the parts of a table of scores', () => {
  const gold = [{ id: '1', text: '患者胸痛三天', entities: [{ start: 2, end: 4, type: 'sym' }] }];
  const predicted = [...gold[0].entities, { start: 3, end: 4, type: 'bod' }];
  const scores = score(gold, [{ ...gold[0], entities: predicted }]);

  it('are those where a gold entity is, whatever was predicted elsewhere', () => {
    const { parts, empty } = scoreParts(['sym', 'bod'], [scores]);
    assert.deepEqual(parts.map(([name]) => name), ['flat', 'short', 'sym']);
    assert.deepEqual(parts.map(([, of]) => of(scores)?.f1), [1, 2 / 3, 1]);
    assert.deepEqual(empty, ['nested', 'medium', 'long', 'bod']);
  });

  it('tell which are left out, and nothing where none is', () => {
    assert.match(partsNote(['nested']), /Left out, since no scored entity is there: nested\.$/);
    assert.doesNotMatch(partsNote([]), /Left out/);
  });
});
