import assert from 'node:assert/strict';
import fc from 'fast-check';
import { lengthClasses, type Document, type Entity } from '../../lib/corpus';
import { score, scoreBreakdown, type Score } from '../../lib/evaluation';

const text = '甲型流感患者出现高热、咳嗽及全身酸痛，予奥司他韦口服治疗后好转';
const types = ['dis', 'sym', 'dru'];
const entity: fc.Arbitrary<Entity> = fc
  .tuple(fc.nat(text.length - 2), fc.integer({ min: 1, max: 10 }), fc.constantFrom(...types))
  .map(([start, length, type]) => ({ start, end: Math.min(text.length, start + length), type }));
const documents = (entities: Entity[][]): Document[] => entities.map((own, i) => ({ id: String(i), text, entities: own }));

describe('breakdown of scores', () => {
  it('seen and unseen add up to all; cells add up to types, lengths, nested and flat', () => {
    const side = fc.array(fc.array(entity, { maxLength: 8 }), { minLength: 2, maxLength: 2 });
    fc.assert(fc.property(side, side, fc.array(entity), (gold, predicted, training) => {
      const mentions = new Set(training.map(({ start, end }) => text.slice(start, end)));
      const whole = score(documents(gold), documents(predicted));
      const { seen, unseen, cells } = scoreBreakdown(documents(gold), documents(predicted), mentions);
      const counts = ({ tp, fp, fn }: Score): number[] => [tp, fp, fn];
      const sum = (parts: Score[]): number[] => parts.map(counts).reduce((a, b) => a.map((x, i) => x + b[i]), [0, 0, 0]);
      const cellsOf = (place: number, name: string): Score[] => Object.entries(cells).filter(([key]) => key.split('/')[place] === name).map(([, cell]) => cell);
      assert.deepEqual(sum([seen, unseen]), counts(whole.micro));
      for (const [type, row] of Object.entries(whole.types)) assert.deepEqual(sum(cellsOf(0, type)), counts(row));
      for (const length of lengthClasses) assert.deepEqual(sum(cellsOf(1, length)), counts(whole.lengths[length]));
      for (const part of ['nested', 'flat'] as const) assert.deepEqual(sum(cellsOf(2, part)), counts(whole[part]));
    }));
  });

  it('a mention is seen by its characters, whatever its type; a false one is judged by its own', () => {
    const gold = documents([[{ start: 0, end: 4, type: 'dis' }, { start: 8, end: 10, type: 'sym' }]]);
    const predicted = documents([[{ start: 0, end: 4, type: 'dis' }, { start: 11, end: 13, type: 'sym' }]]);
    const { seen, unseen } = scoreBreakdown(gold, predicted, new Set(['甲型流感']));
    assert.deepEqual([seen.tp, seen.fp, seen.fn, seen.f1], [1, 0, 0, 1]);
    assert.deepEqual([unseen.tp, unseen.fp, unseen.fn], [0, 1, 1]);
  });
});
