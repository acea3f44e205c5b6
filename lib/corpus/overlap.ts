import { slicer } from './offsets';
import type { Document } from './types';

/** A document of one set whose text stands in another set. */
export interface SharedDocument {
  a: Document;
  /** The first with that text. */
  b: Document;
}

/** The documents of `a` whose exact text is a document of `b`: never train on one set and score on the other with these in. */
export function sharedDocuments(a: readonly Document[], b: readonly Document[]): SharedDocument[] {
  const byText = new Map<string, Document>();
  for (const document of b) if (!byText.has(document.text)) byText.set(document.text, document);
  return a.flatMap((document) => {
    const other = byText.get(document.text);
    return other ? [{ a: document, b: other }] : [];
  });
}

/** The distinct texts of a set's entities. */
export function mentionTexts(documents: readonly Document[]): Set<string> {
  const texts = new Set<string>();
  for (const { text, entities } of documents) {
    const slice = slicer(text);
    for (const { start, end } of entities) texts.add(slice(start, end));
  }
  return texts;
}
