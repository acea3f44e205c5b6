import { codePointLength, median, Random } from '../../common';
import type { Document } from '../../corpus/types';
import { LexiconIndex } from '../retrieval/lexicon-index';

export const selections = ['covering', 'nearest'] as const;
export type Selection = (typeof selections)[number];

export interface ExampleSetting {
  selection: Selection;
  /** Examples a question. */
  count: number;
  /** Of what is drawn. */
  seed: number;
}

/** The examples that go before a text, in the order in which they are shown. */
export type ExamplesFor = (text: string) => readonly Document[];

/** @param train what examples may come from: nothing that is scored or chooses anything */
export function examplesFrom(train: readonly Document[], { selection, count, seed }: ExampleSetting): ExamplesFor {
  const distinct = [...new Map(train.map((document) => [document.text, document])).values()];
  if (selection === 'nearest') return nearestExamples(distinct, count);
  const chosen = coveringExamples(distinct, count, seed);
  return () => chosen;
}

/**
 * Documents that show every type, the same before each text. One after the other is taken that has most types not shown yet, among equals the first in a
 * random order; when all are shown, a new round begins. Those no longer than the median come first, and longer ones only where none of them has a
 * missing type: examples go with every question.
 */
export function coveringExamples(documents: readonly Document[], count: number, seed: number): Document[] {
  const marked = Random.from(seed, 'few-shot examples').shuffled(documents.filter(({ entities }) => entities.length > 0));
  const usual = median(marked.map(({ text }) => codePointLength(text)));
  const short = new Set(marked.filter(({ text }) => codePointLength(text) <= usual));
  const long = new Set(marked.filter((document) => !short.has(document)));
  const chosen: Document[] = [];
  const shown = new Set<string>();
  while (chosen.length < count && short.size + long.size > 0) {
    const next = bringingMost(short, shown) ?? bringingMost(long, shown);
    if (next) {
      chosen.push(next);
      for (const pool of [short, long]) pool.delete(next);
      for (const { type } of next.entities) shown.add(type);
    } else shown.clear();
  }
  return chosen;
}

/** The first document with most types that are not shown; undefined where none has any. */
function bringingMost(documents: Iterable<Document>, shown: ReadonlySet<string>): Document | undefined {
  let best: Document | undefined;
  let most = 0;
  for (const document of documents) {
    const brought = new Set(document.entities.map(({ type }) => type).filter((type) => !shown.has(type))).size;
    if (brought > most) [best, most] = [document, brought];
  }
  return best;
}

/** For each text those that are most like it, by BM25 over pairs of characters (`LexiconIndex`), the likest last: next to the question. */
export function nearestExamples(documents: readonly Document[], count: number): ExamplesFor {
  const index = new LexiconIndex(documents.map(({ text }) => ({ term: text, types: [] })));
  // Every model is asked about the same texts.
  const found = new Map<string, readonly Document[]>();
  return (text) => {
    const known = found.get(text) ?? index.scored(text).slice(0, count).map(({ id }) => documents[id]).reverse();
    found.set(text, known);
    return known;
  };
}
