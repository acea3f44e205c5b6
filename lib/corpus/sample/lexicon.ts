import { codePointLength, sliceCodePoints } from '../../common';
import { isHeldOut } from './expand';
import { isSampleType, parseMarkup } from './markup';
import type { SampleType } from './markup';
import { readRuleBook } from './rules';

export interface LexiconTerm {
  term: string;
  type: SampleType;
}

/**
 * The terms that stand ready-made in the embedded lexicon, for a segmenter's user dictionary: of two or more
 * characters, each once a type, sorted. Terms composed by rules are left out, and so is every term held out from the
 * training part: a dictionary that knew those would leak what the test asks. A term of several types (白蛋白 as body
 * substance, test item and drug) appears once for each.
 */
export function embeddedLexicon(): LexiconTerm[] {
  const { general, specialties } = readRuleBook();
  const found = new Map<string, LexiconTerm>();
  for (const rules of [general, ...specialties.values()]) {
    for (const [symbol, { alternatives }] of rules) {
      const type = symbol.split('.')[0];
      if (!isSampleType(type)) continue;
      for (const { pieces } of alternatives) {
        if (pieces.length !== 1 || pieces[0].kind !== 'literal') continue;
        const { text, entities } = parseMarkup(`[${type}:${pieces[0].text}]`);
        for (const entity of entities) {
          const term = sliceCodePoints(text, entity.start, entity.end);
          if (codePointLength(term) >= 2 && !isHeldOut(text) && !isHeldOut(term)) {
            found.set(`${entity.type} ${term}`, { term, type: entity.type as SampleType });
          }
        }
      }
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, term]) => term);
}
