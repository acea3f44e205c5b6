import type { Figure } from '../figures';
import type { Paper } from '../models';
import type { RunHooks } from './run';
import type { CompactRecord } from './record';
import type { Table } from './table';

export interface ExperimentHooks {
  /** A run begins. */
  onRun?(label: string): void;
  /** Its hooks, for a progress line. */
  run?: RunHooks;
  /** A run is finished: read back, or made. */
  onRunDone?(cached: boolean): void;
  /** Tables of what is finished so far, after each seed that had something to run. */
  onInterim?(tables: Table[]): void;
}

export interface ExperimentRequest {
  corpus: string;
  profile: string;
  /** null: the profile's. */
  seeds: readonly number[] | null;
  /** `a.b=c` assignments to every run's config. */
  set: readonly string[];
  /** What the result's files are called behind corpus and profile; without it, by `set`. */
  name?: string;
  /** Whose split and settings the runs have: told by the experiment itself. */
  paper?: Paper;
  hooks?: ExperimentHooks;
  signal?: AbortSignal;
  checkpointSeconds?: number;
  /** Runs made at once, in processes of their own; null: as many as suit models and machine (side-by-side.ts). Default 1. */
  jobs?: number | null;
  /** Where runs' folders lie; default results/runs. */
  runs?: string;
}

export interface ExperimentOutput<Data extends object = object> {
  /** The first is what the paper prints and becomes the CSV. */
  tables: Table[];
  /** Everything in numbers: fractions and counts, unrounded. */
  data: Data;
  figure: Figure;
  /** Of the runs behind the numbers. */
  records: CompactRecord[];
}

export interface Experiment {
  name: string;
  title: string;
  /** What it re-does, and the claim it tests. */
  description: string;
  /** The paper that it re-does: its runs have that paper's split and settings (`paperExperiment`). */
  paper?: Paper;
  /** Says the same whatever corpus, profile and seeds are asked for: its files are named by itself. */
  corpusFree?: true;
  /** Makes no run, so that profile, seeds and assignments say nothing to it. */
  runFree?: true;
  /** How many runs a request takes. */
  runs(request: ExperimentRequest): number;
  run(request: ExperimentRequest): Promise<ExperimentOutput>;
}
