import { readFileSync } from 'node:fs';
import { displayPath, InputError, sha256 } from '../common';
import { parseSections, type Ccks2017Section } from './ccks2017';
import { looksLikeCmeeeText, parseCmeeeText } from './cmeee-text';
import { looksLikeColumns, parseColumns } from './columns';
import { decodeText } from './encoding';
import { looksLikeJson, parseJsonRecords } from './json-records';
import { findConvention, resolveEntities } from './offsets';
import { problem, refuseErrors, type Problem } from './problems';
import type { ParsedFile } from './records';
import type { Document, SourceFile } from './types';

/** A file's documents, how it was read, each document's place in it, and everything wrong with it. */
export interface ReadFile {
  documents: Document[];
  places: string[];
  source: SourceFile;
  problems: Problem[];
  notes: string[];
  /** Whether every record names itself; otherwise ids are record numbers. */
  printedIds: boolean;
}

/** Tells the format from the content; a file's name promises nothing (CCKS2019's JSON lines are called `.txt`). */
export function parseText(text: string, file: string): ParsedFile {
  // JSON last: a text or a token may well begin with a bracket, but no JSON line ends as the other two do.
  if (looksLikeCmeeeText(text)) return parseCmeeeText(text, file);
  if (looksLikeColumns(text)) return parseColumns(text, file);
  if (looksLikeJson(text)) return parseJsonRecords(text, file);
  if (text.trim() === '') return { format: 'jsonl', ends: 'exclusive', records: [], problems: [], notes: [] };
  throw new InputError(
    `${file}: line 1, "${text.trimStart().split('\n')[0].slice(0, 60)}", is the start of none of the formats read: JSON lines, a JSON array, CMeEE's \`text|||start end type|||\`, or BIO columns.`,
  );
}

/**
 * Turns records into documents, converting offsets to code points [start, end). Where any record has no id, all get
 * their number in the file: `#1`, `#2`, ….
 */
export function toDocuments(parsed: ParsedFile, file: string): Omit<ReadFile, 'source'> & Pick<SourceFile, 'ends' | 'offsets' | 'basis'> {
  const convention = findConvention(parsed);
  const problems = [...parsed.problems];
  const notes = [...parsed.notes];
  if (convention.ends !== parsed.ends) notes.push(`${file}: its ends are ${convention.ends}, against the usage of its format (${convention.basis === 'matched' ? 'found by matching the printed entities' : 'assumed, since its spans make no sense otherwise'})`);
  if (convention.offsets === 'UTF-16') notes.push(`${file}: its offsets count UTF-16 units; they were converted to code points`);
  const unnamed = parsed.records.filter(({ id }) => id === undefined);
  const printedIds = unnamed.length === 0;
  if (!printedIds && unnamed.length < parsed.records.length) {
    problems.push(problem('missing-id', file, unnamed[0].at, `${unnamed.length} of ${parsed.records.length} records have no id, so that all are numbered and the other ids are not used`));
  }
  const places = new Map<string, string>();
  const documents = parsed.records.map((record, i): Document => {
    const resolved = resolveEntities(record, convention, file);
    problems.push(...resolved.problems);
    const id = printedIds && record.id !== undefined ? record.id : `#${i + 1}`;
    const earlier = places.get(id);
    if (earlier === undefined) places.set(id, record.at);
    else problems.push(problem('duplicate-id', file, record.at, `the id "${id}" is already used at ${earlier}`));
    return { id, text: record.text, entities: resolved.entities };
  });
  return { documents, places: parsed.records.map(({ at }) => at), problems, notes, printedIds, ...convention };
}

/** Reads a file of any known format, keeping its problems instead of stopping at them. */
export function inspectFile(file: string): ReadFile {
  const bytes = readBytes(file);
  const name = displayPath(file);
  const { text, encoding } = decodeText(bytes, name);
  const parsed = parseText(text, name);
  const { ends, offsets, basis, ...read } = toDocuments(parsed, name);
  return { ...read, source: { path: name, sha256: sha256(bytes), format: parsed.format, encoding, ends, offsets, basis } };
}

/** Reads sections of CCKS2017's own layout; one source stands for the folder. */
export function inspectSections(folder: string, sections: Ccks2017Section[]): ReadFile {
  const name = displayPath(folder);
  const { sha256: digest, encoding, ...parsed } = parseSections(sections);
  const { ends, offsets, basis, ...read } = toDocuments(parsed, name);
  return { ...read, source: { path: name, sha256: digest, format: parsed.format, encoding, ends, offsets, basis } };
}

/**
 * The documents of a file of any known format.
 * @throws InputError at the first record that cannot be read as it stands.
 */
export function readDocuments(file: string): Document[] {
  const { documents, problems } = inspectFile(file);
  refuseErrors(problems);
  return documents;
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new InputError(`${displayPath(file)}: cannot be read (${(error as NodeJS.ErrnoException).code}). Check the path.`);
  }
}
