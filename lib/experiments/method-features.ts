import { type KnownTerms, TraditionalConfig, traditionalMethods, type TraditionalMethodName } from '../augment';
import { canonicalJson, didYouMean, InputError, sha256 } from '../common';
import type { LlmFeatures } from '../llm';
import { featuresByMethod, traditionalIdentity } from './traditional';

const prefix = 'traditional:';

/** A traditional method as a provider of features, by the name that `features.provider` gives it: `traditional:masking`. */
export const methodProvider = (method: TraditionalMethodName): string => prefix + method;

/**
 * The method that a provider's name stands for; undefined where it is a chat model's, a file's or `offline-lexicon`.
 * @throws InputError on a method that there is not
 */
export function providingMethod(provider: string): TraditionalMethodName | undefined {
  if (!provider.startsWith(prefix)) return undefined;
  const method = traditionalMethods.find((name) => provider === methodProvider(name));
  if (method) return method;
  const names = traditionalMethods.map(methodProvider);
  throw new InputError(`features.provider: there is no ${provider}${didYouMean(provider, names)}; there are ${names.join(', ')}`);
}

/** What the record of a run tells of features that a traditional method made. */
export interface MethodFeatureRecord {
  provider: string;
  /** The method with its amounts, files by their contents. */
  method: object;
  /** Distinct texts, and those that the method changed: the others are their own second text. */
  documents: number;
  changed: number;
  /** SHA-256 of the features of the distinct texts, whatever their order: what a run that uses them depends on. */
  content: string;
}

export interface MethodFeatures {
  /** In the order of the texts. */
  features: LlmFeatures[];
  record: MethodFeatureRecord;
}

/** @param texts each once */
export async function methodFeatures(texts: readonly string[], { method, terms, splitSeed }: { method: TraditionalMethodName; terms: KnownTerms; splitSeed: number }): Promise<MethodFeatures> {
  const features = await featuresByMethod(texts, { method, terms, splitSeed });
  const content = features.map(({ text, ...rest }) => canonicalJson({ ...rest, text: sha256(text) })).sort().join('\n');
  return {
    features,
    record: {
      provider: methodProvider(method),
      method: traditionalIdentity(TraditionalConfig.parse({ method })),
      documents: texts.length,
      changed: features.filter(({ enhanced }) => enhanced !== null).length,
      content: sha256(content),
    },
  };
}
