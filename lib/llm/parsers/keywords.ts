import { asWritten } from '../occurrences';
import { readRecords, saysNothing } from './fields';
import { reject, type Parsed } from './result';

export interface DescribedKeyword {
  text: string;
  description: string;
}

const labels = { keyword: ['关键词', '关键字'], description: ['描述', '语义描述'] } as const;

/** Reads `关键词：…，描述：…`. A keyword is the text's own words; one listed twice is taken once. */
export function parseKeywords(reply: string, text: string): Parsed<DescribedKeyword>[] {
  if (saysNothing(reply)) return [];
  const records = readRecords(reply, labels);
  if (records.length === 0) return [reject('unreadable', '回答中没有“关键词：…，描述：…”这样的内容')];
  const seen = new Set<string>();
  return records.flatMap(({ keyword, description }): Parsed<DescribedKeyword>[] => {
    if (keyword === undefined) return [reject('missing-field', `描述“${description ?? ''}”没有对应的关键词`)];
    const written = asWritten(text, keyword);
    if (written === null) return [reject('not-in-text', `原文中没有关键词“${keyword}”`, keyword)];
    if (seen.has(written)) return [];
    seen.add(written);
    if (description === undefined) return [reject('missing-field', `关键词“${written}”缺少描述`, written)];
    return [{ value: { text: written, description } }];
  });
}
