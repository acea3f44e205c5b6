import { nothing } from '../prompts/nothing';

/** A field of a record by the names that models call it; the first is the one that the prompt asks for. */
export type Labels<Key extends string> = Record<Key, readonly string[]>;

/** What may stand before a label: a line's start, white space, punctuation, quotes, brackets, emphasis. */
const before = '(?<=^|[\\s,，;；。.、|:：{}\\[\\]"\'“”‘’「*#)）])';
const marks = '["\'“”‘’「」*_`{}【】]*';

/**
 * The records of an answer such as `关键词：…，描述：…`. A record begins at one of its heads (by default the first field), or at any field it already has; the answer may set
 * fields on lines of their own, number them, use half-width marks, write JSON, and surround all of it with prose. A value ends with its line.
 */
export function readRecords<Key extends string>(reply: string, labels: Labels<Key>, heads: readonly Key[] = (Object.keys(labels) as Key[]).slice(0, 1)): Partial<Record<Key, string>>[] {
  const keys = Object.keys(labels) as Key[];
  const keyOf = new Map(keys.flatMap((key) => labels[key].map((name): [string, Key] => [name, key])));
  const names = [...keyOf.keys()].sort((a, b) => b.length - a.length).join('|');
  const text = withoutFences(reply);
  const found = [...text.matchAll(new RegExp(`${before}(${marks})(${names})(${marks})\\s*[:：]`, 'gmu'))];
  const records: Partial<Record<Key, string>>[] = [];
  found.forEach((match, i) => {
    const [all, opening, name, closing] = match;
    const key = keyOf.get(name)!;
    const from = match.index! + all.length;
    const value = cleanValue(text.slice(from, found[i + 1]?.index ?? text.length), opening.includes('**') && !closing.includes('**'));
    const open = records[records.length - 1];
    const record: Partial<Record<Key, string>> = open === undefined || heads.includes(key) || key in open ? (records[records.length] = {}) : open;
    if (value !== '') record[key] = value;
  });
  return records;
}

/** Whether the answer says that there is nothing to list. */
export function saysNothing(reply: string): boolean {
  return new RegExp(`^[\\s"'“”]*(?:[^\\s:：]{1,6}[:：]\\s*)?${nothing}(?:关键词|实体对|实体|内容)?[\\s。.！!"'“”]*$`, 'u').test(withoutFences(reply)) || /^\s*\[\s*\]\s*$/.test(withoutFences(reply));
}

export function withoutFences(reply: string): string {
  return reply.replace(/\r\n?/g, '\n').split('\n').filter((line) => !/^\s*(```|~~~)[\w-]*\s*$/.test(line)).join('\n');
}

const closes: Record<string, string> = { '"': '"', '“': '”', '‘': '’', '「': '」', '『': '』', '{': '}', '｛': '｝', '【': '】', '`': '`', "'": "'" };

/**
 * A value without its line's rest, the marks that separate it from the next field, and the emphasis, quotes or brackets around the whole of it.
 * @param emphasised whether emphasis that began before its label goes on: `**实体：头痛**`
 */
export function cleanValue(raw: string, emphasised = false): string {
  const quoted = quotedString(raw);
  if (quoted !== undefined) return quoted.trim();
  const line = (raw.replace(/^[ \t]*\n/, '').split('\n', 1)[0] ?? '').trim();
  return unwrapped(trimMarks(withoutEmphasis(line, emphasised)));
}

/** Marks at a value's end are emphasis where the line ends with them or others opened it; elsewhere they are the text's own: `张**，`. */
function withoutEmphasis(line: string, emphasised: boolean): string {
  const inner = line.replace(/^\*\*+\s*/u, '');
  const value = inner.replace(/\s*\*\*+$/u, '');
  const open = (inner !== line) !== emphasised;
  return open ? trimMarks(value).replace(/\s*\*\*+([。.]?)$/u, '$1') : value;
}

/** Separators at the end, and the number of the next item where it stands on the same line. */
function trimMarks(value: string): string {
  return value.replace(/(?:\s+(?:[(（]?\d+[.、)）]|[-*•]))?\s*$/u, '').replace(/[\s,，;；、|]+$/u, '');
}

/** Without the quotes or brackets around the whole of it, however many. */
export function unwrapped(value: string): string {
  const close = closes[value[0]];
  if (close === undefined || value.length < 2 || !value.endsWith(close)) return value;
  const inner = value.slice(1, -1);
  // `{a}与{b}` begins and ends with brackets that are not a pair.
  return inner.includes(value[0]) || inner.includes(close) ? value : unwrapped(inner.trim());
}

/** The JSON string that a text begins with, where what follows is JSON as well. */
export function quotedString(raw: string): string | undefined {
  const match = /^\s*("(?:[^"\\\n]|\\.)*")\s*(?:[,，;；}\]]|$)/u.exec(raw);
  if (!match) return undefined;
  try {
    return JSON.parse(match[1]) as string;
  } catch {
    return undefined;
  }
}
