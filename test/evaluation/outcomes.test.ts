import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Entity } from '../../lib/corpus';
import { eachOutcome, type Outcome } from '../../lib/evaluation';

const entities = fc.array(
  fc.record({ start: fc.nat(6), length: fc.integer({ min: 1, max: 4 }), type: fc.constantFrom('dis', 'sym') }).map(({ start, length, type }): Entity => ({ start, end: start + length, type })),
  { maxLength: 12 },
);
const same = (a: Entity) => (b: Entity): boolean => a.start === b.start && a.end === b.end && a.type === b.type;
/** By the definition: another of them covers it and is longer. */
const liesInside = (among: readonly Entity[], { start, end }: Entity): boolean => among.some((other) => other.start <= start && end <= other.end && other.end - other.start > end - start);

describe('the outcomes of a document', () => {
  it('are each gold or predicted entity once, with what became of it and whether it lies inside another of its side', () => {
    fc.assert(
      fc.property(entities, entities, (gold, predicted) => {
        const seen: Entity[] = [];
        eachOutcome(gold, predicted, (outcome, entity, inside) => {
          assert.ok(!seen.some(same(entity)), 'visited twice');
          seen.push(entity);
          const [isGold, isPredicted] = [gold.some(same(entity)), predicted.some(same(entity))];
          const expected: Outcome = isGold && isPredicted ? 'tp' : isGold ? 'fn' : 'fp';
          assert.equal(outcome, expected);
          assert.equal(inside, liesInside(isGold ? gold : predicted, entity));
        });
        for (const entity of [...gold, ...predicted]) assert.ok(seen.some(same(entity)), 'passed over');
      }),
    );
  });
});
