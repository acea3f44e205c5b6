import { codePoints } from '../common';
import { entitiesToTags, outermost } from '../text/tags';
import { writeToken } from './columns';
import { writeJsonl } from './jsonl';
import { slicer } from './offsets';
import { splitNames, type Document } from './types';

export const convertFormats = ['jsonl', 'bio', 'cmeee'] as const;
export type ConvertFormat = (typeof convertFormats)[number];

export interface Converted {
  content: string;
  extension: string;
  /** What the format cannot hold, in words; empty when nothing is lost. */
  losses: string[];
}

/** Documents in another format. Whatever that format cannot hold is counted, never silently dropped. */
export function convertDocuments(documents: readonly Document[], format: ConvertFormat): Converted {
  switch (format) {
    case 'jsonl':
      return { content: writeJsonl(documents), extension: 'jsonl', losses: [] };
    case 'cmeee':
      return { content: writeCmeee(documents), extension: 'json', losses: lostIds(documents) };
    case 'bio':
      return writeColumns(documents);
  }
}

/** CMeEE-V2's JSON: inclusive `end_idx`, the entity's text beside it. Ids become the records' order. */
function writeCmeee(documents: readonly Document[]): string {
  const records = documents.map(({ text, entities }) => {
    const slice = slicer(text);
    return { text, entities: entities.map(({ start, end, type }) => ({ start_idx: start, end_idx: end - 1, type, entity: slice(start, end) })) };
  });
  return JSON.stringify(records, null, 2) + '\n';
}

/** A character and its BIO tag a line, a tab between, an empty line after each document. Keeps the outermost entities. */
function writeColumns(documents: readonly Document[]): Converted {
  let lost = 0;
  const filled = documents.filter(({ text }) => text !== '');
  const parts = filled.map(({ text, entities }) => {
    const characters = codePoints(text);
    const kept = outermost(entities);
    lost += entities.length - kept.length;
    const tags = entitiesToTags(kept, characters.length, 'BIO');
    return characters.map((character, i) => `${writeToken(character)}\t${tags[i]}\n`).join('');
  });
  const empty = documents.length - filled.length;
  const losses: string[] = [];
  if (lost > 0) losses.push(`${lost} entities that lie inside or across another, or repeat its span (BIO holds the outermost only)`);
  if (empty > 0) losses.push(`${empty} empty documents`);
  return { content: parts.join('\n'), extension: 'bio', losses: [...losses, ...lostIds(filled)] };
}

/** What is lost where a format holds no ids: those that are not the number that a reader will give, `#3` in a file, `train#3` in a corpus. */
function lostIds(documents: readonly Document[]): string[] {
  const lost = documents.filter(({ id }, i) => !['', ...splitNames].some((split) => id === `${split}#${i + 1}`)).length;
  return lost > 0 ? [`${lost} ids (the format has none: documents are numbered in their order)`] : [];
}
