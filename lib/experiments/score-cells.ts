import type { MeasuredRow } from './comparison';
import { none, percent, percentSpread, points, pValue } from './format';
import { paperDataset, sameCorpus, type ReportedScore } from './paper';
import { right, type Column } from './table';

/** The columns of a comparison behind its first: our scores, their difference from a baseline, the paper's scores, what they say together. */
export function scoreColumns(corpus: string, difference: string): Column[] {
  const dataset = paperDataset(corpus);
  const paper = `paper${sameCorpus(corpus) || !dataset ? '' : ` (${dataset})`}`;
  return [...['P', 'R', 'F1', difference, 'p', `${paper} P`, 'R', 'F1'].map(right), { header: 'verdict' }, right('seeds')];
}

export const scoreCells = ({ precision, recall, f1, gain, p, paper, verdict }: MeasuredRow): string[] =>
  [...[precision, recall, f1].map(percentSpread), gain === null ? none : points(gain), pValue(p), ...printedCells(paper), verdict, String(f1.values.length)];

/** Of a row that was not run, with the paper's scores. */
export const scoreCellsNotRun = (paper: ReportedScore | null, why: string): string[] => [none, none, none, none, none, ...printedCells(paper), `not run: ${why}`, '0'];

const printedCells = (paper: ReportedScore | null): string[] => [paper?.precision, paper?.recall, paper?.f1].map((value) => (value == null ? none : percent(value)));
