import { codePoints } from '../common';
import type { Passage, Span } from './passage';

/** What ends a sentence. A full stop of Latin script is left out: it stands in numbers and abbreviations. */
const separator = /^[。！？；!?;\r\n]$/u;
/** What belongs to the sentence before it when it follows a separator. */
const closing = /^[”’」』）)】》\s]$/u;

/** A sentence: its words [start, end), and where the marks that end it end. */
export interface Sentence extends Span {
  /** End of its separators; equal to `end` for a last sentence without any. */
  close: number;
}

/**
 * The sentences of a text in order. A separator inside an entity is none, and so no entity reaches over the border of a sentence's words. A text
 * without words has no sentence.
 */
export function sentences({ text, entities }: Passage): Sentence[] {
  const characters = codePoints(text);
  const inside = new Uint8Array(characters.length);
  for (const { start, end } of entities) inside.fill(1, start, end);
  const separates = (i: number): boolean => inside[i] === 0 && separator.test(characters[i]);
  const out: Sentence[] = [];
  for (let at = 0; at < characters.length;) {
    let start = at;
    while (start < characters.length && inside[start] === 0 && (separator.test(characters[start]) || closing.test(characters[start]))) start++;
    let end = start;
    while (end < characters.length && !separates(end)) end++;
    let close = end;
    while (close < characters.length && inside[close] === 0 && (separator.test(characters[close]) || closing.test(characters[close]))) close++;
    if (end > start) out.push({ start, end, close });
    at = Math.max(close, at + 1);
  }
  return out;
}
