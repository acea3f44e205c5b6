import { canonicalJson, InputError, sha256 } from '../common';
import {
  enhancedTextPrompt, extractFeatures, keywordsPrompt, OfflineLexicon, partsOfSpeechPrompt, relationsPrompt, type LlmFeatures,
} from '../llm';

/** Where a run's features came from, as its record keeps it. */
export interface FeatureRecord {
  provider: string;
  /** Versions of the prompts that were asked, by name. */
  prompts: Record<string, number>;
  /** Distinct texts. */
  texts: number;
  /** SHA-256 of the features of those texts, in order. */
  hash: string;
}

const prompts = [keywordsPrompt, enhancedTextPrompt, partsOfSpeechPrompt, relationsPrompt];

/** Of this process: the runs of a comparison share their documents. */
const known = new Map<string, LlmFeatures>();
let lexicon: OfflineLexicon | undefined;

/**
 * The features of texts, in their order, by the offline provider.
 * @throws InputError for any other provider
 */
export async function loadFeatures(texts: readonly string[], { corpus, provider }: { corpus: string; provider: string }): Promise<{ features: LlmFeatures[]; record: FeatureRecord }> {
  if (provider !== 'offline-lexicon') {
    throw new InputError(`features.provider ${provider}: there are no features of ${corpus} by it; use offline-lexicon`);
  }
  lexicon ??= new OfflineLexicon();
  const features: LlmFeatures[] = [];
  for (const text of texts) {
    const found = known.get(text) ?? (await extractFeatures(text, lexicon));
    known.set(text, found);
    features.push(found);
  }
  return {
    features,
    record: { provider, prompts: Object.fromEntries(prompts.map(({ name, version }) => [name, version])), texts: texts.length, hash: sha256(canonicalJson(features)) },
  };
}
