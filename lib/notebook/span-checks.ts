import { maskText } from '../augment';
import { codePoints, sliceCodePoints } from '../common';
import type { Document, Entity } from '../corpus/types';

/** Whether the entities of a copy that augmentation made stand where they must, as far as the copy and its original tell. */
export type SpanCheck = (copy: Document, original: Document) => boolean;

/**
 * Checks of what traditional methods make (paper A, section 4.9), from outside: by texts alone, and not by the methods' own book-keeping.
 * - masking: text and entities read as the original's, with anything in the masks' places;
 * - replacement: what lies between the outermost entities is the original's to the letter, and every entity is one that training marks;
 * - synonyms: every entity is one that training marks, or a term of the list.
 * Where something inside an entity was exchanged its own text may be new; then what is inside tells.
 */
export function spanChecks(train: readonly Document[], synonyms: Iterable<string>): Record<'masking' | 'replacement' | 'synonyms', SpanCheck> {
  const mentions = new Set(train.flatMap((document) => document.entities.map((entity) => marked(document, entity))));
  const listed = new Set(synonyms);
  const known = (copy: Document): boolean => copy.entities.every((entity) =>
    mentions.has(marked(copy, entity)) || listed.has(surface(copy, entity)) || copy.entities.some((other) => inside(other, entity)));
  return {
    masking: (copy, original) => copy.entities.length === original.entities.length && readsAs(copy.text, original.text)
      && copy.entities.every((entity) => original.entities.some((other) => readsAs(marked(copy, entity), marked(original, other)))),
    replacement: (copy, original) => known(copy) && between(copy) === between(original),
    synonyms: known,
  };
}

const surface = ({ text }: Document, { start, end }: Entity): string => sliceCodePoints(text, start, end);
const marked = (document: Document, entity: Entity): string => `${surface(document, entity)}\t${entity.type}`;
const inside = (a: Entity, b: Entity): boolean => b.start <= a.start && a.end <= b.end && a.end - a.start < b.end - b.start;

/** Whether a text reads as another whose masks may each have been anything, but not nothing. */
function readsAs(masked: string, text: string): boolean {
  const parts = masked.split(maskText);
  if (parts.length === 1) return masked === text;
  const last = parts.pop()!;
  let at = parts[0].length;
  if (!text.startsWith(parts[0])) return false;
  for (const part of parts.slice(1)) {
    const found = text.indexOf(part, at + 1); // the first place leaves most to the parts that follow
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.endsWith(last) && text.length - last.length > at;
}

/** A text with one sign for each run of characters that entities cover. */
function between({ text, entities }: Document): string {
  const covered = codePoints(text).map((character, i) => (entities.some(({ start, end }) => start <= i && i < end) ? '\0' : character));
  return covered.join('').replace(/\0+/g, '\0');
}

/** The document with every span moved by one character: what a check must find wrong. */
export const shifted = (document: Document): Document =>
  ({ ...document, entities: document.entities.map(({ start, end, type }) => ({ start: start + 1, end: end + 1, type })) });
