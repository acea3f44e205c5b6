import * as path from 'node:path';
import { resolveConfig, run, type RunResult } from '../../lib/experiments';
import { smallCorpus, tiny } from '../experiments/corpus';

/** Two trained models of seconds, of the variants named, in FOLDER/runs. */
export async function trainTwo(folder: string, variants = ['rw-egp', 'bert-crf']): Promise<RunResult[]> {
  const corpus = await smallCorpus(path.join(folder, 'tiny'));
  const results: RunResult[] = [];
  for (const variant of variants) results.push(await run(resolveConfig({ variant, corpus, profile: 'quick', seed: 0, set: tiny }), { runs: path.join(folder, 'runs') }));
  return results;
}
