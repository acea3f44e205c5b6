import { sliceCodePoints } from '../common';
import type { Document } from '../corpus/types';

/** Which types lie in which, how often, with the first example: most frequent first. */
export function nestedPairs(documents: readonly Document[]): { types: string; pairs: number; example: string }[] {
  const kinds = new Map<string, { types: string; pairs: number; example: string }>();
  for (const { text, entities } of documents) {
    for (const inner of entities) {
      for (const outer of entities) {
        if (outer.start > inner.start || inner.end > outer.end || outer.end - outer.start === inner.end - inner.start) continue;
        const types = `${inner.type} in ${outer.type}`;
        const example = () => `${sliceCodePoints(text, inner.start, inner.end)} in ${sliceCodePoints(text, outer.start, outer.end)}`;
        const kind = kinds.get(types) ?? { types, pairs: 0, example: example() };
        kinds.set(types, { ...kind, pairs: kind.pairs + 1 });
      }
    }
  }
  return [...kinds.values()].sort((a, b) => b.pairs - a.pairs);
}
