import type { SourceFile } from './types';
import { problem, type Problem } from './problems';
import type { ParsedFile, RawEntity, RawRecord } from './records';

/** Names that publishers give to the same things; a file uses one row throughout. */
interface Shape {
  start: string;
  end: string;
  type: string;
  format: SourceFile['format'];
  ends: SourceFile['ends'];
}

const shapes: Shape[] = [
  { start: 'start', end: 'end', type: 'type', format: 'jsonl', ends: 'exclusive' },
  { start: 'start_idx', end: 'end_idx', type: 'type', format: 'cmeee', ends: 'inclusive' }, // CBLUE
  { start: 'start_pos', end: 'end_pos', type: 'label_type', format: 'ccks', ends: 'exclusive' }, // CCKS 2018-2020
  { start: 'start_offset', end: 'end_offset', type: 'label', format: 'cmeee', ends: 'exclusive' }, // CMeEE on Hugging Face
];

/** Does this text hold JSON records: an array of objects, or an object on each line? */
export function looksLikeJson(text: string): boolean {
  return /^\s*[[{]/.test(text);
}

/**
 * Reads records from a JSON array (CMeEE) or from JSON lines (CCKS, ours). `entities` may be absent: an unlabelled
 * record. Fields that are not named here, such as CCKS2019's `overlap`, are left aside.
 */
export function parseJsonRecords(text: string, file: string): ParsedFile {
  const problems: Problem[] = [];
  return toRecords(jsonItems(text, file, problems), text, file, problems);
}

/** The same records without their entities, whatever those look like: only the texts are wanted. */
export function parseJsonTexts(text: string, file: string): ParsedFile {
  const problems: Problem[] = [];
  const items = jsonItems(text, file, problems).map(({ at, value }) => ({ at, value: isObject(value) ? { ...value, entities: undefined } : value }));
  return toRecords(items, text, file, problems);
}

function toRecords(values: Item[], text: string, file: string, problems: Problem[]): ParsedFile {
  const shape = findShape(values.map(({ value }) => value));
  const records: RawRecord[] = [];
  const escapes = /\\u[dD][89a-fA-F]/.test(text); // only an escape can spell half of a surrogate pair
  for (const { at, value } of values) {
    const record = toRecord(value, at, shape, escapes, (message) => problems.push(problem('malformed', file, at, message)));
    if (record) records.push(record);
  }
  return { format: shape.format, ends: shape.ends, records, problems, notes: [] };
}

interface Item {
  at: string;
  value: unknown;
}

function jsonItems(text: string, file: string, problems: Problem[]): Item[] {
  return /^\s*\[/.test(text) ? arrayItems(text, file, problems) : lineItems(text, file, problems);
}

function arrayItems(text: string, file: string, problems: Problem[]): Item[] {
  try {
    return (JSON.parse(text) as unknown[]).map((value, i) => ({ at: `record ${i + 1}`, value }));
  } catch (error) {
    const message = (error as Error).message;
    const position = /position (\d+)/.exec(message);
    const line = position ? text.slice(0, Number(position[1])).split('\n').length : text.split('\n').length;
    problems.push(problem('malformed', file, `line ${line}`, `expected a JSON array of records: ${message}. Is the file complete?`));
    return [];
  }
}

function lineItems(text: string, file: string, problems: Problem[]): Item[] {
  const items: Item[] = [];
  // A line break inside a JSON string is always escaped, so any of the three ends a record.
  text.split(/\r\n|\n|\r/).forEach((line, i) => {
    if (line.trim() === '') return;
    const at = `line ${i + 1}`;
    try {
      items.push({ at, value: JSON.parse(line) });
    } catch (error) {
      problems.push(problem('malformed', file, at, `expected one JSON object a line, found ${quote(line)}: ${(error as Error).message}`));
    }
  });
  return items;
}

/** The row of the first entity's field names; without any entity, what the records themselves look like. */
function findShape(values: unknown[]): Shape {
  for (const value of values) {
    const entities = isObject(value) ? value.entities : undefined;
    const first: unknown = Array.isArray(entities) ? entities[0] : undefined;
    const shape = isObject(first) ? shapes.find(({ start, end }) => start in first || end in first) : undefined;
    if (shape) return shape;
  }
  const first = values[0];
  return isObject(first) && 'originalText' in first ? shapes[2] : shapes[0];
}

function toRecord(value: unknown, at: string, shape: Shape, escapes: boolean, report: (message: string) => void): RawRecord | undefined {
  if (!isObject(value)) return void report(`expected a record {"text", "entities"}, found ${quote(value)}`);
  const text = value.text ?? value.originalText;
  if (typeof text !== 'string') {
    return void report(`expected the field "text" or "originalText" with the document's text, found the fields ${Object.keys(value).join(', ') || 'none'}`);
  }
  if (escapes && /[\ud800-\udfff]/u.test(text)) return void report('the text holds half of a surrogate pair, which no file can hold; mend the escape sequence');
  const { id, entities = [] } = value;
  if (id !== undefined && typeof id !== 'string' && typeof id !== 'number') return void report(`expected "id" to be text, found ${quote(id)}`);
  if (!Array.isArray(entities)) return void report(`expected "entities" to be a list, found ${quote(entities)}`);
  const raw: RawEntity[] = [];
  entities.forEach((entity: unknown, i) => {
    const found = toEntity(entity, shape);
    if (found) raw.push(found);
    else report(`entity ${i + 1}: expected {"${shape.start}", "${shape.end}": whole numbers, "${shape.type}": text}, found ${quote(entity)}`);
  });
  return { at, id: id === undefined ? undefined : String(id), text, entities: raw };
}

function toEntity(entity: unknown, shape: Shape): RawEntity | undefined {
  if (!isObject(entity)) return undefined;
  const start = entity[shape.start];
  const end = entity[shape.end];
  const type = entity[shape.type];
  if (!Number.isInteger(start) || !Number.isInteger(end) || typeof type !== 'string' || type === '') return undefined;
  const mention = entity.entity ?? entity.mention ?? entity.text;
  return { start: start as number, end: end as number, type, mention: typeof mention === 'string' ? mention : undefined };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
