import * as path from 'node:path';
import { canonicalJson, displayPath, inProject, writeFileAtomic, writeJson } from '../common';
import { closeBrowser, exportFigure, type Figure } from '../figures';
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
  hooks?: ExperimentHooks;
  signal?: AbortSignal;
  checkpointSeconds?: number;
  /** Where runs' folders lie; default results/runs. */
  runs?: string;
}

export interface ExperimentOutput {
  /** The first is what the paper prints and becomes the CSV. */
  tables: Table[];
  /** Everything in numbers: fractions and counts, unrounded. */
  data: object;
  figure: Figure;
  /** Of the runs behind the numbers. */
  records: CompactRecord[];
}

export interface Experiment {
  name: string;
  title: string;
  /** What it re-does, and the claim it tests. */
  description: string;
  /** How many runs a request takes. */
  runs(request: ExperimentRequest): number;
  run(request: ExperimentRequest): Promise<ExperimentOutput>;
}

/**
 * Writes results/NAME/CORPUS-PROFILE.{md,csv,json,records.jsonl} and figures/NAME/CORPUS-PROFILE.{json,html,svg,png}; the last two
 * only where a browser is there. Returns the files' paths.
 */
export async function writeOutput(name: string, { corpus, profile }: ExperimentRequest, output: ExperimentOutput): Promise<string[]> {
  // A corpus given as a path is named by its last part.
  const base = `${path.basename(corpus).replace(/\.[a-z]+$/i, '')}-${profile}`;
  const result = (extension: string): string => inProject('results', name, `${base}.${extension}`);
  const written = [result('md'), result('csv'), result('json')];
  writeFileAtomic(written[0], output.tables.map(toMarkdown).join('\n'));
  writeFileAtomic(written[1], toCsv(output.tables[0]));
  writeJson(written[2], { experiment: name, corpus, profile, tables: output.tables, ...output.data });
  if (output.records.length) {
    written.push(result('records.jsonl'));
    writeFileAtomic(written[3], output.records.map((record) => canonicalJson(record) + '\n').join(''));
  }
  const figures = await exportFigure(output.figure, inProject('figures', name, base));
  await closeBrowser();
  for (const file of [figures.json, figures.html, figures.svg, figures.png]) if (file) written.push(file);
  return written.map((file) => displayPath(file));
}
