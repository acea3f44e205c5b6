import { loadFeatures, type FeatureRecord, type LlmFeatures } from '../llm';
import type { ChannelResources } from '../models';
import type { RunConfig } from './config';
import type { Part, RunData } from './data';
import { trainingDocuments } from './training-documents';

/** What a chat model tells of a run's texts. */
export interface RunFeatures {
  record: FeatureRecord;
  of(part: Part, text: string): LlmFeatures;
}

/** A text of which nothing is told: its enhanced text is itself (see ChannelInputs), and there are no keywords. */
export const bareFeatures = (text: string): LlmFeatures => ({ text, enhanced: null, keywords: [], relations: [] });

/** The features of a run's documents, those that augmentation of either kind adds included; undefined for a model that reads none. */
export async function runFeatures(config: RunConfig, data: RunData): Promise<RunFeatures | undefined> {
  if (!config.features) return undefined;
  const { provider, testEnhancement } = config.features;
  const { record, of } = await featuresOf(await featureTexts(config, data), config.corpus.id, provider);
  return { record, of: (part, text) => (part === 'train' || testEnhancement ? of(text) : bareFeatures(text)) };
}

/** The texts of which a run wants features. */
export async function featureTexts(config: RunConfig, data: RunData): Promise<string[]> {
  const { documents: train } = await trainingDocuments(config, data);
  const told = config.features?.testEnhancement ? [...train, ...data.parts.tuning, ...data.parts.scored] : train;
  return told.map(({ text }) => text);
}

/** What `makeExamples` wants for the documents of one part; undefined for a model without channels. */
export function channelResources({ model }: RunConfig, features: RunFeatures | undefined, part: Part): ChannelResources | undefined {
  return model.channels && { config: model.channels, featuresOf: (text) => features?.of(part, text) ?? bareFeatures(text) };
}

/** The same for texts that a finished run has not seen: features by its own provider, or none where its scored documents had none. */
export async function newTextResources({ model, features: config, corpus }: RunConfig, texts: readonly string[]): Promise<ChannelResources | undefined> {
  if (!model.channels) return undefined;
  if (!config?.testEnhancement) return { config: model.channels, featuresOf: bareFeatures };
  const { of } = await featuresOf(texts, corpus.id, config.provider);
  return { config: model.channels, featuresOf: of };
}

async function featuresOf(texts: readonly string[], corpus: string, provider: string): Promise<{ record: FeatureRecord; of(text: string): LlmFeatures }> {
  const distinct = [...new Set(texts)];
  const { features, record } = await loadFeatures(distinct, { corpus, provider });
  const byText = new Map(distinct.map((text, i) => [text, features[i]]));
  return { record, of: (text) => byText.get(text)! };
}
