import { parseJsonRecords } from './json-records';
import { refuseErrors } from './problems';
import { toDocuments } from './read';
import type { Document } from './types';

/** Documents from JSON lines: `{"id","text","entities":[{"start","end","type"}]}`, code points, exclusive ends. */
export function parseJsonl(text: string, name = 'input'): Document[] {
  const { documents, problems } = toDocuments(parseJsonRecords(text, name), name);
  refuseErrors(problems);
  return documents;
}

/** The same documents as JSON lines, fields in a fixed order. */
export function writeJsonl(documents: readonly Document[]): string {
  return documents.map(({ id, text, entities }) => JSON.stringify({ id, text, entities: entities.map(({ start, end, type }) => ({ start, end, type })) }) + '\n').join('');
}
