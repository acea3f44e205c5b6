import type { Scores } from '../evaluation';
import { type Paper, variant } from '../models';
import { type Claim, judgeBest } from './claim';
import { countRuns, measureRows, type MeasuredRow, type ModelRow, rowConfigs, runRows, seedsOf } from './comparison';
import { comparisonFigure } from './comparison-figure';
import { comparisonTables } from './comparison-tables';
import type { Experiment, ExperimentOutput, ExperimentRequest } from './experiment';
import { flatGoldF1 } from './flat-gold';
import { reportedScore, type ReportedScore } from './paper';
import { paperExperiment } from './paper-experiment';
import { compactRecord, scoredRun, type RunRecord } from './record';
import { definitionNote } from './row-notes';
import { spread, type Spread } from './statistics';
import type { Table } from './table';

/** What one comparison of models has that the next has not. */
export interface ModelComparison extends Pick<Experiment, 'name' | 'title' | 'description'> {
  /** What heads its tables and its figure; default: `title`. */
  heading?: string;
  /** Whose numbers stand beside ours, and whose split and settings the runs have. */
  paper: Paper;
  /** The first is the one that gains are counted from. */
  rows: readonly ModelRow[];
  /** The label of the row that the paper says is best. */
  best?: string;
  /** Whether a footnote says what each row is. */
  defined?: true;
  /** Further footnotes of the table; of what was measured, where they tell of it. */
  notes?: readonly string[] | ((rows: readonly MeasuredRow[], request: ExperimentRequest) => string[]);
}

/** An experiment that compares models with each other and with what the paper prints of them, on the corpus and with the seeds of the request. */
export function comparisonExperiment(comparison: ModelComparison): Experiment {
  const { name, title, description, paper, rows } = comparison;
  return paperExperiment({ name, title, description, paper, runs: (request) => countRuns(rows, request), run: (request) => compare(comparison, request) });
}

async function compare({ title, heading = title, paper, rows, best, defined, notes = [] }: ModelComparison, request: ExperimentRequest): Promise<ExperimentOutput> {
  const printed = (row: ModelRow): ReportedScore | null => (row.unprinted ? null : reportedScore(row.variant, request.corpus, paper));
  const flatGold = await flatGoldF1(rowConfigs(rows, request, seedsOf(request)[0])[0].corpus, request.runs);
  const measure = (records: RunRecord[][]): MeasuredRow[] => measureRows(rows, records, printed, request).map((row) => ({ ...row, flatGold: flatGold(row.runs) }));
  const claimOf = (measured: MeasuredRow[]): Claim | undefined => (best === undefined ? undefined : judgeBest(measured, best));
  const tablesOf = (measured: MeasuredRow[]): Table[] => comparisonTables(heading, measured, request, { claim: claimOf(measured), notes: [...(defined ? [definitionNote(rows)] : []), ...(typeof notes === 'function' ? notes(measured, request) : notes)] });
  const measured = measure(await runRows(rows, request, (records) => tablesOf(measure(records))));
  return {
    tables: tablesOf(measured),
    data: { seeds: seedsOf(request), claim: claimOf(measured), rows: measured.map(rowData) },
    figure: comparisonFigure(heading, measured, request),
    records: measured.flatMap(({ runs }) => runs.map(compactRecord)),
  };
}

/** A row in numbers, its breakdowns as means over the seeds. */
function rowData({ runs, ...row }: MeasuredRow): object {
  const [{ scores: first }] = runs;
  const over = (of: (scores: Scores) => { f1: number } | undefined): Spread => spread(runs.map(({ scores }) => of(scores.scored)?.f1 ?? 0));
  const each = (names: string[], of: (scores: Scores, name: string) => { f1: number } | undefined): object =>
    Object.fromEntries(names.map((name) => [name, over((scores) => of(scores, name))]));
  return {
    ...row,
    description: variant(row.variant).description,
    breakdown: {
      types: each(Object.keys(first.scored.types), ({ types }, name) => types[name]),
      lengths: each(Object.keys(first.scored.lengths), ({ lengths }, name) => lengths[name as keyof Scores['lengths']]),
      nested: over(({ nested }) => nested),
      flat: over(({ flat }) => flat),
    },
    runs: runs.map((record) => ({ ...scoredRun(record), seconds: record.seconds })),
  };
}
