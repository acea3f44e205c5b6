import { canonicalJson, displayPath, inProject, writeFileAtomic } from '../common';
import { corpusFileName } from '../corpus';
import { closeBrowser, exportFigure, type Figure } from '../figures';
import type { Paper } from '../models';
import { toLatex } from './latex';
import type { RunHooks } from './run';
import type { CompactRecord } from './record';
import { toCsv, toMarkdown, type Table } from './table';

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
  /** How many runs a request takes. */
  runs(request: ExperimentRequest): number;
  run(request: ExperimentRequest): Promise<ExperimentOutput>;
}

/**
 * Writes results/NAME/CORPUS-PROFILE.{md,tex,csv,json,records.jsonl} and figures/NAME/CORPUS-PROFILE.{json,html,svg,png}; the last two
 * only where a browser is there. An experiment without a corpus calls them NAME/NAME.*; one of several subjects puts that before the corpus. Returns the files' paths.
 */
export async function writeOutput(
  { name, corpusFree, subject }: Pick<Experiment, 'name' | 'corpusFree'> & { subject?: string },
  { corpus, profile }: Pick<ExperimentRequest, 'corpus' | 'profile'>,
  output: ExperimentOutput,
): Promise<string[]> {
  const base = corpusFree ? name : `${subject ? `${subject}-` : ''}${corpusFileName(corpus)}-${profile}`;
  const written: string[] = [];
  const result = (extension: string, text: string): void => {
    const file = inProject('results', name, `${base}.${extension}`);
    writeFileAtomic(file, text);
    written.push(file);
  };
  result('md', output.tables.map(toMarkdown).join('\n'));
  result('tex', output.tables.map(toLatex).join('\n'));
  result('csv', toCsv(output.tables[0]));
  const setting = corpusFree ? {} : { ...(subject && { subject }), corpus, profile };
  result('json', JSON.stringify({ experiment: name, ...setting, tables: output.tables, ...output.data }, null, 2) + '\n');
  if (output.records.length) result('records.jsonl', output.records.map((record) => canonicalJson(record) + '\n').join(''));
  const figures = await exportFigure(output.figure, inProject('figures', name, base));
  await closeBrowser();
  for (const file of [figures.json, figures.html, figures.svg, figures.png]) if (file) written.push(file);
  return written.map((file) => displayPath(file));
}
