import { codePointLength, codePoints } from '../../common';
import { slicer } from '../../corpus/offsets';
import type { Segmenter } from '../../text/segmenter';
import { sequenceOf } from '../occurrences';
import type { FoundTerm } from './terms';

/** Words and phrases of clinical prose that may stand for each other, whatever entities surround them. */
export const clinicalSynonyms: readonly (readonly [from: string, to: string])[] = [
  ['无明显诱因', '没有明确诱因'], ['未见明显异常', '没有见到明显异常'], ['未见异常', '没有发现异常'], ['不除外', '尚不能排除'], ['应注意排除', '需要注意加以排除'],
  ['容易误诊为', '常被误诊为'], ['易误诊为', '常被误诊为'], ['有助于', '有利于'], ['主要表现为', '主要呈现为'], ['表现为', '呈现为'], ['多见于', '常见于'],
  ['好发于', '多发生于'], ['主要累及', '主要侵犯'], ['病因', '发病原因'], ['鉴别', '区分'], ['区别', '区分'], ['同时', '与此同时'],
  ['由于', '因为'], ['因为', '由于'], ['因此', '所以'], ['所以', '因此'], ['引起', '导致'], ['导致', '引起'], ['所致', '引起'], ['以及', '和'], ['并且', '而且'],
  ['但是', '不过'], ['如果', '倘若'], ['若', '如果'], ['患者', '病人'], ['病人', '患者'], ['出现', '发生'], ['发生', '出现'], ['发现', '察觉'], ['给予', '予以'],
  ['予以', '给予'], ['予', '给予'], ['进行', '实施'], ['采用', '使用'], ['使用', '采用'], ['选用', '选择'], ['应用', '使用'],
  ['显示', '提示'], ['提示', '显示'], ['示', '显示'], ['可见', '能够见到'], ['需要', '有必要'], ['需', '需要'], ['必须', '务必'], ['应当', '应该'], ['应', '应当'],
  ['可', '可以'], ['宜', '最好'], ['常见', '多见'], ['多见', '常见'], ['通常', '一般'], ['一般', '通常'], ['往往', '常常'], ['常', '常常'], ['偶见', '偶尔可见'],
  ['部分', '一部分'], ['多数', '大多数'], ['迅速', '很快'], ['明显', '显著'], ['显著', '明显'], ['逐渐', '渐渐'], ['无效', '没有效果'], ['有效', '有效果'],
  ['早期', '病程早期'], ['术后', '手术之后'], ['术前', '手术之前'], ['术中', '手术过程中'], ['伴', '伴有'], 
  ['防止', '避免'], ['预防', '防范'], ['避免', '防止'], ['观察', '查看'], ['增加', '增多'], ['减少', '降低'],
  ['缓解', '减轻'], ['减轻', '缓解'], ['好转', '改善'], ['改善', '好转'], ['恢复', '复原'], ['重要', '关键'],  ['特征', '特点'],
  ['原因', '缘由'], ['方法', '办法'], ['无', '没有'], ['和', '与'], ['与', '和'], ['及', '以及'], ['或', '或者'], ['后', '之后'], ['前', '之前'],
];
/** The same with their lengths, the longest first. */
const longestFirst = clinicalSynonyms.map(([from, to]) => ({ from, to, length: codePointLength(from) })).sort((a, b) => b.length - a.length);
/** Single characters are changed only where nothing longer was: they are right most often, and least telling. */
const isWeak = (from: string): boolean => codePointLength(from) === 1;

/** Clauses without an entity that may change places, within one sentence. */
const reorderings: readonly (readonly [pattern: RegExp, to: string])[] = [
  [/(^|[。；])(患者|病人|患儿)(男|女)，([\d０-９]+(?:岁|个月|天|周))(?=[，。])/gu, '$1$4$2，$3性'],
  [/(^|[。；])([^。；，]+(?:，[^。；，]+)*)，((?:疗程|病程|历时|随访)[^。；，]*)(?=[。；]|$)/gu, '$1$3，$2'],
];

/** What is said in front where no rule applies. */
const opening = '据记载，';
/** Enough to be told apart from T; more would pile one rule's oddity on another's. */
const mostChanges = 8;

/**
 * A text of the same entities, in the same order, in other words: synonyms between the entities, and clauses without any put elsewhere. Entities
 * are the lexicon's terms: of what the embedded corpus marks, 157 mentions of 13,651 are unknown to the lexicon and lose a word to a synonym.
 */
export function paraphrase(text: string, found: readonly FoundTerm[], segmenter: Segmenter): string {
  const terms = found.map(({ term }) => term);
  const original = signature(text, terms);
  let out = text;
  for (const [pattern, to] of reorderings) {
    const moved = out.replace(pattern, to);
    if (signature(moved, terms) === original) out = moved;
  }
  const changes = changesOf(out, sequenceOf(out, terms), segmenter);
  const strong = changes.filter(({ from }) => !isWeak(from));
  const characters = codePoints(out);
  const chosen = (strong.length > 0 ? strong : changes).slice(0, mostChanges);
  // From the end, so that places before a change stay.
  for (const { start, end, to } of chosen.reverse()) {
    const kept = characters.slice(start, end);
    characters.splice(start, end - start, to);
    if (signature(characters.join(''), terms) !== original) characters.splice(start, 1, ...kept);
  }
  out = characters.join('');
  return out === text ? opening + text : out;
}

interface Change {
  start: number;
  end: number;
  from: string;
  to: string;
}

/** Where a synonym may be put: whole words outside the entities, the longest phrase at each place. */
function changesOf(text: string, taken: readonly { start: number; end: number }[], segmenter: Segmenter): Change[] {
  const words = segmenter.segment(text);
  const borders = new Set([0, ...words.map(({ end }) => end)]);
  const slice = slicer(text);
  const changes: Change[] = [];
  let free = 0;
  for (const { start } of words) {
    if (start < free) continue;
    for (const { from, to, length } of longestFirst) {
      const end = start + length;
      if (!borders.has(end) || slice(start, end) !== from || taken.some((span) => span.start < end && start < span.end)) continue;
      changes.push({ start, end, from, to });
      free = end;
      break;
    }
  }
  return changes;
}

/** What must not change: the entities in order, and the numbers, whatever their order. */
function signature(text: string, terms: readonly string[]): string {
  const numbers = [...text.normalize('NFKC').matchAll(/\d+(?:\.\d+)?/g)].map(([number]) => number).sort();
  return JSON.stringify([sequenceOf(text, terms).map(({ term }) => term), numbers]);
}
