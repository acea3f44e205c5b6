import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { KnownTerms } from '../augment';
import { canonicalJson, displayPath, InputError, OnceEach, sha256 } from '../common';
import { featureFile, loadFeatures, textsWithoutFeatures, type FeatureRecord, type FeatureSource, type LlmFeatures } from '../llm';
import type { ChannelResources } from '../models';
import type { RunConfig } from './config';
import type { Part, RunData } from './data';
import { methodFeatures, providingMethod, type MethodFeatureRecord, type MethodFeatures } from './method-features';
import { trainingDocuments } from './training-documents';

/** What a chat model tells of a run's texts, or what a traditional method makes of them. */
export interface RunFeatures {
  record: FeatureRecord | MethodFeatureRecord;
  of(part: Part, text: string): LlmFeatures;
  /** What a traditional method knows from the training documents, and needs for new texts. */
  terms?: KnownTerms;
}

/** A text of which nothing is told: its enhanced text is itself (see ChannelInputs), and there are no keywords. */
export const bareFeatures = (text: string): LlmFeatures => ({ text, enhanced: null, keywords: [], relations: [] });

/** The features of a run's documents, those that augmentation of either kind adds included; undefined for a model that reads none. */
export async function runFeatures(config: RunConfig, data: RunData): Promise<RunFeatures | undefined> {
  if (!config.features) return undefined;
  const { provider, testEnhancement } = config.features;
  const texts = await featureTexts(config, data);
  const method = providingMethod(provider);
  const { features, record, terms } = method ? await made(texts, provider, config, data) : { ...(await loadFeatures(texts, { corpus: config.corpus.id, provider })), terms: undefined };
  const of = byText(features);
  return { record, of: (part, text) => (part === 'train' || testEnhancement ? of(text) : bareFeatures(text)), ...(terms && { terms }) };
}

/** Those of this process by a traditional method: the seeds of a comparison share one. */
const known = new OnceEach<MethodFeatures & { terms: KnownTerms }>();

function made(texts: readonly string[], provider: string, { corpus: { splitSeed } }: RunConfig, { parts, records }: RunData): Promise<MethodFeatures & { terms: KnownTerms }> {
  const method = providingMethod(provider)!;
  return known.get(canonicalJson([method, splitSeed, records.train.content, sha256(canonicalJson(texts))]), async () => {
    const terms = KnownTerms.of(parts.train);
    return { ...(await methodFeatures(texts, { method, terms, splitSeed })), terms };
  });
}

function byText(features: readonly LlmFeatures[]): (text: string) => LlmFeatures {
  const places = new Map(features.map((one) => [one.text, one]));
  return (text) => places.get(text)!;
}

/** The texts of which a run wants features, once each. */
export async function featureTexts(config: RunConfig, data: RunData): Promise<string[]> {
  const { documents: train } = await trainingDocuments(config, data);
  const told = config.features?.testEnhancement ? [...train, ...data.parts.tuning, ...data.parts.scored] : train;
  return [...new Set(told.map(({ text }) => text))];
}

/** What `makeExamples` wants for the documents of one part; undefined for a model without channels. */
export function channelResources({ model }: RunConfig, features: RunFeatures | undefined, part: Part): ChannelResources | undefined {
  return model.channels && { config: model.channels, featuresOf: (text) => features?.of(part, text) ?? bareFeatures(text) };
}

const termsFile = 'known-terms.json';

/** Keeps in a run's folder what `readKnownTerms` reads. */
export function saveKnownTerms(folder: string, features: RunFeatures | undefined): void {
  features?.terms?.save(path.join(folder, termsFile));
}

/** What the traditional method of a finished run knows, from its folder; undefined where new texts need none. */
export function readKnownTerms(folder: string, { features }: RunConfig): KnownTerms | undefined {
  if (!features?.testEnhancement || !providingMethod(features.provider)) return undefined;
  const file = path.join(folder, termsFile);
  if (!existsSync(file)) throw new InputError(`${displayPath(file)} is missing: the run's folder is not whole; train it again`);
  return KnownTerms.read(file);
}

/**
 * What `channelResources` gives, for texts that a finished run has not seen: features by its own provider, or none where its scored documents had none.
 * @param terms as `readKnownTerms` has them
 * @throws InputError where a chat model's features are wanted of texts that it was not asked about
 */
export async function newTextResources(config: RunConfig, texts: readonly string[], terms?: KnownTerms): Promise<ChannelResources | undefined> {
  const { model, features: wanted, corpus } = config;
  if (!model.channels) return undefined;
  if (!wanted?.testEnhancement) return { config: model.channels, featuresOf: bareFeatures };
  const distinct = [...new Set(texts)];
  const method = providingMethod(wanted.provider);
  if (!method) refuseUnasked(distinct, config.variant, { corpus: corpus.id, provider: wanted.provider });
  const { features } = method
    ? await methodFeatures(distinct, { method, terms: terms!, splitSeed: corpus.splitSeed })
    : await loadFeatures(distinct, { corpus: corpus.id, provider: wanted.provider });
  return { config: model.channels, featuresOf: byText(features) };
}

function refuseUnasked(texts: readonly string[], variant: string, source: FeatureSource): void {
  const missing = textsWithoutFeatures(texts, source);
  if (missing.length === 0) return;
  throw new InputError(
    `${displayPath(featureFile(source.corpus, source.provider))} has no features of ${missing.length} of the ${texts.length} texts, the first «${Array.from(missing[0]).slice(0, 40).join('')}…», ` +
      `and this run's model, ${variant} with features of ${source.provider}, reads them of every text. The chat model is asked about the texts of a corpus only, before training; ` +
      'for new texts take a run that does without it: trained with --set features.testEnhancement=false, or with --set features.provider=offline-lexicon',
  );
}
