import type { Document } from '../../corpus';
import { bootstrapIntervals, documentCounts, pooledCounts, score, type BootstrapIntervals, type Scores } from '../../evaluation';
import { costOf, type AskReport, type ModelIdentity, type OpenModel } from '../../llm';
import type { RunRecord } from '../record';
import { spread, type Spread } from '../statistics';
import type { PrintedRow } from './printed';

/** A line of the table. */
export interface DirectRow {
  label: string;
  /** Where its figures come from, or why there are none. */
  status: string;
  /** The paper's line that stands beside it. */
  printed?: PrintedRow;
  measured?: Measured;
  answers?: Answers;
  /** Of LLM-MedNER. */
  runs?: RunRecord[];
}

export interface Measured {
  /** One value, or one a seed. */
  precision: Spread;
  recall: Spread;
  f1: Spread;
  /** Over documents, the counts of all seeds together. */
  interval: BootstrapIntervals;
  scores: Scores[];
}

/** What a model's answers took: the same whether they were made now or kept from before. */
export interface Answers {
  /** As llm.yaml calls it. */
  provider: string;
  model: ModelIdentity;
  requests: number;
  /** As the server counted them, but for the replies that it did not count. */
  tokens: AskReport['tokens'];
  uncounted: number;
  /** Of all replies at the list's price; null where nothing is paid, or not all tokens were told. */
  cost: number | null;
  /** What was not taken, by cause. */
  leftOut: Record<string, number>;
}

/** Of the bootstrap; its draws are a stream of their own. */
export const resampling = { resamples: 10_000, seed: 0, level: 0.95 };

/** Figures of one set of predictions, or of one a seed, on the same documents. */
export function measured(gold: readonly Document[], predictions: readonly (readonly Document[])[]): Measured {
  const scores = predictions.map((predicted) => score(gold, predicted));
  const over = (field: 'precision' | 'recall' | 'f1'): Spread => spread(scores.map(({ micro }) => micro[field]));
  return {
    precision: over('precision'),
    recall: over('recall'),
    f1: over('f1'),
    interval: bootstrapIntervals(pooledCounts(predictions.map((predicted) => documentCounts(gold, [...predicted]))), resampling),
    scores,
  };
}

export function answersFrom(provider: string, model: ModelIdentity, { requests, tokens, uncounted, leftOut }: AskReport, price: OpenModel['price']): Answers {
  const causes = Object.values(leftOut).flatMap((counts) => Object.entries(counts)).sort(([a], [b]) => (a < b ? -1 : 1));
  return { provider, model, requests, tokens, uncounted, cost: costOf({ tokens, uncounted }, price), leftOut: Object.fromEntries(causes) };
}
