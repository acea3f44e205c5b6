import * as path from 'node:path';
import { flatGoldScore } from '../evaluation';
import { outermost } from '../text';
import type { CorpusConfig } from './config';
import { loadRunData } from './data';
import { runsFolder, type RunRecord } from './record';
import { predictedDocuments } from './run-predictions';
import { spread, type Spread } from './statistics';

/**
 * F1 of runs against the outermost gold entities of a corpus's scored documents alone; of a corpus where none nest, undefined, as it is F1 itself. A run
 * of a model that tags tokens has it in its record; others, and records from before, have it from the predictions that the run kept.
 */
export async function flatGoldF1(corpus: CorpusConfig, folder = runsFolder): Promise<(runs: readonly RunRecord[]) => Spread | undefined> {
  const { scored: gold } = (await loadRunData(corpus)).parts;
  if (gold.every(({ entities }) => outermost(entities).length === entities.length)) return () => undefined;
  const known = new Map<string, number>();
  const f1Of = (record: RunRecord): number => record.flatGold?.scored.f1 ?? predictedF1(record);
  const predictedF1 = (record: RunRecord): number => {
    const f1 = known.get(record.key) ?? flatGoldScore(gold, predictedDocuments(gold, record, path.join(folder, record.key))).f1;
    known.set(record.key, f1);
    return f1;
  };
  return (runs) => spread(runs.map(f1Of));
}
