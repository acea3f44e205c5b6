import type { AskReport } from '../ask';
import type { FeatureLine } from './feature-line';

export type Causes = AskReport['rejected'];

/** What a set of documents took: sums over their lines. */
export interface FeatureTotals {
  /** Distinct texts. */
  documents: number;
  /** Those without an enhanced text, and those without a keyword. */
  withoutEnhanced: number;
  withoutKeywords: number;
  keywords: number;
  relations: number;
  requests: number;
  /** Of these, asked once more after a reject. */
  reasked: number;
  /** As the server counted them; null where it told none. Replies that came from the cache count as they did when they were made. */
  tokens: { prompt: number; completion: number } | null;
  /** Replies whose tokens the server did not tell. */
  uncounted: number;
  /** Answers, or parts of them, that were not taken, by prompt and cause; and what is missing for it after the second question. */
  rejected: Causes;
  leftOut: Causes;
}

export function totalsOf(lines: Iterable<Pick<FeatureLine, 'enhanced' | 'keywords' | 'relations' | 'asked'>>): FeatureTotals {
  const totals: FeatureTotals = {
    documents: 0, withoutEnhanced: 0, withoutKeywords: 0, keywords: 0, relations: 0, requests: 0, reasked: 0, tokens: null, uncounted: 0, rejected: {}, leftOut: {},
  };
  const tokens = { prompt: 0, completion: 0 };
  for (const { enhanced, keywords, relations, asked } of lines) {
    totals.documents++;
    if (enhanced === null) totals.withoutEnhanced++;
    if (keywords.length === 0) totals.withoutKeywords++;
    totals.keywords += keywords.length;
    totals.relations += relations.length;
    totals.requests += asked.requests;
    totals.reasked += asked.reasked;
    totals.uncounted += asked.uncounted;
    tokens.prompt += asked.tokens.prompt;
    tokens.completion += asked.tokens.completion;
    addCauses(totals.rejected, asked.rejected);
    addCauses(totals.leftOut, asked.leftOut);
  }
  if (totals.requests > totals.uncounted) totals.tokens = tokens;
  return { ...totals, rejected: sorted(totals.rejected), leftOut: sorted(totals.leftOut) };
}

function addCauses(to: Causes, from: Causes): void {
  for (const [prompt, causes] of Object.entries(from)) {
    const own = (to[prompt] ??= {});
    for (const [cause, count] of Object.entries(causes) as [keyof typeof causes, number][]) own[cause] = (own[cause] ?? 0) + count;
  }
}

/** In an order that does not depend on which document met a cause first. */
function sorted(causes: Causes): Causes {
  return Object.fromEntries(Object.entries(causes).sort(([a], [b]) => (a < b ? -1 : 1)).map(([prompt, counts]) =>
    [prompt, Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)))]));
}
