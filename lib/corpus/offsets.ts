import { codePoints, codePointLength } from '../common';
import type { Entity, SourceFile } from './types';
import { problem, type Problem } from './problems';
import type { ParsedFile, RawEntity, RawRecord } from './records';

/** How a file counts: whether `end` is the last character or the one after, and what it counts as a character. */
export interface Convention {
  ends: SourceFile['ends'];
  offsets: SourceFile['offsets'];
  /** Found by matching printed entity text, or taken from the format because the file prints none. */
  basis: SourceFile['basis'];
}

/** Substrings of one text by code points, without scanning it again for each. */
export function slicer(text: string): (start: number, end: number) => string {
  if (!/[\ud800-\udfff]/.test(text)) return (start, end) => text.slice(start, end);
  const characters = codePoints(text);
  return (start, end) => characters.slice(start, end).join('');
}

/**
 * Finds the convention under which most printed entities stand where the file says; a tie goes to the format's own and to
 * code points. Where no entity text is printed, the format's own is taken, unless the spans contradict it: many are empty
 * if ends are exclusive, or many leave the text if inclusive, and none speaks for it. Our own JSON lines are exclusive by
 * contract, so there such spans are errors.
 */
export function findConvention({ records, ends, format }: Pick<ParsedFile, 'records' | 'ends' | 'format'>): Convention {
  const other = ends === 'inclusive' ? 'exclusive' : 'inclusive';
  const candidates: Convention[] = [];
  for (const offsets of ['code points', 'UTF-16'] as const) {
    for (const candidate of [ends, other] as const) candidates.push({ ends: candidate, offsets, basis: 'matched' });
  }
  const matches = [0, 0, 0, 0];
  let printed = 0;
  for (const { text, entities } of records) {
    if (!entities.some(({ mention }) => mention !== undefined)) continue;
    const slice = slicer(text);
    const lengths = { 'code points': codePointLength(text), 'UTF-16': text.length };
    for (const entity of entities) {
      if (entity.mention === undefined) continue;
      printed++;
      candidates.forEach((candidate, i) => {
        const end = exclusiveEnd(entity, candidate);
        if (entity.start < 0 || end > lengths[candidate.offsets]) return;
        const found = candidate.offsets === 'UTF-16' ? text.slice(entity.start, end) : slice(entity.start, end);
        if (found === entity.mention) matches[i]++;
      });
    }
  }
  if (printed > 0) return candidates[matches.indexOf(Math.max(...matches))];
  const contradicted = format !== 'jsonl' && spansContradict(records, ends);
  return { ends: contradicted ? other : ends, offsets: 'code points', basis: 'assumed' };
}

/** Do at least five spans, and one in a hundred, make no sense with these ends, while no span speaks for them? */
function spansContradict(records: RawRecord[], ends: SourceFile['ends']): boolean {
  let total = 0;
  let empty = 0; // start = end: one character if inclusive, nothing if exclusive
  let touching = 0; // an end at the text's length, or at the next start of a flat layer: exclusive
  for (const { text, entities } of records) {
    const length = codePointLength(text);
    const starts = new Set(entities.map(({ start }) => start));
    for (const { start, end } of entities) {
      total++;
      if (start === end) empty++;
      else if (end === length || (ends === 'exclusive' && starts.has(end))) touching++;
    }
  }
  const [against, inFavour] = ends === 'exclusive' ? [empty, touching] : [touching, empty];
  return inFavour === 0 && against >= 5 && against * 100 >= total;
}

/**
 * The record's entities as code points [start, end). What does not fit the text becomes a problem, not an entity.
 */
export function resolveEntities(record: RawRecord, convention: Convention, file: string): { entities: Entity[]; problems: Problem[] } {
  const entities: Entity[] = [];
  const problems: Problem[] = [];
  const length = convention.offsets === 'UTF-16' ? record.text.length : codePointLength(record.text);
  const slice = slicer(record.text);
  record.entities.forEach((raw, i) => {
    const printed = `entity ${i + 1} (${raw.type}, ${raw.start}-${raw.end}${raw.mention === undefined ? '' : `, "${raw.mention}"`})`;
    let start = raw.start;
    let end = exclusiveEnd(raw, convention);
    if (end <= start) {
      return void problems.push(problem('inverted', file, record.at, `${printed}: the end does not come after the start (ends are ${convention.ends} in this file)`));
    }
    if (start < 0 || end > length) {
      return void problems.push(problem('out-of-range', file, record.at, `${printed}: the text has ${length} characters`));
    }
    if (convention.offsets === 'UTF-16') {
      start = codePointLength(record.text.slice(0, start));
      end = codePointLength(record.text.slice(0, end));
    }
    const found = slice(start, end);
    if (raw.mention !== undefined && found !== raw.mention) {
      const place = record.text.includes(raw.mention) ? 'the text has it elsewhere' : 'the text does not have it';
      return void problems.push(problem('text-mismatch', file, record.at, `${printed}: found "${found}" there; ${place}`));
    }
    entities.push({ start, end, type: raw.type });
  });
  return { entities, problems };
}

function exclusiveEnd(entity: RawEntity, { ends }: Convention): number {
  return ends === 'inclusive' ? entity.end + 1 : entity.end;
}
