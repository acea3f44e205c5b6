import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { InputError } from '../../common';
import type { Document } from '../../corpus';
import { seedsOf } from '../comparison';
import type { RunConfig } from '../config';
import type { ExperimentRequest } from '../experiment';
import { resolveConfig } from '../profiles';
import { runFiles, runsFolder, type RunRecord } from '../record';
import { locateRun } from '../run';
import { predictedDocuments } from '../run-predictions';
import { ownRow } from './printed';
import { measured, type DirectRow } from './rows';

const variant = 'llm-medner';

/** LLM-MedNER on the same documents, of those runs of `a-comparison` that are finished; none is made. */
export async function ownModel(request: ExperimentRequest, set: readonly string[], gold: readonly Document[]): Promise<DirectRow> {
  const { corpus, profile, paper, runs: folder = runsFolder } = request;
  const label = 'LLM-MedNER';
  const found: { record: RunRecord; predictions: Document[] }[] = [];
  try {
    for (const seed of seedsOf(request)) {
      const config = resolveConfig({ variant, corpus, profile, seed, set, paper });
      // To know a run's key takes its documents' features, minutes of work: not where there is no such run.
      const run = mayHold(folder, config) && (await locateRun(config, { runs: folder })).finished;
      if (run) found.push({ record: run.record, predictions: predictedDocuments(gold, run.record, run.folder) });
    }
  } catch (error) {
    // Weights or features that are not there: then neither is the run.
    if (!(error instanceof InputError)) throw error;
    return { label, printed: ownRow, status: 'not run: its weights or features are not there' };
  }
  if (found.length === 0) return { label, printed: ownRow, status: 'not run: no finished run' };
  return {
    label,
    printed: ownRow,
    status: found.length === 1 ? 'trained, 1 seed' : `trained, ${found.length} seeds`,
    measured: measured(gold, found.map(({ predictions }) => predictions)),
    runs: found.map(({ record }) => record),
  };
}

/** Whether the folder has a finished run of this variant, corpus and seed. */
function mayHold(folder: string, { corpus, seed }: RunConfig): boolean {
  return existsSync(folder) && readdirSync(folder).some((name) => {
    const [config, record] = [runFiles.config, runFiles.record].map((file) => path.join(folder, name, file));
    if (!existsSync(config) || !existsSync(record)) return false;
    const other = JSON.parse(readFileSync(config, 'utf8')) as RunConfig;
    return other.variant === variant && other.corpus.id === corpus.id && other.seed === seed;
  });
}
