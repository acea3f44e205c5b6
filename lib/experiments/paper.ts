import reported from '../../data/papers/reported.json';
import { type Paper, type ReportedRow, variant } from '../models';

/** A row that a paper prints; fractions, null where it prints none. */
export interface ReportedScore {
  paper: string;
  table: string;
  row: string;
  dataset: string;
  precision: number | null;
  recall: number | null;
  f1: number | null;
}

const scores: ReportedScore[] = reported.scores;

/** The papers' names of our corpora. The embedded corpus resembles CMeEE-V2, whose numbers stand beside it for orientation. */
const datasets: Record<string, string> = {
  sample: 'CMeEE-V2',
  'cmeee-v2': 'CMeEE-V2',
  ccks2017: 'CCKS2017',
  ccks2019: 'CCKS2019',
  ccks2020: 'CCKS2020',
};

/** The data set whose printed numbers stand beside a corpus's, if any. */
export function paperDataset(corpus: string): string | undefined {
  return datasets[corpus];
}

/** Whether the printed numbers were measured on this very corpus. */
export function sameCorpus(corpus: string): boolean {
  return corpus !== 'sample' && corpus in datasets;
}

/** The data set whose printed numbers stand beside a corpus's that is another; undefined where it is the same, or there is none. */
export function otherDataset(corpus: string): string | undefined {
  return sameCorpus(corpus) ? undefined : paperDataset(corpus);
}

/** What heads the paper's numbers beside a corpus's. */
export function paperHeading(corpus: string): string {
  const other = otherDataset(corpus);
  return other ? `paper (${other})` : 'paper';
}

/**
 * What a paper prints for a variant on the data set that belongs to the corpus, or null. Without a paper, that whose row the registry names first:
 * paper B's where both have the variant.
 */
export function reportedScore(variantName: string, corpus: string, paperName?: Paper): ReportedScore | null {
  const source = variant(variantName).reported?.find(({ paper }) => paperName === undefined || paper === paperName);
  return source ? printedScore(source, corpus) : null;
}

/** What a paper prints in a row, of any table where none is named, on the data set that belongs to the corpus, or null. */
export function printedScore({ paper, table, row }: ReportedRow, corpus: string): ReportedScore | null {
  const wanted = paperDataset(corpus);
  return scores.find((score) => score.paper === paper && (table ?? score.table) === score.table && score.row === row && score.dataset === wanted) ?? null;
}

/** A line of paper B's Table 5, in percent. */
export type ReportedTTest = (typeof reported.other)['da-rw-egp/Table 5'][number];

/** Table 5's line for the data set that belongs to the corpus, or null. */
export function reportedTTest(corpus: string): ReportedTTest | null {
  return reported.other['da-rw-egp/Table 5'].find(({ dataset }) => dataset === paperDataset(corpus)) ?? null;
}
