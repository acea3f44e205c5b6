import type { AugmentReport, TraditionalReport } from '../augment';
import type { Document } from '../corpus';
import { augmented } from './augmentation';
import type { RunConfig } from './config';
import type { RunData } from './data';
import { traditionallyAugmented } from './traditional';

/** What a run trains on: the training documents with those that its augmentation, and then its traditional method, add, and what these report. */
export interface TrainingDocuments {
  documents: Document[];
  augmentation?: AugmentReport;
  traditional?: TraditionalReport;
}

export async function trainingDocuments(config: RunConfig, data: RunData, signal?: AbortSignal): Promise<TrainingDocuments> {
  const augmentation = config.augmentation && (await augmented(config.augmentation, data, config.corpus.splitSeed, signal));
  const documents = augmentation?.documents ?? data.parts.train;
  const traditional = config.traditional && (await traditionallyAugmented(config, data, documents));
  return { documents: traditional?.documents ?? documents, augmentation: augmentation?.report, traditional: traditional?.report };
}
