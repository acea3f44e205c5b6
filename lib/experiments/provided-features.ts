import { InputError } from '../common';
import { featureCoverage, loadFeatures, offlineProvider, type FeatureProvider, type LoadedFeatures } from '../llm';
import { rowConfigs, seedsOf, type ModelRow } from './comparison';
import { loadRunData } from './data';
import type { ExperimentRequest } from './experiment';
import { featureTexts } from './features';

/** The chat models of paper A, as it prints them and as a server or a folder may call them. Other versions are other models. */
export const paperChatModels = [
  { printed: 'ChatGLM-6B-v1.1', called: /(?:^|\/)chatglm-6b(?:-v1\.1)?$/i, example: 'chatglm-6b' },
  { printed: 'ChatGPT-3.5-turbo', called: /(?:^|\/)gpt-3\.5-turbo(?:-0613)?$/i, example: 'gpt-3.5-turbo-0613' },
  { printed: 'Qwen-14B-Chat', called: /(?:^|\/)qwen-14b-chat$/i, example: 'Qwen/Qwen-14B-Chat' },
] as const;
export type PaperChatModel = (typeof paperChatModels)[number];

/** The one that all of paper A but Table 7 is made with (section 4.3). */
export const [paperChatModel] = paperChatModels;

/** The paper's chat model that told a provider's features; undefined where it is none of them. */
export const paperModelOf = ({ identity }: FeatureProvider): PaperChatModel | undefined => paperChatModels.find(({ called }) => called.test(identity.model.model));

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
