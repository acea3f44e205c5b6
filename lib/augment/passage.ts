import { codePointLength } from '../common';
import { slicer } from '../corpus/offsets';
import type { Document, Entity } from '../corpus/types';

/** A text with its entities: a document without a name, or a piece of one. */
export type Passage = Pick<Document, 'text' | 'entities'>;
export type Span = Pick<Entity, 'start' | 'end'>;

/** Does an entity reach over one border of the span and not the other? Such a span cannot be taken out whole. */
export const crosses = ({ start, end }: Span, entity: Span): boolean =>
  (entity.start < start && start < entity.end && entity.end < end) || (start < entity.start && entity.start < end && end < entity.end);

const within = ({ start, end }: Span, entity: Span): boolean => start <= entity.start && entity.end <= end;

const moved = ({ start, end, type }: Entity, by: number): Entity => ({ start: start + by, end: end + by, type });

/** Code points [start, end) with the entities that lie inside, counted from the piece's own start. */
export function cut({ text, entities }: Passage, { start, end }: Span): Passage {
  return { text: slicer(text)(start, end), entities: entities.filter((entity) => within({ start, end }, entity)).map((entity) => moved(entity, -start)) };
}

/** Pieces one after another. */
export function concatenate(pieces: readonly Passage[]): Passage {
  let text = '';
  let length = 0;
  const entities: Entity[] = [];
  for (const piece of pieces) {
    for (const entity of piece.entities) entities.push(moved(entity, length));
    text += piece.text;
    length += codePointLength(piece.text);
  }
  return { text, entities };
}

/**
 * The passage with another piece in place of code points [start, end). Entities inside the span go, the piece's own come in; an entity around the
 * span keeps its borders in the text outside it, and later ones move. Ordered by start, end and type; a repeated entity is kept once.
 * @throws Error where an entity crosses the span: the caller chooses spans that none crosses
 */
export function replaceSpan({ text, entities }: Passage, span: Span, piece: Passage): Passage {
  const { start, end } = span;
  const grown = codePointLength(piece.text) - (end - start);
  const kept = entities.flatMap((entity): Entity[] => {
    if (within(span, entity)) return [];
    if (crosses(span, entity)) throw new Error(`${entity.type} [${entity.start}, ${entity.end}) crosses the span [${start}, ${end}) that is to be replaced`);
    if (entity.end <= start) return [entity];
    if (entity.start >= end) return [moved(entity, grown)];
    return [{ ...entity, end: entity.end + grown }];
  });
  const slice = slicer(text);
  return {
    text: slice(0, start) + piece.text + slice(end, codePointLength(text)),
    entities: ordered([...kept, ...piece.entities.map((entity) => moved(entity, start))]),
  };
}

/** By start, end and type, each entity once. */
export function ordered(entities: readonly Entity[]): Entity[] {
  const sorted = entities
    .map(({ start, end, type }) => ({ start, end, type }))
    .sort((a, b) => a.start - b.start || a.end - b.end || (a.type < b.type ? -1 : a.type > b.type ? 1 : 0));
  return sorted.filter((entity, i) => i === 0 || entity.start !== sorted[i - 1].start || entity.end !== sorted[i - 1].end || entity.type !== sorted[i - 1].type);
}

/** Several spans of one passage replaced at once; they must not overlap. */
export function replaceSpans(passage: Passage, changes: readonly { span: Span; piece: Passage }[]): Passage {
  // From the right, so that the spans still to come stay where they are.
  return [...changes].sort((a, b) => b.span.start - a.span.start).reduce((changed, { span, piece }) => replaceSpan(changed, span, piece), passage);
}
