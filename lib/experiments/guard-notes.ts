import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { projectRoot } from '../common';
import type { SplitScheme } from '../corpus';
import type { RunConfig } from './config';

/** The seed of the random splits whose scored documents are kept out of an encoder's text. */
const guardedSeed = 1;

/** Of a record that `medner pretrain` or `medner word-vectors` leaves beside what it made: the corpora that its text was guarded for. */
const Pretraining = z.object({ config: z.object({ text: z.object({ corpora: z.array(z.string()), guarded: z.array(z.string()) }) }) });
const records = ['pretraining.json', 'word-vectors.json'];

/**
 * What a run says where it starts from something that this project pre-trained and scores documents that nothing kept out of that text: those of a
 * random split of a guarded corpus with another seed than the guard had.
 */
export function guardNotes({ corpus: { id, splitSeed }, model, wordVectors }: Pick<RunConfig, 'corpus' | 'model' | 'wordVectors'>, scheme: SplitScheme): string[] {
  if (scheme === 'official' || splitSeed === guardedSeed) return [];
  const weights = model.characters ? undefined : model.encoder.weights;
  const folders = new Set([weights, wordVectors?.pretrained].flatMap((folder) => folder ?? []));
  return [...folders].filter((folder) => guardedFor(folder).includes(id)).map((folder) =>
    `${path.basename(folder)}'s text was cleared of the scored documents of random splits with seed ${guardedSeed}; those of this split, with seed ${splitSeed}, were not kept out of it, and their texts may have been read in pre-training`);
}

function guardedFor(folder: string): string[] {
  const files = records.map((name) => path.resolve(projectRoot, folder, name)).filter((file) => existsSync(file));
  return files.flatMap((file) => {
    const { success, data } = Pretraining.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return success ? [...data.config.text.corpora, ...data.config.text.guarded] : [];
  });
}
