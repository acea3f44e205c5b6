import { markOf } from './audited';
import type { MeasuredRow } from './comparison';
import { none, percent, percentSpread, points, pValue } from './format';
import { paperHeading, type ReportedScore } from './paper';
import { right, type Column } from './table';

/** The paper's columns; the first tells whose they are. A marked F1 wants `auditNotes`. */
export const paperHeaders = (corpus: string): string[] => [`${paperHeading(corpus)} P`, 'R', 'F1'];
export const paperCells = (paper: ReportedScore | null): string[] => {
  const [precision, recall, f1] = [paper?.precision, paper?.recall, paper?.f1].map((value) => (value == null ? none : percent(value)));
  return [precision, recall, paper ? f1 + markOf(paper) : f1];
};

/** The columns of a comparison behind its first: our scores, their difference from a baseline, the paper's scores, what they say together. */
export function scoreColumns(corpus: string, difference: string): Column[] {
  return [...['P', 'R', 'F1', difference, 'p', ...paperHeaders(corpus)].map(right), { header: 'verdict' }, right('seeds')];
}

export const scoreCells = ({ precision, recall, f1, gain, p, paper, verdict }: MeasuredRow): string[] =>
  [...[precision, recall, f1].map(percentSpread), gain === null ? none : points(gain), pValue(p), ...paperCells(paper), verdict, String(f1.values.length)];

/** Of a row that was not run, with the paper's scores. */
export const scoreCellsNotRun = (paper: ReportedScore | null, why: string): string[] => [none, none, none, none, none, ...paperCells(paper), `not run: ${why}`, '0'];
