import { InputError } from '../common';
import { featureCoverage, loadFeatures, offlineProvider, type FeatureProvider, type LoadedFeatures } from '../llm';
import { rowConfigs, seedsOf, type ModelRow } from './comparison';
import { loadRunData } from './data';
import type { ExperimentRequest } from './experiment';
import { featureTexts } from './features';
import { paperChatModelCalled, type PaperChatModel } from './paper-chat-models';

/** The paper's chat model that told a provider's features; undefined where it is none of them. */
export const paperModelOf = ({ identity }: FeatureProvider): PaperChatModel | undefined => paperChatModelCalled(identity.model.model);

export const answersByRule = ({ identity }: FeatureProvider): boolean => identity.model.model === offlineProvider;

/** Who told a provider's features, for a table's column `model`. */
export const modelCell = (provider: FeatureProvider): string => (answersByRule(provider) ? 'none' : provider.identity.model.model);

/** A provider, and whether a request's runs can be made with it. */
export interface ProvidedFeatures extends FeatureProvider {
  /** Distinct texts of the runs, and those of them that it has features of. */
  texts: number;
  covered: number;
  /** Absent where some are missing. */
  loaded?: LoadedFeatures;
}

/** One whose features are all there. */
export type WholeFeatures = ProvidedFeatures & { loaded: LoadedFeatures };
export const isWhole = (provided: ProvidedFeatures): provided is WholeFeatures => provided.loaded !== undefined;

const model = 'llm-medner';

/** Paper A's model with a provider's features. */
export const featureRow = ({ provider }: FeatureProvider): ModelRow => ({ variant: model, label: provider, set: [`features.provider=${JSON.stringify(provider)}`] });

/**
 * What each provider tells of the texts of a request's runs. Runs are keyed by what it tells, so that two who tell the same share theirs.
 * @throws InputError where the request names a provider: rows would no longer differ by it
 */
export async function providedFeatures(providers: readonly FeatureProvider[], request: ExperimentRequest): Promise<ProvidedFeatures[]> {
  const named = request.set.find((assignment) => /^\s*features(?:\.provider)?\s*=/.test(assignment));
  if (named) throw new InputError(`--set ${named}: the rows of this experiment differ by features.provider; leave it out (features.testEnhancement=… may be set by itself)`);
  const [config] = rowConfigs([{ variant: model, label: model }], request, seedsOf(request)[0]);
  const texts = await featureTexts(config, await loadRunData(config.corpus));
  const provided: ProvidedFeatures[] = [];
  for (const one of providers) {
    const source = { corpus: config.corpus.id, provider: one.provider };
    const coverage = featureCoverage(texts, source);
    provided.push({ ...one, ...coverage, ...(coverage.covered === coverage.texts && { loaded: await loadFeatures(texts, source) }) });
  }
  return provided;
}
