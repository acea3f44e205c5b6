import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { displayPath, InputError } from '../../common';
import { readRows } from './delimited';
import { readLines, readText, type OnBytes } from './text-stream';

const extensions = ['.txt', '.csv', '.tsv', '.json', '.jsonl'];

/** Most UTF-16 units of a passage, and of a JSON text, which is parsed in one piece. */
const longestPassage = 1 << 24;
const longestJson = 1 << 28;

const hasIdeograph = /[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/u;

export interface SourceText {
  file: string;
  /** The path as the source names it: relative to the folder given, so that it says the same wherever that lies. */
  name: string;
  bytes: number;
}

export interface SourceList {
  files: SourceText[];
  /** Files of other kinds in the folders given (a README, an image), which are passed over. */
  passedOver: string[];
}

/** The text files of all sources in a fixed order: as given, and inside a folder by name, hidden ones apart. A file is listed once. */
export function findSources(sources: readonly string[]): SourceList {
  const found: SourceList = { files: [], passedOver: [] };
  const seen = new Set<string>();
  const visit = (file: string, name: string, asked: boolean): void => {
    const real = realpathSync(file);
    if (seen.has(real)) return;
    seen.add(real);
    const status = statSync(real);
    if (status.isDirectory()) {
      for (const entry of readdirSync(real).sort()) if (!entry.startsWith('.')) visit(path.join(file, entry), name === '' ? entry : `${name}/${entry}`, false);
    } else if (extensions.includes(path.extname(file).toLowerCase())) {
      found.files.push({ file, name, bytes: status.size });
    } else if (asked) {
      throw new InputError(`${displayPath(file)}: is none of ${extensions.join(', ')}. Give it the extension of what it holds, or leave it out.`);
    } else {
      found.passedOver.push(name);
    }
  };
  for (const source of sources) {
    if (!existsSync(source)) throw new InputError(`${displayPath(source)}: there is no such file or folder of text.`);
    visit(source, statSync(source).isDirectory() ? '' : path.basename(source), true);
  }
  return found;
}

/**
 * The passages of a text file, as they stand there: of `.txt` each line, of `.csv` and `.tsv` each row, of `.json` and
 * `.jsonl` each string that holds Chinese, however deep. Lines of a `.txt` that are JSON are read as JSON.
 */
export function* readPassages({ file, bytes }: SourceText, onBytes?: OnBytes): Generator<string> {
  const extension = path.extname(file).toLowerCase();
  if (extension === '.csv' || extension === '.tsv') {
    for (const row of readRows(file, extension === '.csv' ? ',' : '\t', onBytes)) yield joinCells(row);
    return;
  }
  const first = firstLine(file);
  if (isJson(first)) {
    yield* readJsonLines(file, onBytes);
  } else if (extension === '.txt') {
    const advice = 'A passage is a line: break it into lines.';
    for (const { text } of readLines(file, longestPassage, advice, onBytes)) yield text.includes('\t') ? joinCells(text.split('\t').map(unquoted)) : text;
  } else {
    yield* readJsonDocument(file, bytes, onBytes);
  }
}

/** Cells without Chinese are labels, numbers and identifiers. */
function joinCells(cells: readonly string[]): string {
  return cells.filter((cell) => hasIdeograph.test(cell)).join('\n');
}

const unquoted = (cell: string) => (/^".*"$/s.test(cell) ? cell.slice(1, -1).replaceAll('""', '"') : cell);

/** The first line with anything on it; of a document in one line, no more than JSON can be. */
function firstLine(file: string): string {
  const advice = 'Convert it to JSON lines, one record a line (jq -c ".[]" does it for an array).';
  for (const { text } of readLines(file, longestJson, advice)) if (text.trim() !== '') return text;
  return '';
}

function isJson(line: string): boolean {
  if (!/^\s*[[{]/.test(line)) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function* readJsonLines(file: string, onBytes?: OnBytes): Generator<string> {
  for (const { text, number } of readLines(file, longestJson, 'Convert it to JSON lines, one record a line.', onBytes)) {
    if (text.trim() === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw new InputError(`${displayPath(file)}: line ${number} is no JSON, as line 1 is (${(error as Error).message}). Mend or remove it.`);
    }
    yield* strings(value);
  }
}

function* readJsonDocument(file: string, bytes: number, onBytes?: OnBytes): Generator<string> {
  if (bytes > longestJson) {
    throw new InputError(`${displayPath(file)}: is one JSON document of ${bytes} bytes; one of more than ${longestJson} cannot be read at steady memory. Convert it to JSON lines, one record a line (jq -c ".[]" does it for an array).`);
  }
  let value: unknown;
  try {
    value = JSON.parse([...readText(file, onBytes)].join(''));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new InputError(`${displayPath(file)}: is neither a JSON document nor JSON lines (${error.message}).`);
  }
  yield* strings(value);
}

/** Every string of a JSON value that holds Chinese, in the order of the text. */
function* strings(value: unknown): Generator<string> {
  if (typeof value === 'string') {
    if (hasIdeograph.test(value)) yield value;
  } else if (value !== null && typeof value === 'object') {
    for (const item of Object.values(value)) yield* strings(item);
  }
}
