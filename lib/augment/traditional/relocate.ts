import { codePoints, sliceCodePoints } from '../../common';
import type { Entity } from '../../corpus/types';
import { occurrencesOf } from '../../llm/occurrences';
import { ordered, type Passage, type Span } from '../passage';

/** Why a translated sentence's entities cannot be told for sure. */
export type Unlocated = 'lost' | 'ambiguous' | 'tangled';

/**
 * The entities of a sentence in its translation there and back, or why not. Each entity's text must occur as often as in the sentence, and every
 * occurrence there must be an entity of the same types: the n-th then is the n-th again. Two entities must lie apart or inside each other as they did.
 */
export function relocate({ text, entities }: Passage, translated: string): Entity[] | Unlocated {
  const [was, is] = [codePoints(text), codePoints(translated)];
  const surfaces = new Map<string, Map<string, string[]>>();
  for (const { start, end, type } of ordered(entities)) {
    const surface = sliceCodePoints(text, start, end);
    const marked = surfaces.get(surface) ?? new Map<string, string[]>();
    marked.set(`${start}`, [...(marked.get(`${start}`) ?? []), type]);
    surfaces.set(surface, marked);
  }
  const moves: { from: Span; to: Span; types: readonly string[] }[] = [];
  for (const [surface, marked] of surfaces) {
    const before = occurrencesOf(was, surface);
    const types = before.map(({ start }) => marked.get(`${start}`) ?? []);
    // An entity that is a part of a Latin word (T in TSH) is no occurrence: it could not be told from any other T.
    const found = types.filter((list) => list.length > 0).length;
    if (found < marked.size || types.some((list) => list.join() !== types[0].join())) return 'ambiguous';
    const after = occurrencesOf(is, surface);
    if (after.length !== before.length) return 'lost';
    before.forEach((from, i) => moves.push({ from, to: after[i], types: types[i] }));
  }
  for (const [i, a] of moves.entries()) for (const b of moves.slice(i + 1)) if (relation(a.from, b.from) !== relation(a.to, b.to)) return 'tangled';
  return ordered(moves.flatMap(({ to, types }) => types.map((type) => ({ ...to, type }))));
}

function relation(a: Span, b: Span): 'apart' | 'around' | 'inside' | 'crossing' {
  if (a.end <= b.start || b.end <= a.start) return 'apart';
  if (a.start <= b.start && b.end <= a.end) return 'around';
  return b.start <= a.start && a.end <= b.end ? 'inside' : 'crossing';
}
