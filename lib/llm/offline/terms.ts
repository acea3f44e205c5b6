import { AhoCorasick } from '../../text/aho-corasick';
import { codePointLength } from '../../common';
import { embeddedLexicon } from '../../corpus/sample/lexicon';
import { sampleTypes, type SampleType } from '../../corpus/sample/markup';
import { insideLatin } from '../../text/latin';
import type { Span } from '../occurrences';

/** A term of the lexicon where it stands in a text, with its types in the lexicon's order of types. */
export interface FoundTerm extends Span {
  term: string;
  types: readonly SampleType[];
}

/** How prompts may name the lexicon's types: CMeEE's names, those of the CCKS tasks, and short ones. */
const namesOf: Record<SampleType, readonly string[]> = {
  dis: ['疾病', '疾病和诊断', '疾病或诊断'],
  sym: ['临床表现', '症状', '临床症状', '症状和体征'],
  dru: ['药物', '药品'],
  equ: ['医疗设备', '设备'],
  pro: ['医疗程序', '手术', '影像检查', '检查和治疗', '诊疗程序'],
  bod: ['身体', '解剖部位', '身体部位', '部位'],
  ite: ['医学检验项目', '检验项目', '实验室检验', '检验'],
  mic: ['微生物类', '微生物', '病原体'],
  dep: ['科室', '医院科室'],
};

/** The embedded lexicon's terms, found in texts: the longest at each place. */
export class Terms {
  private readonly typesOf = new Map<string, SampleType[]>();
  private readonly list: string[];
  private readonly matcher: AhoCorasick;

  constructor() {
    for (const { term, type } of embeddedLexicon()) this.typesOf.set(term, [...(this.typesOf.get(term) ?? []), type]);
    for (const types of this.typesOf.values()) types.sort((a, b) => sampleTypes.indexOf(a) - sampleTypes.indexOf(b));
    this.list = [...this.typesOf.keys()];
    this.matcher = new AhoCorasick(this.list);
  }

  types(term: string): readonly SampleType[] {
    return this.typesOf.get(term) ?? [];
  }

  ofType(type: SampleType): string[] {
    return this.list.filter((term) => this.types(term).includes(type));
  }

  find(text: string): FoundTerm[] {
    const found: FoundTerm[] = [];
    let [unit, position] = [0, 0];
    this.matcher.longest(text, (start, end, id) => {
      if (insideLatin(text, start) || insideLatin(text, end)) return;
      position += codePointLength(text.slice(unit, start));
      unit = start;
      const term = this.list[id];
      found.push({ term, types: this.types(term), start: position, end: position + codePointLength(term) });
    });
    return found;
  }

  /** The items of a list joined by 、, some of which hold one themselves. */
  split(list: string): string[] {
    const pieces = list.split('、');
    const items: string[] = [];
    for (let i = 0; i < pieces.length;) {
      let end = i + 1;
      for (let to = pieces.length; to > i + 1; to--) {
        if (this.typesOf.has(pieces.slice(i, to).join('、'))) {
          end = to;
          break;
        }
      }
      items.push(pieces.slice(i, end).join('、'));
      i = end;
    }
    return items.filter((item) => item !== '');
  }
}

/** The lexicon's type that a prompt calls by this name. */
export function typeNamed(name: string): SampleType | undefined {
  return sampleTypes.find((type) => type === name || namesOf[type].includes(name));
}
