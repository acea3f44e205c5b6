import { augmentTraditionally, readTraditionalSynonyms, type TraditionalConfig, type TraditionallyAugmented } from '../augment';
import { canonicalJson } from '../common';
import type { Document } from '../corpus';
import { augmentationIdentity, contentHash } from './augmentation';
import type { RunConfig } from './config';
import type { RunData } from './data';

/** Translates texts by the model of one folder, and the answers by that of the other: one text for each, in their order. */
export type BackTranslate = (texts: readonly string[], folders: { there: string; back: string }) => Promise<string[]>;

/** Those of this process: the seeds of a comparison share one, and translating takes long. */
const made = new Map<string, Promise<TraditionallyAugmented>>();

/**
 * The training documents, `train`, with those that a run's traditional method adds. Drawn with the split's seed; tuning and scored documents are
 * only kept out.
 */
export function traditionallyAugmented(
  { traditional, augmentation, corpus: { splitSeed } }: RunConfig,
  { parts, records }: RunData,
  train: readonly Document[],
  backTranslate?: BackTranslate,
): Promise<TraditionallyAugmented> {
  const config = traditional!;
  const contents = [records.train.content, records.tuning.content, records.scored.content];
  const key = canonicalJson([traditionalIdentity(config), augmentation ? augmentationIdentity(augmentation) : null, contents, splitSeed]);
  const known = made.get(key) ?? augmentTraditionally(train, config, {
    synonyms: readTraditionalSynonyms(config),
    translate: backTranslate && config.method === 'back-translation' ? (texts) => backTranslate(texts, { there: config.there, back: config.back }) : undefined,
    scored: [...parts.tuning, ...parts.scored],
  }, splitSeed);
  made.set(key, known);
  // A failure may be another's: the next run tries again.
  known.catch(() => made.delete(key));
  return known;
}

/** What a method depends on: its config, with the contents of files in place of their names. */
export function traditionalIdentity(config: TraditionalConfig): object {
  if (config.method === 'synonyms') return { ...config, files: config.files.map(contentHash) };
  if (config.method === 'back-translation') return { ...config, there: contentHash(config.there), back: contentHash(config.back) };
  return config;
}
