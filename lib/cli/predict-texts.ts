import { readFileSync } from 'node:fs';
import { InputError, linesOf } from '../common';
import { refuseErrors } from '../corpus';
import { looksLikeCmeeeText, parseCmeeeText } from '../corpus/cmeee-text';
import { looksLikeColumns, parseColumns } from '../corpus/columns';
import { parseJsonTexts } from '../corpus/json-records';
import type { ParsedFile } from '../corpus/records';

export interface Text {
  id: string;
  text: string;
}

/** Documents to predict, and what a reader should know of how they were read. */
export interface ReadTexts {
  texts: Text[];
  notes: string[];
}

/**
 * Documents of a file in any format that corpora are read in, without their entities; else of plain text, a document a line, blank
 * ones skipped. A document that has no id is called by the number of its line or record.
 */
export function parseTexts(content: string, name: string): ReadTexts {
  const text = content.replace(/^\ufeff/, '');
  const parsed = parseFormat(text, name);
  if (!parsed) return { texts: linesOf(text).map((line, i) => ({ id: String(i + 1), text: line })).filter(({ text: line }) => line.trim() !== ''), notes: [] };
  refuseErrors(parsed.problems);
  const places = new Map<string, string>();
  const texts = parsed.records.map(({ at, id = at.replace(/^\D+/, ''), text: own }): Text => {
    const earlier = places.get(id);
    if (earlier !== undefined) throw new InputError(`${name}, ${at}: the id ${id} is already that of ${earlier}; give each document its own`);
    places.set(id, at);
    return { id, text: own };
  });
  return { texts, notes: parsed.notes };
}

/** Undefined for plain text. */
function parseFormat(text: string, name: string): ParsedFile | undefined {
  if (holdsJson(text)) return parseJsonTexts(text, name);
  if (looksLikeCmeeeText(text)) return noted(parseCmeeeText(text, name), `${name}: read as CMeEE's text|||start end type|||, the entities left aside`);
  if (holdsColumns(text)) return noted(parseColumns(text, name), `${name}: read as BIO columns, the tags left aside`);
  return undefined;
}

const noted = (parsed: ParsedFile, note: string): ParsedFile => ({ ...parsed, notes: [note, ...parsed.notes] });

/** Plain text may begin with a bracket too, as in [主诉], and so may columns. */
function holdsJson(text: string): boolean {
  if (/^\s*(\[\s*)?\{(?!\s+(O|[BIESM][-_]))/.test(text)) return true;
  if (!/^\s*\[/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** One line that ends like a column may be plain text, as in 血型 O. */
function holdsColumns(text: string): boolean {
  return looksLikeColumns(text) && linesOf(text).filter(looksLikeColumns).length > 1;
}

/**
 * The documents of a file, or of standard input for `-`.
 * @throws InputError where they are not UTF-8: a wrongly decoded text would get entities of another text
 */
export function readTexts(file: string): ReadTexts {
  const name = file === '-' ? 'standard input' : file;
  let bytes: Buffer;
  try {
    bytes = readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    throw new InputError(`${name} cannot be read: ${(error as Error).message}`);
  }
  let content: string;
  try {
    content = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(`${name} is not UTF-8; convert it first, as in iconv -f GB18030 -t UTF-8`);
  }
  return parseTexts(content, name);
}
