import { existsSync, readFileSync, readdirSync } from 'node:fs';
import * as path from 'node:path';
import { InputError, displayPath } from '../../common';
import type { ExplorerCorpus } from './explorer';

/** The counts that `medner data lengths` wrote into a folder, the embedded corpus first, the others by name. Corpora of one name are called after their files. */
export function readLengthCounts(folder: string): ExplorerCorpus[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.json')).sort();
  const all = files.map((name) => readCounts(path.join(folder, name)));
  const isShared = (name: string): boolean => all.filter(({ corpus }) => corpus === name).length > 1;
  const corpora = all.map((counts, i) => (isShared(counts.corpus) ? { ...counts, corpus: path.basename(files[i], '.json') } : counts));
  return [...corpora.filter(({ examples }) => examples), ...corpora.filter(({ examples }) => !examples)];
}

function readCounts(file: string): ExplorerCorpus {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ExplorerCorpus;
  } catch (error) {
    throw new InputError(`${displayPath(file)}: expected JSON, found ${(error as Error).message}; delete it, and make it again with npx medner data lengths CORPUS`);
  }
}
