import { asWritten } from '../occurrences';
import { partsOfSpeech, type PartOfSpeech } from '../prompts/parts-of-speech';
import { readRecords } from './fields';
import { reject, type Parsed } from './result';

export interface TaggedKeyword {
  keyword: string;
  pos: PartOfSpeech;
}

const labels = { keyword: ['关键词', '关键字'], pos: ['词性'] } as const;

/** Tags of the usual tag sets, which models fall back on. */
const tags: Record<string, PartOfSpeech> = { n: '名词', noun: '名词', v: '动词', verb: '动词', a: '形容词', adj: '形容词', d: '副词', adv: '副词', m: '数词', q: '量词', r: '代词', b: '区别词' };

/** Reads `关键词：…，词性：…` for a given list; every keyword of it must be answered. */
export function parsePartsOfSpeech(reply: string, keywords: readonly string[]): Parsed<TaggedKeyword>[] {
  const records = readRecords(reply, labels);
  if (records.length === 0) return [reject('unreadable', '回答中没有“关键词：…，词性：…”这样的内容')];
  const answered = new Set<string>();
  const parsed = records.flatMap(({ keyword, pos }): Parsed<TaggedKeyword>[] => {
    if (keyword === undefined) return [reject('missing-field', `词性“${pos ?? ''}”没有对应的关键词`)];
    const known = knownKeyword(keyword, keywords);
    if (known === undefined) return [reject('unknown-keyword', `列表中没有关键词“${keyword}”`, keyword)];
    if (answered.has(known)) return [];
    answered.add(known);
    if (pos === undefined) return [reject('missing-field', `关键词“${known}”缺少词性`, known)];
    const read = readPartOfSpeech(pos);
    return [read ? { value: { keyword: known, pos: read } } : reject('unknown-part-of-speech', `关键词“${known}”的词性“${pos}”不在规定的词性之中`, known)];
  });
  const unanswered = [...new Set(keywords)].filter((keyword) => !answered.has(keyword));
  return [...parsed, ...unanswered.map((keyword) => reject('unanswered', `没有标注关键词“${keyword}”`, keyword))];
}

/** A keyword of a list by its words, in whatever width they are written. */
export function knownKeyword(keyword: string, keywords: readonly string[]): string | undefined {
  return keywords.find((known) => known === keyword) ?? keywords.find((known) => known.length === keyword.length && asWritten(known, keyword) === known);
}

/** 名词, 名词性短语, 名词（术语） and n are one. */
function readPartOfSpeech(pos: string): PartOfSpeech | undefined {
  const bare = pos.trim().replace(/[（(].*$/u, '').replace(/[。.]$/u, '').replace(/性?(?:短语|词组)$/u, '').trim().toLowerCase();
  return partsOfSpeech.find((part) => part === bare) ?? tags[bare];
}
