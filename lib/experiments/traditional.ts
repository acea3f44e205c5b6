import {
  augmentTraditionally, KnownTerms, readTraditionalSynonyms, TraditionalConfig, traditionalFeatures, type TraditionallyAugmented, type TraditionalMethodName,
  type TraditionalResources,
} from '../augment';
import { canonicalJson, OnceEach } from '../common';
import type { Document } from '../corpus';
import { backTranslate as byLocalModels, type LlmFeatures } from '../llm';
import { augmentationIdentity, contentHash } from './augmentation';
import type { RunConfig } from './config';
import type { RunData } from './data';

/** Translates texts by the model of one folder, and the answers by that of the other: one text for each, in their order. */
export type BackTranslate = (texts: readonly string[], folders: { there: string; back: string }) => Promise<string[]>;

/** Those of this process: the seeds of a comparison share one, and translating takes long. */
const made = new OnceEach<TraditionallyAugmented>();

/**
 * The training documents, `train`, with those that a run's traditional method adds. Drawn with the split's seed; tuning and scored documents are
 * only kept out.
 */
export function traditionallyAugmented(
  { traditional, augmentation, corpus: { splitSeed } }: RunConfig,
  { parts, records }: RunData,
  train: readonly Document[],
  backTranslate: BackTranslate = byLocalModels,
): Promise<TraditionallyAugmented> {
  const config = traditional!;
  const contents = [records.train.content, records.tuning.content, records.scored.content];
  const key = canonicalJson([traditionalIdentity(config), augmentation ? augmentationIdentity(augmentation) : null, contents, splitSeed]);
  return made.get(key, async () => augmentTraditionally(train, config, { ...resourcesOf(config, backTranslate), scored: [...parts.tuning, ...parts.scored] }, splitSeed));
}

export interface FeatureRequest {
  method: TraditionalMethodName;
  terms: KnownTerms | readonly Document[];
  splitSeed: number;
  backTranslate?: BackTranslate;
}

/**
 * Features of the dual-channel model by a traditional method with its default amounts, in place of a chat model's: for any of a run's texts, from what its
 * training documents mark in other texts. `terms` are those of a finished run where its training documents are not at hand. A text that augmentation made
 * has its mentions from others, so more of them are known than of any other text: Table 9's two channels have no augmentation beside.
 */
export function featuresByMethod(
  texts: readonly string[],
  { method, terms, splitSeed, backTranslate = byLocalModels }: FeatureRequest,
): Promise<LlmFeatures[]> {
  const config = TraditionalConfig.parse({ method });
  const known = terms instanceof KnownTerms ? terms : KnownTerms.of(terms);
  return traditionalFeatures(texts, { ...resourcesOf(config, backTranslate), config, terms: known, seed: splitSeed });
}

function resourcesOf(config: TraditionalConfig, backTranslate: BackTranslate): TraditionalResources {
  if (config.method !== 'back-translation') return { synonyms: readTraditionalSynonyms(config) };
  return { translate: (texts) => backTranslate(texts, { there: config.there, back: config.back }) };
}

/** What a method depends on: its config, with the contents of files in place of their names. */
export function traditionalIdentity(config: TraditionalConfig): object {
  if (config.method === 'synonyms') return { ...config, files: config.files.map(contentHash) };
  if (config.method === 'back-translation') return { ...config, there: contentHash(config.there), back: contentHash(config.back) };
  return config;
}
