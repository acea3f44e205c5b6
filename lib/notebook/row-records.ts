import { InputError } from '../common';
import type { CompactRecord, ExperimentOutput, MeasuredRow } from '../experiments';

/**
 * The records behind each row of an experiment's first table, by the row's label. For experiments whose rows are models with equally many runs
 * (comparisons, the k-mask).
 * @throws InputError where the records cannot be shared out among the rows
 */
export function rowRecords({ tables, records }: Pick<ExperimentOutput, 'tables' | 'records'>): Map<string, CompactRecord[]> {
  const labels = tables[0].rows.map(([label]) => label);
  const each = records.length / labels.length;
  if (!Number.isInteger(each) || each === 0) throw new InputError(`${tables[0].title}: ${records.length} records for ${labels.length} rows; its rows are not models with their runs`);
  return new Map(labels.map((label, i) => [label, records.slice(i * each, (i + 1) * each)]));
}

/** A model of a comparison as a notebook sees it. */
export interface ComparedRow extends Omit<MeasuredRow, 'runs'> {
  runs: CompactRecord[];
}

/** The rows of an experiment that compares models, each with its records. */
export function comparedRows(output: ExperimentOutput): ComparedRow[] {
  const { rows } = output.data as { rows: Omit<MeasuredRow, 'runs'>[] };
  const records = rowRecords(output);
  return rows.map((row) => ({ ...row, runs: records.get(row.label)! }));
}
