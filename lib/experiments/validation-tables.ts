import type { FeatureTotals } from '../llm';
import { amount } from './feature-tables';
import { count, none, percent } from './format';
import { answersByRule, type WholeFeatures } from './provided-features';
import { right, type Table } from './table';
import type { Taken, ValidationEffect } from './validation-effect';

/** Features of one model, asked alike, without and with validation. */
export interface Pair<Provider> {
  plain: Provider;
  validated: Provider;
}

export interface ComparedPair extends Pair<WholeFeatures> {
  effect: ValidationEffect;
  /** Both tell the same of every text: one row's runs are the other's. */
  equal: boolean;
}

/** How much of the features validation took away, and what asking for it took. */
export function effectTable(pairs: readonly ComparedPair[]): Table {
  return {
    title: 'What validation took away',
    columns: [{ header: 'features' }, ...['texts', 'changed', 'enhanced texts', 'keywords', 'relations', 'with a keyword', 'said no', 'not judged', 'answered otherwise', 'calls', 'tokens', 'cost'].map(right)],
    rows: pairs.map(({ plain, validated, effect }) => {
      const { texts, changed, otherwise, enhanced, keywords, relations } = effect;
      const { 'failed-validation': no = 0, ...unjudged } = validated.loaded.totals.leftOut.validation ?? {};
      const [before, after] = [plain.loaded, validated.loaded];
      const cost = before.record.cost === null || after.record.cost === null ? null : after.record.cost - before.record.cost;
      return [
        validated.provider, count(texts), count(changed), ...[enhanced, keywords, relations].map(takenOf), count(relations.withKeyword), count(no),
        count(Object.values(unjudged).reduce((total, value) => total + value, 0)), count(otherwise),
        `+${count(after.totals.requests - before.totals.requests)}`, validationTokens(before.totals.tokens, after.totals.tokens), cost === null ? none : amount(cost),
      ];
    }),
    footnotes: [
      'Of the distinct texts of these runs, whose features without and with validation are compared one by one. with a keyword: relations gone because one of their two keywords is. ' +
        'said no: judgements of the model against its own answers; not judged: answers that its second reply did not judge in form either, which are left out as well.',
      'answered otherwise: texts whose validated features are no part of the unvalidated ones, because the model was asked afresh and said something else; they do not count in the columns before. Both ' +
        'extractions from one cache have none. calls, tokens, cost: those of the features with validation less those without.',
    ],
  };
}

const takenOf = ({ before, taken }: Taken): string => `${count(taken)} of ${count(before)}`;

type Tokens = FeatureTotals['tokens'];
const validationTokens = (before: Tokens, after: Tokens): string => (before && after ? `+${count(after.prompt + after.completion - before.prompt - before.completion)}` : none);

/** What each validation did, in words, where the numbers want some. */
export function effectNotes(pairs: readonly ComparedPair[]): string[] {
  return pairs.flatMap(({ plain, validated, effect: { enhanced, keywords, relations, changed, texts }, equal }) => {
    if (answersByRule(plain)) {
      const judged = `${count(enhanced.before)} enhanced texts, ${count(keywords.before)} keywords and ${count(relations.before)} relations`;
      const outcome = equal ? 'disowned none of them' : `took ${count(enhanced.taken)}, ${count(keywords.taken)} and ${count(relations.taken)} of them away`;
      return [`${validated.provider} does answer the validation prompt, but by the rules and the lexicon that its answers came from: it judged ${judged} and ${outcome}. What it tells of a chat model's validation is nothing.`];
    }
    return equal ? [`${validated.provider} disowned nothing: it tells of every text exactly what ${plain.provider} tells, and the two share their runs.`]
      : [`${validated.provider} changed the features of ${percent(changed / texts)} % of the texts.`];
  });
}
