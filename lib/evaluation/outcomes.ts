import { nesting } from '../corpus/intervals';
import type { Entity } from '../corpus/types';

/** What became of an entity: predicted and gold, predicted alone, gold alone. */
export type Outcome = 'tp' | 'fp' | 'fn';

/** Entities by (start, end, type), repeated ones once. */
export function distinctEntities(entities: readonly Entity[]): Map<string, Entity> {
  return new Map(entities.map((entity) => [`${entity.start} ${entity.end} ${entity.type}`, entity]));
}

/**
 * Visits each entity of one document that is gold or predicted, once: the gold ones in their order, then the false ones in theirs. `inside` tells
 * whether it lies strictly inside another: a gold entity is judged among the gold ones, a false one among the predicted ones.
 */
export function eachOutcome(gold: readonly Entity[], predicted: readonly Entity[], visit: (outcome: Outcome, entity: Entity, inside: boolean) => void): void {
  const golden = distinctEntities(gold);
  const found = distinctEntities(predicted);
  const goldenInside = nesting([...golden.values()]).inside;
  const foundInside = nesting([...found.values()]).inside;
  [...golden].forEach(([key, entity], i) => visit(found.has(key) ? 'tp' : 'fn', entity, goldenInside[i]));
  [...found].forEach(([key, entity], i) => {
    if (!golden.has(key)) visit('fp', entity, foundInside[i]);
  });
}
