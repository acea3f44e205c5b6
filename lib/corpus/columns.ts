import { codePointLength } from '../common';
import { problem, type Problem } from './problems';
import type { ParsedFile, RawEntity, RawRecord } from './records';

/**
 * BIO and BIOES (also BMES) columns: a token a line, its tag in the last column, columns parted by tabs or spaces, an
 * empty line between documents. Tokens are joined without spaces, so a character that is white space is written as its
 * code point: `U+000A`. Tag sequences are read strictly: an `I-` that continues nothing is an error, not a guess.
 */
export function looksLikeColumns(text: string): boolean {
  const lines = text.slice(0, 20_000).split(/\r?\n/).filter((line) => line.trim() !== '').slice(0, 50);
  return lines.length > 0 && lines.filter((line) => columnLine.test(line)).length * 2 >= lines.length;
}

const columnLine = /^(\S+|\s)[\t ](?:.*[\t ])?(O|[BIESM][-_]\S+)[\t ]*$/u;

export function parseColumns(content: string, file: string): ParsedFile {
  const problems: Problem[] = [];
  const records: RawRecord[] = [];
  const lines = content.split(/\r?\n/);
  const closes = lines.some((line) => /[\t ][ESM][-_]\S+[\t ]*$/.test(line)); // BIOES: an entity says where it ends
  let longTokens = false;
  let record: RawRecord | undefined;
  let open: RawEntity | undefined;
  let length = 0;

  const report = (line: number, message: string) => problems.push(problem('malformed', file, `line ${line}`, message));
  const finish = (line: number) => {
    if (open && closes) report(line, `the entity ${open.type} that began before has no E- tag`);
    if (open) record?.entities.push(open);
    open = undefined;
  };

  lines.forEach((line, i) => {
    if (line.trim() === '') {
      finish(i);
      record = undefined;
      return;
    }
    const match = columnLine.exec(line);
    if (!match) return void report(i + 1, `expected \`token tag\` with a tag such as O, B-dis or I-dis, found "${line.slice(0, 60)}"`);
    const token = readToken(match[1]);
    if (token === undefined) return void report(i + 1, `${match[1]} is the code point of no character; expected one from U+0000 to U+10FFFF that is no surrogate (U+D800 to U+DFFF)`);
    const size = codePointLength(token);
    if (size > 1) longTokens = true;
    if (!record) {
      record = { at: `line ${i + 1}`, text: '', entities: [] };
      records.push(record);
      length = 0;
    }
    record.text += token;
    const tag = match[2];
    const type = tag.slice(2);
    if (tag[0] === 'I' || tag[0] === 'M' || tag[0] === 'E') {
      if (open?.type !== type) {
        finish(i);
        report(i + 1, `${tag} continues no ${type}; begin the entity with B-${type}`);
        open = { start: length, end: length, type };
      }
    } else {
      finish(i);
      if (tag !== 'O') open = { start: length, end: length, type };
    }
    length += size;
    if (open) {
      open.end = length;
      if (tag[0] === 'E' || tag[0] === 'S') {
        record.entities.push(open);
        open = undefined;
      }
    }
  });
  finish(lines.length);
  const notes = longTokens ? [`${file}: the text was put together from tokens of more than one character, without spaces between them`] : [];
  return { format: 'bio', ends: 'exclusive', records, problems, notes };
}

/** A character as a column file can hold it. */
export function writeToken(character: string): string {
  if (!/\s/u.test(character)) return character;
  return `U+${(character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** What a token stands for; undefined for a code point that is no character's. */
function readToken(token: string): string | undefined {
  if (!/^U\+[0-9A-F]{4,6}$/.test(token)) return token;
  const point = parseInt(token.slice(2), 16);
  return point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff) ? undefined : String.fromCodePoint(point);
}
