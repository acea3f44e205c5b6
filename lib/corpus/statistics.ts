import { codePointLength } from '../common';
import { nesting } from './intervals';
import { slicer } from './offsets';
import { documentsHash } from './split';
import { lengthClass, lengthClasses, splitNames, type Corpus, type Document, type LengthClass, type SplitName } from './types';

/** Of a set of lengths in characters. Quantiles are interpolated linearly, as numpy and R (type 7) do. */
export interface Summary {
  mean: number;
  median: number;
  p95: number;
  p99: number;
  max: number;
}

export interface TypeStatistics extends Record<LengthClass, number> {
  count: number;
  nested: number;
  length: Summary;
}

export interface SplitStatistics {
  documents: number;
  /** Code points of all texts. */
  characters: number;
  entities: number;
  /** Entities strictly inside another: contained in its span and not equal to it. */
  nested: number;
  /** Entities that strictly contain another. */
  containing: number;
  /** Entities inside another, containing another, or both. */
  nestedOrContaining: number;
  /** Pairs that overlap without one containing the other. */
  crossingPairs: number;
  /** Entities by depth: 1 inside none, 2 inside one, …. */
  depth: Record<number, number>;
  lengths: Record<LengthClass, number>;
  textLength: Summary;
  entityLength: Summary;
  types: Record<string, TypeStatistics>;
  /** For each k, the entities of more than k characters: what a k-mask that scores 0 ≤ j-i < k cannot find. */
  lostAtK: Record<number, number>;
  /** Of this split's entities, and of its distinct mention texts, those that are mentions in train. Not for train. */
  seenInTrain?: { entities: number; entitiesWithType: number; mentions: number; distinctMentions: number };
  /** Identifies the split: SHA-256 of its document ids. */
  hash: string;
}

export interface CorpusStatistics {
  corpus: string;
  splits: Partial<Record<SplitName, SplitStatistics>>;
}

/** The values of k in `lostAtK`: paper B's best are 43 (CMeEE-V2) and 39 (CCKS2020). */
export const maskWidths = Array.from({ length: 64 }, (_, i) => i + 1);

export function corpusStatistics(corpus: Corpus): CorpusStatistics {
  const train = corpus.splits.train && mentionsOf(corpus.splits.train);
  const splits: CorpusStatistics['splits'] = {};
  for (const name of splitNames) {
    const documents = corpus.splits[name];
    if (documents) splits[name] = splitStatistics(documents, corpus.types, name === 'train' ? undefined : train);
  }
  return { corpus: corpus.id, splits };
}

/** The contract's shape (`splits.train.documents`, `.types.dis.short`, `.lostAtK.43`, …), all of it counts, and the rest. */
export function statisticsToJson(statistics: CorpusStatistics): CorpusStatistics {
  return JSON.parse(JSON.stringify(statistics)) as CorpusStatistics;
}

/** The types under which each mention text of a split occurs. */
type Mentions = Map<string, Set<string>>;

function mentionsOf(documents: Document[]): Mentions {
  const mentions: Mentions = new Map();
  for (const { text, entities } of documents) {
    const slice = slicer(text);
    for (const { start, end, type } of entities) {
      const mention = slice(start, end);
      const types = mentions.get(mention);
      if (types) types.add(type);
      else mentions.set(mention, new Set([type]));
    }
  }
  return mentions;
}

function splitStatistics(documents: Document[], types: string[], train?: Mentions): SplitStatistics {
  const textLengths: number[] = [];
  const byType = new Map<string, { lengths: number[]; nested: number }>(types.map((type) => [type, { lengths: [], nested: 0 }]));
  const depth: Record<number, number> = {};
  const distinct = new Set<string>();
  const seen = { entities: 0, entitiesWithType: 0 };
  let nested = 0;
  let containing = 0;
  let nestedOrContaining = 0;
  let crossingPairs = 0;

  for (const { text, entities } of documents) {
    textLengths.push(codePointLength(text));
    const relations = nesting(entities);
    const slice = slicer(text);
    crossingPairs += relations.crossingPairs;
    entities.forEach(({ start, end, type }, i) => {
      let row = byType.get(type);
      if (!row) byType.set(type, (row = { lengths: [], nested: 0 }));
      row.lengths.push(end - start);
      if (relations.inside[i]) row.nested++;
      if (relations.inside[i]) nested++;
      if (relations.containing[i]) containing++;
      if (relations.inside[i] || relations.containing[i]) nestedOrContaining++;
      depth[relations.depth[i]] = (depth[relations.depth[i]] ?? 0) + 1;
      if (train) {
        const mention = slice(start, end);
        distinct.add(mention);
        const trained = train.get(mention);
        if (trained) seen.entities++;
        if (trained?.has(type)) seen.entitiesWithType++;
      }
    });
  }

  const all = [...byType.values()].flatMap(({ lengths }) => lengths);
  const seenInTrain = train && { ...seen, mentions: [...distinct].filter((mention) => train.has(mention)).length, distinctMentions: distinct.size };
  return {
    documents: documents.length,
    characters: textLengths.reduce((sum, length) => sum + length, 0),
    entities: all.length,
    nested,
    containing,
    nestedOrContaining,
    crossingPairs,
    depth,
    lengths: classCounts(all),
    textLength: summarize(textLengths),
    entityLength: summarize(all),
    types: Object.fromEntries(
      [...byType].map(([type, row]) => [type, { count: row.lengths.length, ...classCounts(row.lengths), nested: row.nested, length: summarize(row.lengths) }]),
    ),
    lostAtK: longerThan(all, maskWidths),
    ...(seenInTrain && { seenInTrain }),
    hash: documentsHash(documents),
  };
}

function classCounts(lengths: number[]): Record<LengthClass, number> {
  const counts = Object.fromEntries(lengthClasses.map((name) => [name, 0])) as Record<LengthClass, number>;
  for (const length of lengths) counts[lengthClass({ start: 0, end: length })]++;
  return counts;
}

/** For each of the widths, given in rising order, how many lengths are over it. */
function longerThan(lengths: number[], widths: number[]): Record<number, number> {
  const sorted = Float64Array.from(lengths).sort();
  let position = 0;
  return Object.fromEntries(
    widths.map((k) => {
      while (position < sorted.length && sorted[position] <= k) position++;
      return [k, sorted.length - position];
    }),
  );
}

/** All zero for no values. */
export function summarize(values: readonly number[]): Summary {
  if (values.length === 0) return { mean: 0, median: 0, p95: 0, p99: 0, max: 0 };
  const sorted = Float64Array.from(values).sort();
  const quantile = (share: number) => {
    const at = share * (sorted.length - 1);
    const below = Math.floor(at);
    return sorted[below] + (at - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below]);
  };
  return {
    mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    median: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
    max: sorted[sorted.length - 1],
  };
}
