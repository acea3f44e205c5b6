import { codePoints } from '../../common';
import type { Entity } from '../../corpus/types';
import type { Verdict } from '../../augment/verifier';
import { asWritten, occurrencesOf } from '../occurrences';
import { nothing } from '../prompts/nothing';
import type { TypeName } from '../prompts/few-shot-entities';
import { cleanValue, readRecords, saysNothing, withoutFences } from './fields';
import { reject, type Parsed } from './result';

const labels = { entity: ['实体'], type: ['类型', '实体类型'] } as const;

/** Reads `实体：…，类型：…`. The n-th listing of the same words and type is their n-th occurrence in the text. */
export function parseFewShotEntities(reply: string, text: string, types: readonly TypeName[]): Parsed<Entity>[] {
  if (saysNothing(reply)) return [];
  const records = readRecords(reply, labels);
  if (records.length === 0) return [reject('unreadable', '回答中没有“实体：…，类型：…”这样的内容')];
  const characters = codePoints(text);
  const listed = new Map<string, number>();
  return records.map(({ entity, type }): Parsed<Entity> => {
    if (entity === undefined || type === undefined) return reject('missing-field', `“${entity ?? type ?? ''}”缺少${entity === undefined ? '实体' : '类型'}`, entity);
    const id = typeOf(type, types);
    if (id === undefined) return reject('unknown-type', `实体“${entity}”的类型“${type}”不在规定的类型之中`, entity);
    const written = asWritten(text, entity);
    const key = `${id} ${written}`;
    const n = listed.get(key) ?? 0;
    listed.set(key, n + 1);
    const span = written === null ? undefined : occurrencesOf(characters, written)[n];
    return span ? { value: { ...span, type: id } } : reject('not-in-text', n === 0 ? `原文中没有实体“${entity}”` : `实体“${entity}”列出的次数多于它在原文中出现的次数`, entity);
  });
}

/** Reads the lines `实体：…` of the generation prompt; bare lines of a list do as well. */
export function parseGeneratedEntities(reply: string): Parsed<string>[] {
  if (saysNothing(reply)) return [];
  const labelled = readRecords(reply, { entity: ['实体'] }).flatMap(({ entity }) => entity ?? []);
  const bare = withoutFences(reply).split('\n').filter((line) => /^\s*(?:\d+\s*[.、)）]|[-*•])/u.test(line)).map((line) => cleanValue(line.replace(/^\s*(?:\d+\s*[.、)）]|[-*•])\s*/u, '')));
  const entities = [...new Set(labelled.length > 0 ? labelled : bare)].filter((entity) => entity !== '');
  return entities.length > 0 ? entities.map((value) => ({ value })) : [reject('unreadable', '回答中没有“实体：…”这样的内容')];
}

/** Reads the one line of the verification prompt against the candidate. A correction must overlap the candidate's span. */
export function parseVerification(reply: string, text: string, candidate: Entity, types: readonly TypeName[]): Parsed<Verdict> {
  const [record] = readRecords(reply, { holds: ['判断'], entity: ['实体'], type: ['类型'], confidence: ['置信度'] });
  if (!record) return reject('unreadable', '回答中没有“判断：…，实体：…，类型：…，置信度：…”这样的内容');
  const confidence = readConfidence(record.confidence);
  if (confidence === undefined) return reject(record.confidence === undefined ? 'missing-field' : 'bad-confidence', `置信度“${record.confidence ?? ''}”不是0到1之间的数`);
  if (/^(?:是|对|正确)/u.test(record.holds ?? '')) return { value: { confidence } };
  if (!/^(?:否|不|错)/u.test(record.holds ?? '')) return reject('unknown-judgement', `判断“${record.holds ?? ''}”既不是“是”也不是“否”`);
  const { entity, type } = record;
  // No entity at all, believed with the given confidence: what is left is the candidate's.
  if (entity === undefined || entity === nothing || type === undefined || type === nothing) return { value: { confidence: 1 - confidence } };
  const id = typeOf(type, types);
  if (id === undefined) return reject('unknown-type', `类型“${type}”不在规定的类型之中`, entity);
  const written = asWritten(text, entity);
  const span = written === null ? undefined : occurrencesOf(codePoints(text), written).find(({ start, end }) => start < candidate.end && candidate.start < end);
  if (!span) return reject('not-in-text', `原文的待审之处没有“${entity}”`, entity);
  // A "no" that repeats the candidate contradicts itself.
  if (span.start === candidate.start && span.end === candidate.end && id === candidate.type) return reject('unknown-judgement', '判断为“否”，所给的实体和类型却与待审的相同', entity);
  return { value: { confidence, correction: { ...span, type: id } } };
}

function typeOf(type: string, types: readonly TypeName[]): string | undefined {
  const bare = type.replace(/[。.]$/u, '');
  return types.find(({ id, name }) => [name, id].some((known) => known === type || known === bare))?.id;
}

function readConfidence(answer: string | undefined): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([%％])?[。.]?$/u.exec(answer?.normalize('NFKC') ?? '');
  if (!match) return undefined;
  const value = Number(match[1]) / (match[2] ? 100 : 1);
  return value <= 1 ? value : undefined;
}
