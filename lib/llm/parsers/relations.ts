import { readRecords, saysNothing } from './fields';
import { knownKeyword } from './parts-of-speech';
import { reject, type Parsed } from './result';

export interface RelatedPair {
  first: string;
  second: string;
  /** How they are related, the text that Eq. 6 encodes together with the pair. */
  text: string;
}

const labels = { pair: ['实体对'], relation: ['关联关系', '关系描述', '关系'] } as const;

/** Reads `实体对：…-…，关联关系：…`; both ends must be keywords of the list. A pair listed twice is taken once. */
export function parseRelations(reply: string, keywords: readonly string[]): Parsed<RelatedPair>[] {
  if (saysNothing(reply)) return [];
  const records = readRecords(reply, labels);
  if (records.length === 0) return [reject('unreadable', '回答中没有“实体对：…-…，关联关系：…”这样的内容')];
  const seen = new Set<string>();
  return records.flatMap(({ pair, relation }): Parsed<RelatedPair>[] => {
    if (pair === undefined) return [reject('missing-field', `关联关系“${relation ?? ''}”没有对应的实体对`)];
    const read = readPair(pair, keywords);
    if ('reject' in read) return [read];
    const { first, second } = read.value;
    const name = pairName(first, second);
    if (seen.has(name)) return [];
    seen.add(name);
    if (relation === undefined) return [reject('missing-field', `实体对“${name}”缺少关联关系`, name)];
    return [{ value: { first, second, text: relation } }];
  });
}

export const pairName = (first: string, second: string): string => `${first}-${second}`;

/** Keywords hold hyphens themselves (CK-MB), so a pair is parted wherever both sides are keywords. */
export function readPair(pair: string, keywords: readonly string[]): Parsed<{ first: string; second: string }> {
  const bare = (side: string): string => side.trim().replace(/^[{｛“"【]+|[}｝”"】]+$/gu, '').trim();
  const sides = [...pair.matchAll(/[-－–—→]+|-->|->/gu)].map((dash) => [bare(pair.slice(0, dash.index!)), bare(pair.slice(dash.index! + dash[0].length))]);
  const known = sides.flatMap(([first, second]) => {
    const [a, b] = [knownKeyword(first, keywords), knownKeyword(second, keywords)];
    return a !== undefined && b !== undefined ? [{ first: a, second: b }] : [];
  });
  if (known.length === 0) return reject('unknown-keyword', `实体对“${pair}”的两端不都是给定的关键词`, pair);
  if (known.length > 1) return reject('ambiguous-pair', `实体对“${pair}”有不止一种拆法`, pair);
  if (known[0].first === known[0].second) return reject('same-keyword', `实体对“${pair}”的两端相同`, pair);
  return { value: known[0] };
}
