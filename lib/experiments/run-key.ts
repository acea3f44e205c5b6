import * as path from 'node:path';
import type { BackendInfo } from '../backend';
import { canonicalJson, projectRoot, sha256, sha256File } from '../common';
import { publishedWordVectorsHash, weightsFile } from '../models';
import { augmentationIdentity } from './augmentation';
import type { RunConfig, WordVectorConfig } from './config';
import type { RunData } from './data';
import { vocabularyFile } from './resources';
import { traditionalIdentity } from './traditional';

/**
 * Raised by whoever changes code so that an equal config gives other numbers (a layer's arithmetic, a default that is no
 * config field, the order of batches): runs from before are then no longer read back.
 */
export const semantics = 3;

/**
 * What determines a run's outcome: its config, with the contents of files in place of their names and without the names
 * that stand for nothing else (variant, profile, corpus), the documents, the backend and the semantics of the code. Equal
 * rows of two experiments, or of two variants that differ in nothing yet, have one key and are run once. An empty field is no part
 * of it: fields that are off unless set can be added and leave the keys of runs from before as they are.
 *
 * @param featuresHash of what a chat model tells of the documents, for models that read it
 */
export function runIdentity(config: RunConfig, data: RunData, backend: BackendInfo, featuresHash?: string): object {
  const { variant: _variant, profile: _profile, corpus: _corpus, ...rest } = config;
  const { vocabulary: _vocabulary, ...tokenization } = config.tokenization;
  const { weights, ...encoder } = config.model.encoder;
  const { lexicon, characters } = config.model;
  if (config.features && featuresHash === undefined) throw new Error('the key of a run with features wants their hash');
  const hashOf = (file: string): string => sha256File(path.resolve(projectRoot, file));
  const vocabulary = vocabularyFile(config);
  return {
    semantics,
    ...rest,
    tokenization: { ...tokenization, vocabulary: vocabulary && hashOf(vocabulary) },
    wordVectors: config.wordVectors && wordVectorIdentity(config.wordVectors, hashOf),
    model: {
      ...config.model,
      // Character vectors stand in the encoder's place.
      encoder: characters ? undefined : { ...encoder, weights: weights === undefined ? null : hashOf(path.join(weights, weightsFile)) },
      lexicon: lexicon && { ...lexicon, files: lexicon.files.map(hashOf) },
    },
    augmentation: config.augmentation && augmentationIdentity(config.augmentation),
    traditional: config.traditional && traditionalIdentity(config.traditional),
    drawnWith: drawingSeed(config),
    features: config.features && { content: featuresHash, testEnhancement: config.features.testEnhancement },
    types: data.types,
    documents: [data.records.train.content, data.records.tuning.content, data.records.scored.content],
    backend: { name: backend.name, device: backend.device === 'cpu' ? 'cpu' : 'gpu' },
  };
}

/** Augmented documents are drawn with the split's seed, though training documents of equal content need not be. Its default, 1, is no part of a key. */
const drawingSeed = ({ augmentation, traditional, corpus: { splitSeed } }: RunConfig): number | undefined =>
  (augmentation || traditional) && splitSeed !== 1 ? splitSeed : undefined;

/** Of finished vectors nothing counts but their content, and how the run's text becomes words. */
function wordVectorIdentity({ pretrained, ...training }: WordVectorConfig, hashOf: (file: string) => string): object {
  const dictionaries = training.dictionaries.map(hashOf);
  if (!pretrained) return { ...training, unlabelled: training.unlabelled.map(hashOf), dictionaries };
  return { pretrained: publishedWordVectorsHash(path.resolve(projectRoot, pretrained)), dictionaries, trainMentions: training.trainMentions };
}

export function runKey(config: RunConfig, data: RunData, backend: BackendInfo, featuresHash?: string): string {
  return sha256(canonicalJson(runIdentity(config, data, backend, featuresHash))).slice(0, 12);
}
