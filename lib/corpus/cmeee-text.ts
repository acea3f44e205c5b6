import { problem, type Problem } from './problems';
import type { ParsedFile, RawEntity, RawRecord } from './records';

/**
 * CMeEE V1 (CHIP 2020): a record a line, `text|||start    end    type|||start    end    type|||`. Ends are inclusive and
 * the entity's text is not printed.
 */
export function looksLikeCmeeeText(text: string): boolean {
  const first = /\S.*/.exec(text)?.[0] ?? '';
  return /\|\|\|(\s*\d+\s+\d+\s+[^\s|]+\s*(\|\|\||$))*\s*$/.test(first);
}

export function parseCmeeeText(content: string, file: string): ParsedFile {
  const problems: Problem[] = [];
  const records: RawRecord[] = [];
  content.split(/\r?\n/).forEach((line, i) => {
    if (line === '') return;
    const at = `line ${i + 1}`;
    const [text, ...fields] = line.split('|||');
    const entities: RawEntity[] = [];
    for (const field of fields) {
      if (field.trim() === '') continue;
      const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s*$/.exec(field);
      if (match) entities.push({ start: Number(match[1]), end: Number(match[2]), type: match[3] });
      else problems.push(problem('malformed', file, at, `expected \`start end type\` between |||, found "${field.slice(0, 60)}"`));
    }
    records.push({ at, text, entities });
  });
  return { format: 'cmeee', ends: 'inclusive', records, problems, notes: [] };
}
