import { mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Document } from '../../lib/corpus';
import { loadCorpus, writeJsonl } from '../../lib/corpus';

/** A folder with the first documents of the embedded corpus, for runs of seconds. */
export async function smallCorpus(folder: string, counts = { train: 48, dev: 12, test: 12 }): Promise<string> {
  const { splits } = await loadCorpus('sample');
  mkdirSync(folder, { recursive: true });
  for (const [split, count] of Object.entries(counts)) {
    const documents: Document[] = splits[split as 'train']!.filter(({ text }) => text.length < 60).slice(0, count);
    writeFileSync(path.join(folder, `${split}.jsonl`), writeJsonl(documents));
  }
  return folder;
}

/** Assignments that make a run tiny. */
export const tiny = [
  'model.encoder.weights=null',
  'training.epochs=2',
  'training.batchSize=8',
  'model.encoder.layers=1',
  'model.encoder.hidden=16',
  'model.encoder.heads=2',
  'model.encoder.feedForward=32',
];
