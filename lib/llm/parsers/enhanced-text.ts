import { codePointLength } from '../../common';
import { sequenceOf } from '../occurrences';
import { quotedString, unwrapped, withoutFences } from './fields';
import { reject, type Parsed } from './result';

/** A text that grew beyond this was explained, not rephrased. */
const mostGrowth = 2;
const slack = 20;

const label = /(?:^|\n)[\s\d.、*#"“”「{【]*(?:增强文本|增强后的文本|改写文本|改写后的文本)[*"“”」】\s]*[:：]/u;
/** Prose that models add after the text. */
const remark = /^\s*(?:[（(]?(?:说明|注|备注|解释|改写说明|注意)[:：]|以上(?:是|为|就是)|希望)/u;

/**
 * Reads `增强文本：…` and holds it against T: every keyword must occur as often as in T and in the same order (their positions in T' are q_i of
 * Eq. 7), and every number must be there. Paper A's own example in Table 1 would fail here: its answer has lost the keyword 效果不佳.
 */
export function parseEnhancedText(reply: string, text: string, keywords: readonly string[]): Parsed<string> {
  const enhanced = readEnhancedText(reply, text);
  if (enhanced === null) return reject('unreadable', '回答中没有“增强文本：”及其内容');
  if (squeezed(enhanced) === squeezed(text)) return reject('unchanged', '增强文本与原文完全相同');
  if (codePointLength(enhanced) > mostGrowth * codePointLength(text) + slack) return reject('too-long', '增强文本远长于原文，含有多余的内容');
  const [was, is] = [sequenceOf(text, keywords), sequenceOf(enhanced, keywords)];
  for (const keyword of new Set(keywords)) {
    const [before, after] = [was, is].map((all) => all.filter(({ term }) => term === keyword).length);
    if (after < before) return reject('dropped-entity', `“${keyword}”在原文中出现${before}次，在增强文本中只出现${after}次`, keyword);
    if (after > before) return reject('added-entity', `“${keyword}”在原文中出现${before}次，在增强文本中却出现${after}次`, keyword);
  }
  const moved = was.findIndex(({ term }, i) => is[i].term !== term);
  if (moved >= 0) return reject('moved-entity', `“${was[moved].term}”与“${is[moved].term}”的先后次序和原文不同`, was[moved].term);
  const [lost, made] = numberDifference(text, enhanced);
  if (lost !== undefined) return reject('altered-number', `原文中的数字“${lost}”不见了`);
  if (made !== undefined) return reject('altered-number', `原文中没有数字“${made}”`);
  return { value: enhanced };
}

function readEnhancedText(reply: string, text: string): string | null {
  const body = withoutFences(reply);
  const match = label.exec(body);
  const lines = (match ? body.slice(match.index + match[0].length) : body).split('\n');
  const end = lines.findIndex((line) => remark.test(line));
  const kept = (end < 0 ? lines : lines.slice(0, end)).join('\n').trim();
  // Without its label an answer is taken only if it is nothing but one line: prose and text could not be told apart.
  if (!match && (kept.includes('\n') || /^(?:好的|当然|抱歉|对不起|以下)/u.test(kept))) return null;
  const quoted = quotedString(kept);
  if (quoted !== undefined) return quoted.trim() || null;
  const value = /[\r\n]/.test(text.trim()) ? kept : kept.split('\n', 1)[0].trim();
  return unwrapped(value.replace(/^\*\*+\s*|\s*\*\*+$/gu, '')) || null;
}

const squeezed = (text: string): string => text.normalize('NFKC').replace(/\s+/gu, '');

/** A number that the first text has more often than the second, and one the other way round. */
function numberDifference(first: string, second: string): [lost: string | undefined, made: string | undefined] {
  const counts = new Map<string, number>();
  for (const [text, sign] of [[first, 1], [second, -1]] as const) {
    for (const [number] of text.normalize('NFKC').matchAll(/\d+(?:\.\d+)?/g)) counts.set(number, (counts.get(number) ?? 0) + sign);
  }
  const entries = [...counts];
  return [entries.find(([, count]) => count > 0)?.[0], entries.find(([, count]) => count < 0)?.[0]];
}
