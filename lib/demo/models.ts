import { existsSync, readdirSync } from 'node:fs';
import * as path from 'node:path';
import { displayPath, InputError } from '../common';
import { loadPredictor, readRecord, runFiles, runsFolder, type RunRecord } from '../experiments';
import type { ScoredEntity } from '../models';

/** A model that the page asks. */
export interface DemoModel {
  key: string;
  /** `da-rw-egp, sample, quick, seed 0`. */
  name: string;
  /** Strict micro F1 on the documents that its run scored. */
  f1: number;
  types: string[];
  predict(text: string): Promise<ScoredEntity[]>;
  dispose(): void;
}

/**
 * The best two finished runs on the embedded corpus, of different variants: two seeds of one would show little.
 * @throws InputError where there is none, with what to run
 */
export function bestRuns(runs = runsFolder): string[] {
  const best = new Map<string, RunRecord>();
  const folders = existsSync(runs) ? readdirSync(runs).sort() : [];
  for (const folder of folders) {
    const record = existsSync(path.join(runs, folder, runFiles.weights)) ? readRecord(path.join(runs, folder)) : null;
    // Pre-training keeps its runs there too, whose records score no entities.
    if (record?.config?.corpus?.id !== 'sample' || !record.scores?.scored) continue;
    const { variant } = record.config;
    const before = best.get(variant);
    if (!before || f1Of(record) > f1Of(before)) best.set(variant, record);
  }
  if (!best.size) {
    throw new InputError(
      `${displayPath(runs)} holds no finished run on the embedded corpus; npm start makes some, or make two yourself, a minute or so each: ` +
        'npx medner train da-rw-egp --data sample, npx medner train bert-crf --data sample; or name runs with --run',
    );
  }
  return [...best.values()].sort((a, b) => f1Of(b) - f1Of(a)).slice(0, 2).map(({ key }) => path.join(runs, key));
}

const f1Of = ({ scores }: RunRecord): number => scores.scored.micro.f1;

export async function loadModel(keyOrPath: string): Promise<DemoModel> {
  const { record, predict, dispose } = await loadPredictor(keyOrPath);
  const { config, data } = record;
  return {
    key: record.key,
    name: `${config.variant}, ${data.corpus}, ${config.profile}, seed ${config.seed}`,
    f1: f1Of(record),
    types: data.types,
    predict: async (text) => (await predict([{ id: 'text', text }]))[0].entities,
    dispose,
  };
}
