import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { canonicalJson, displayPath, InputError } from '../common';
import { runsFolder } from '../experiments';
import { weightsFile, wordVectorFiles } from '../models';
import type { PretrainConfig } from './config';
import { readPretrainRecord, recordFile, type PretrainRecord } from './record';
import type { WordVectorTraining } from './word-vector-config';
import { readWordVectorRecord, wordVectorRecordFile, type WordVectorTrainingRecord } from './word-vectors';

/** Where the weights after a share of the updates are published. */
export const snapshotFolder = (folder: string, share: number): string => `${folder}-${Math.round(100 * share)}`;

const equal = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);

/**
 * Refuses to publish an encoder over another. Before training, `made` is unknown: one of the same config may be published again, as after a
 * stop while it was, if its run is there to be read back. After it, the same weights may.
 * @throws InputError
 */
export function notOverEncoder(folder: string, config: PretrainConfig, made?: PretrainRecord, runs = runsFolder): void {
  const there = readPretrainRecord(folder);
  const own = made ?? (there && equal(there.config, config) ? readPretrainRecord(path.join(runs, `pretrain-${there.key}`)) : null);
  if (there && there.weights === own?.weights) return;
  refuse('an encoder', folder, [weightsFile, recordFile], there, made && 'The pre-training is kept: the same command reads it back.');
  for (const share of config.training.snapshots) refuse('an encoder', snapshotFolder(folder, share), [weightsFile], null);
}

/** The same of word vectors. They may join an encoder. */
export function notOverWordVectors(folder: string, config: WordVectorTraining, made?: WordVectorTrainingRecord, runs = runsFolder): void {
  const there = readWordVectorRecord(folder);
  const own = made ?? (there && equal(there.config, config) ? readWordVectorRecord(path.join(runs, `word-vectors-${there.key}`)) : null);
  if (there && there.vectors.sha256 === own?.vectors.sha256) return;
  refuse('word vectors', folder, [...Object.values(wordVectorFiles), wordVectorRecordFile], there, made && 'They are kept: the same command reads them back.');
}

function refuse(what: string, folder: string, files: readonly string[], there: { command: string } | null, kept?: string): void {
  const found = files.filter((file) => existsSync(path.join(folder, file)));
  if (!found.length) return;
  const origin = there ? `, made by \`${there.command}\`` : '';
  throw new InputError([
    `${displayPath(folder)} has ${what} already (${found.join(', ')})${origin}: name another folder with --name, or write over it with --force.`, ...(kept ? [kept] : []),
  ].join(' '));
}
