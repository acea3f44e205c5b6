import { codePoints } from '../../lib/common';
import type { Entity } from '../../lib/corpus';
import type { Passage } from '../../lib/augment/passage';

/**
 * A passage as characters that each carry the entities over them: another way of keeping spans, for comparison. Whatever is done to the characters, an entity is
 * where its characters are.
 */
export interface Marked {
  character: string;
  over: object[];
}

export function mark({ text, entities }: Passage): Marked[] {
  const marks = codePoints(text).map((character): Marked => ({ character, over: [] }));
  for (const { start, end, type } of entities) {
    const entity = { type };
    for (let i = start; i < end; i++) marks[i].over.push(entity);
  }
  return marks;
}

/** Characters [start, end) replaced: entities that lie inside go, those around go on over the new ones. */
export function replaceMarked(marks: readonly Marked[], start: number, end: number, piece: readonly Marked[]): Marked[] {
  const outside = new Set([...marks.slice(0, start), ...marks.slice(end)].flatMap(({ over }) => over));
  const around = [...new Set(marks.slice(start, end).flatMap(({ over }) => over))].filter((entity) => outside.has(entity));
  return [...marks.slice(0, start), ...piece.map(({ character, over }) => ({ character, over: [...around, ...over] })), ...marks.slice(end)];
}

export function unmark(marks: readonly Marked[]): Passage {
  const places = new Map<object, number[]>();
  marks.forEach(({ over }, i) => {
    for (const entity of over) places.set(entity, [...(places.get(entity) ?? []), i]);
  });
  const entities = [...places].map(([entity, at]): Entity => {
    if (at[at.length - 1] - at[0] !== at.length - 1) throw new Error('an entity fell apart');
    return { start: at[0], end: at[at.length - 1] + 1, type: (entity as { type: string }).type };
  });
  return { text: marks.map(({ character }) => character).join(''), entities };
}

/** Entities as a sorted list of distinct lines, for comparison. */
export const lines = (entities: readonly Entity[]): string[] => [...new Set(entities.map(({ start, end, type }) => `${start} ${end} ${type}`))].sort();
