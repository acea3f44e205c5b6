import { readRecords } from './fields';
import { knownKeyword } from './parts-of-speech';
import { pairName, readPair } from './relations';
import { reject, type Parsed } from './result';

export type Judged = { kind: 'meaning' | 'keyword' | 'pair'; subject: string; holds: boolean; reason: string };

export interface Checked {
  enhanced: boolean;
  keywords: readonly string[];
  pairs: readonly { first: string; second: string }[];
}

const judgement = { holds: ['判断', '是否准确', '是否合理'], reason: ['理由'] } as const;

/** How a judgement of the enhanced text is named in rejects. */
export const meaning = '语义一致';

/** Reads the validation turn's lines; everything asked about must be judged. Rejects name their subject with its kind: a keyword may look like a pair. */
export function parseValidation(reply: string, { enhanced, keywords, pairs }: Checked): Parsed<Judged>[] {
  const parsed: Parsed<Judged>[] = [];
  const judged = new Set<string>();
  const take = (kind: Judged['kind'], subject: string, holds: string | undefined, reason = ''): void => {
    const key = `${kind} ${subject}`;
    if (judged.has(key)) return;
    judged.add(key);
    const read = readJudgement(holds);
    parsed.push(read === undefined ? reject('unknown-judgement', `对“${subject}”的判断既不是“是”也不是“否”`, key) : { value: { kind, subject, holds: read, reason } });
  };
  const lines = { meaning: [meaning, '语义是否一致'], keyword: ['关键词', '关键字'], pair: ['实体对'], ...judgement } as const;
  for (const record of readRecords<keyof typeof lines>(reply, lines, ['meaning', 'keyword', 'pair'])) {
    if (record.meaning !== undefined && enhanced) take('meaning', meaning, record.meaning, record.reason);
    if (record.keyword !== undefined) {
      const known = knownKeyword(record.keyword, keywords);
      if (known === undefined) parsed.push(reject('unknown-keyword', `没有请你判断关键词“${record.keyword}”`, record.keyword));
      else take('keyword', known, record.holds, record.reason);
    }
    if (record.pair !== undefined) {
      const all = pairs.flatMap(({ first, second }) => [first, second]);
      const read = readPair(record.pair, all);
      const name = 'value' in read ? pairName(read.value.first, read.value.second) : undefined;
      if ('reject' in read) parsed.push(read);
      else if (!pairs.some(({ first, second }) => pairName(first, second) === name)) parsed.push(reject('unknown-keyword', `没有请你判断实体对“${name}”`, name));
      else take('pair', name!, record.holds, record.reason);
    }
  }
  const asked: [Judged['kind'], string][] = [
    ...(enhanced ? [['meaning', meaning] as [Judged['kind'], string]] : []),
    ...keywords.map((keyword): [Judged['kind'], string] => ['keyword', keyword]),
    ...pairs.map(({ first, second }): [Judged['kind'], string] => ['pair', pairName(first, second)]),
  ];
  for (const [kind, subject] of asked) if (!judged.has(`${kind} ${subject}`)) parsed.push(reject('unanswered', `没有判断“${subject}”`, `${kind} ${subject}`));
  return parsed;
}

/** 否 and its kin are looked for first: 不一致 holds 一致. */
function readJudgement(answer: string | undefined): boolean | undefined {
  if (answer === undefined) return undefined;
  if (/^(?:否|不|错|有误|no|false)/iu.test(answer)) return false;
  if (/^(?:是|对|正确|准确|一致|合理|yes|true)/iu.test(answer)) return true;
  return undefined;
}
