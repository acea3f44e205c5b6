import type { SampleType } from '../../corpus/sample/markup';
import type { FoundTerm } from './terms';

/** What the types of two terms of one sentence suggest: the kind of relation, and a sentence on {a} and {b}. */
const rules: Partial<Record<`${SampleType} ${SampleType}`, readonly [kind: string, sentence: string]>> = {
  'dis sym': ['伴随关系', '{b}可以是{a}的表现'],
  'dis dru': ['治疗关系', '{b}可能用于{a}的治疗或预防'],
  'dis pro': ['诊疗关系', '{b}可能用于{a}的诊断或治疗'],
  'dis ite': ['检验关系', '{b}可能反映{a}的病情'],
  'dis dis': ['并存关系', '{a}与{b}在文中一同提到，可能并发或需要鉴别'],
  'dis dep': ['就诊关系', '{a}可能由{b}诊治'],
  'dis equ': ['诊疗关系', '{b}可能用于{a}的诊疗'],
  'bod dis': ['部位关系', '{a}可能是{b}涉及的部位'],
  'bod sym': ['部位关系', '{a}可能是{b}所在的部位'],
  'bod pro': ['部位关系', '{a}可能是{b}针对的部位'],
  'mic dis': ['因果关系', '{a}可能是{b}的病原'],
  'mic sym': ['因果关系', '感染{a}可能引起{b}'],
  'mic dru': ['治疗关系', '{b}可能对{a}有作用'],
  'mic ite': ['检验关系', '{b}可能提示{a}感染'],
  'sym sym': ['伴随关系', '{a}与{b}可能一同出现'],
  'sym dru': ['治疗关系', '{b}可能用于缓解{a}，或以其为不良反应'],
  'sym pro': ['诊疗关系', '{b}可能用于查明或处理{a}'],
  'sym ite': ['检验关系', '{a}与{b}可能共同反映病情'],
  'dru dru': ['配伍关系', '{a}与{b}可能先后或联合使用'],
  'dru pro': ['诊疗关系', '{a}与{b}可能配合使用'],
  'dru ite': ['检验关系', '使用{a}时可能需要查{b}'],
  'equ pro': ['使用关系', '{a}可能用于{b}'],
};
/** Terms further apart than this many are not related: a long list would relate everything to everything. */
const reach = 2;
/** At most so many pairs, to stay within the 1,024 tokens of an answer. */
const mostPairs = 12;

export interface OfflineRelation {
  first: string;
  second: string;
  text: string;
}

/** Pairs of neighbouring terms of one sentence by their types: what is possible, not what the text says. */
export function relate(text: readonly string[], found: readonly FoundTerm[]): OfflineRelation[] {
  const relations = new Map<string, OfflineRelation>();
  for (let i = 0; i < found.length; i++) {
    for (let j = i + 1; j <= Math.min(i + reach, found.length - 1); j++) {
      if (text.slice(found[i].end, found[j].start).some((character) => /[。！？；\n]/u.test(character))) break;
      const relation = related(found[i], found[j]) ?? related(found[j], found[i]);
      const key = relation && [relation.first, relation.second].sort().join('\n');
      if (relation && relation.first !== relation.second && !relations.has(key!)) relations.set(key!, relation);
    }
  }
  return [...relations.values()].slice(0, mostPairs);
}

function related(a: FoundTerm, b: FoundTerm): OfflineRelation | undefined {
  const rule = rules[`${a.types[0]} ${b.types[0]}`];
  if (!rule) return undefined;
  const [kind, sentence] = rule;
  return { first: a.term, second: b.term, text: `${kind}（${sentence.replace(/\{a\}/g, a.term).replace(/\{b\}/g, b.term)}）` };
}
