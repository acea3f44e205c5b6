import { InputError } from '../common';

/** The counts of one split that the figures draw: the shape that `data stats --json` prints. */
export interface SplitCounts {
  documents: number;
  entities: number;
  /** Entities that lie inside another and are not equal to it. */
  nested: number;
  types: Record<string, { count: number; short: number; medium: number; long: number }>;
  /** For each k, how many entities are longer than k code points, so that a k-mask cannot find them. */
  lostAtK: Record<string, number>;
}

export interface CorpusCounts {
  corpus: string;
  splits: Partial<Record<string, SplitCounts>>;
}

export interface Panel {
  name: string;
  counts: SplitCounts;
}

/** One panel for each corpus and split (or for the `split` asked for), in the order given. */
export function panels(statistics: CorpusCounts | CorpusCounts[], split?: string): Panel[] {
  const corpora = Array.isArray(statistics) ? statistics : [statistics];
  const found = corpora.flatMap(({ corpus, splits }) =>
    Object.entries(splits).flatMap(([name, counts]) =>
      counts && (split === undefined || split === name) ? [{ name: `${corpus}, ${name}`, counts }] : []));
  if (!found.length) {
    const have = corpora.map(({ corpus, splits }) => `${corpus} (${Object.keys(splits).join(', ') || 'no split'})`).join('; ');
    throw new InputError(`nothing to draw: expected ${split ? `the split ${split}` : 'at least one split'}, found ${have}`);
  }
  return found;
}
