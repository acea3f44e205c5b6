import { InputError } from '../common';
import { comparable } from './comparable';
import type { RunConfig } from './config';
import type { ExperimentRequest } from './experiment';
import { fieldOf } from './overrides';
import type { ReportedScore } from './paper';
import { profile, resolveConfig } from './profiles';
import type { RunRecord } from './record';
import { runOptions, withRuns } from './side-by-side';
import { spread, welchTest, type Spread } from './statistics';
import type { Table } from './table';
import { verdictOn } from './verdict';

/** A model of a comparison. */
export interface ModelRow {
  variant: string;
  label: string;
  /** `a.b=c` assignments of this row's own. */
  set?: readonly string[];
  /** The paper has no such row, though it has one of the variant. */
  unprinted?: true;
}

/** A row of a comparison, measured. */
export interface MeasuredRow extends ModelRow {
  precision: Spread;
  recall: Spread;
  f1: Spread;
  /** F1 above the first row's. */
  gain: number | null;
  /** Welch's test of F1 against the first row; null where a row has one seed or neither has a spread. */
  p: number | null;
  paper: ReportedScore | null;
  verdict: string;
  /** F1 against the outermost gold entities alone, where gold entities nest. */
  flatGold?: Spread;
  runs: RunRecord[];
}

export const seedsOf = (request: ExperimentRequest): readonly number[] => request.seeds ?? profile(request.profile).seeds;

/**
 * Trains every row with every seed, the first seed of all rows first, so that an early stop leaves a whole table of fewer
 * seeds; after each round that had something to run, tells the tables of what is there.
 */
export async function runRows(rows: readonly ModelRow[], request: ExperimentRequest, tables: (records: RunRecord[][]) => Table[]): Promise<RunRecord[][]> {
  const { hooks = {} } = request;
  const records = rows.map((): RunRecord[] => []);
  const seeds = seedsOf(request);
  const configs = seeds.flatMap((seed) => rowConfigs(rows, request, seed));
  await withRuns(configs, runOptions(request), async (result) => {
    for (const [round, seed] of seeds.entries()) {
      let made = false;
      for (const [index, { label }] of rows.entries()) {
        hooks.onRun?.(`${label}, seed ${seed}`);
        const { record, cached } = await result(round * rows.length + index);
        records[index].push(record);
        made ||= !cached;
        hooks.onRunDone?.(cached);
      }
      if (made && round + 1 < seeds.length) hooks.onInterim?.(tables(records));
    }
  });
  return records;
}

/** How many runs a request makes of rows. What `run` would refuse of its settings is refused here, before the runs of another experiment take their hours. */
export function countRuns(rows: readonly ModelRow[], request: ExperimentRequest, seeds = seedsOf(request)): number {
  rowConfigs(rows, request, seeds[0]);
  return rows.length * seeds.length;
}

/** One config a row. An assignment may concern some rows only (a band has no place in BERT), but at least one; a row's own stand over it. */
export function rowConfigs(rows: readonly ModelRow[], { corpus, profile: name, set, paper }: ExperimentRequest, seed: number): RunConfig[] {
  const used = new Set<string>();
  const refusals = new Map<string, InputError>();
  const configs = rows.map(({ variant: row, set: own = [] }) => {
    // What a row differs by stays, be it in a group that is set as a whole: else two rows would be one.
    const keeping = (assignment: string): string[] => [assignment, ...own.filter((mine) => fieldOf(mine).startsWith(`${fieldOf(assignment)}.`))];
    const config = (list: readonly string[]): RunConfig => resolveConfig({ variant: row, corpus, profile: name, seed, set: [...own, ...list.flatMap(keeping)], paper });
    const wanted = set.filter((assignment) => !own.some((mine) => fieldOf(mine) === fieldOf(assignment)));
    // All together first: some fit only with each other.
    const whole = orRefusal(() => config(wanted));
    if (!(whole instanceof InputError)) {
      for (const assignment of wanted) used.add(assignment);
      return whole;
    }
    const fitting: string[] = [];
    for (const assignment of wanted) {
      const one = orRefusal(() => config([...fitting, assignment]));
      if (one instanceof InputError) refusals.set(assignment, one);
      else fitting.push(assignment);
    }
    for (const assignment of fitting) used.add(assignment);
    return config(fitting);
  });
  const unused = set.find((assignment) => !used.has(assignment));
  if (unused !== undefined) throw refusals.get(unused) ?? new InputError(`--set ${unused}: every row has a value of its own for ${fieldOf(unused)}`);
  return configs;
}

function orRefusal<T>(action: () => T): T | InputError {
  try {
    return action();
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

export const microMetrics = ['precision', 'recall', 'f1'] as const;

/** A micro figure of the scored documents over runs. */
export const microSpread = (runs: readonly RunRecord[], metric: (typeof microMetrics)[number]): Spread => spread(runs.map(({ scores }) => scores.scored.micro[metric]));

/** The rows with what their runs give, the first as baseline, and with what the paper prints of each. */
export function measureRows<Row extends ModelRow>(
  rows: readonly Row[], records: readonly RunRecord[][], printed: (row: Row) => ReportedScore | null, request: ExperimentRequest,
): (Row & MeasuredRow)[] {
  const f1s = records.map((runs) => microSpread(runs, 'f1'));
  const paper = rows.map(printed);
  return rows.map((row, index) => {
    const p = index === 0 ? undefined : welchTest(f1s[index].values, f1s[0].values)?.p;
    const sharesRuns = records[index].every(({ key }, i) => key === records[0][i]?.key);
    const baseline = index === 0 ? null : { label: rows[0].label, f1: f1s[0], paper: paper[0]?.f1 ?? null, sharesRuns };
    const comparison = { f1: f1s[index], paper: paper[index]?.f1 ?? null, baseline, p };
    return {
      ...row,
      precision: microSpread(records[index], 'precision'),
      recall: microSpread(records[index], 'recall'),
      f1: f1s[index],
      gain: baseline && f1s[index].mean - baseline.f1.mean,
      p: p ?? null,
      paper: paper[index],
      verdict: verdictOn(comparison, comparable(request, records[index])),
      runs: records[index],
    };
  });
}
