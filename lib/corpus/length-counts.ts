import { Random, codePointLength } from '../common';
import { nesting } from './intervals';
import { lengthClass, type Corpus, type Document } from './types';

/** How many mentions have 1, 2, … characters: index 0 is one character. */
export type LengthHistogram = number[];

/** What a reader may look at of a corpus that is not theirs to see: counts, and no text. */
export interface LengthCounts {
  corpus: string;
  documents: number;
  /** What a reader should know of the corpus. */
  notes: string[];
  /** By type, mentions inside another (nested) and the rest (flat). */
  types: Record<string, { flat: LengthHistogram; nested: LengthHistogram }>;
  /** Documents that show each kind of mention; of corpora whose text may be shown. */
  examples?: Document[];
}

/** Texts of up to this many characters are examples before longer ones. */
const shortText = 70;

/** Mentions of all labelled documents by type, nesting and length. */
export function lengthCounts({ id, types, splits, notes }: Corpus): LengthCounts {
  const documents = Object.values(splits).flat();
  const counts: LengthCounts['types'] = Object.fromEntries(types.map((type) => [type, { flat: [], nested: [] }]));
  for (const { entities } of documents) {
    const { inside } = nesting(entities);
    entities.forEach(({ start, end, type }, i) => {
      counts[type] ??= { flat: [], nested: [] };
      const histogram = counts[type][inside[i] ? 'nested' : 'flat'];
      while (histogram.length < end - start) histogram.push(0);
      histogram[end - start - 1]++;
    });
  }
  return { corpus: id, documents: documents.length, notes, types: counts };
}

/**
 * Few documents that hold `each` examples of every kind of mention (type, length class, nested or not), or as many as there are: in a
 * random order that the seed fixes, short texts first, a document is taken if it shows a kind still wanting.
 */
export function lengthExamples({ splits }: Corpus, each = 3, seed = 0): Document[] {
  const shuffled = Random.from(seed, 'length-examples').shuffled(Object.values(splits).flat());
  const isShort = ({ text }: Document): boolean => codePointLength(text) <= shortText;
  const shown = new Map<string, number>();
  return [...shuffled.filter(isShort), ...shuffled.filter((document) => !isShort(document))].filter(({ entities }) => {
    const kinds = new Set(mentionKinds(entities));
    if (![...kinds].some((kind) => (shown.get(kind) ?? 0) < each)) return false;
    for (const kind of kinds) shown.set(kind, (shown.get(kind) ?? 0) + 1);
    return true;
  });
}

/** TYPE/CLASS/NESTING of each mention of a document: `sym/long/flat`. */
export function mentionKinds(entities: Document['entities']): string[] {
  const { inside } = nesting(entities);
  return entities.map((entity, i) => `${entity.type}/${lengthClass(entity)}/${inside[i] ? 'nested' : 'flat'}`);
}
