import type { AugmentResources } from '../augment/augment';
import type { ChatSourcesConfig } from '../augment/config';
import { InputError } from '../common';
import { newAskReport, type AskReport } from './ask';
import { entryIdentity } from './client';
import { offlineProvider } from './offline/name';
import { entryNamed, openModel, type OpenModel, type OpenModelOptions } from './open-model';
import { entityGenerationPrompt, entityVerificationPrompt, promptId } from './prompts';
import { ChatInstances, ChatVerifier } from './sources';
import { paperSampling } from './types';

export interface ChatSources extends Pick<AugmentResources, 'instances' | 'verifier'> {
  opened: OpenModel;
  /** What is asked of the model, counted as it goes. */
  report: AskReport;
}

/**
 * The parts of remote supervision that a config gives to a chat model.
 * @param types the corpus's
 * @throws InputError when llm.yaml is not there or does not have the model
 */
export function chatSources(
  { model: name, instances, verifier, ceiling }: ChatSourcesConfig, types: readonly string[], { signal, ...options }: OpenModelOptions & { signal?: AbortSignal } = {},
): ChatSources {
  const opened = asked(() => openModel(name, { ceiling, ...options }));
  const report = newAskReport();
  return {
    opened,
    report,
    ...(instances && { instances: new ChatInstances(opened.model, report, signal) }),
    ...(verifier && { verifier: new ChatVerifier(opened.model, types, report, signal) }),
  };
}

/** What their answers depend on: the model as its server names it, not what it is called here nor what it may cost. */
export function chatSourcesIdentity({ model: name, instances, verifier }: ChatSourcesConfig, models?: string): object {
  const { model, body } = name === offlineProvider ? { model: name, body: {} } : asked(() => entryIdentity(entryNamed(name, models)));
  const prompts = [...(instances ? [entityGenerationPrompt] : []), ...(verifier ? [entityVerificationPrompt] : [])].map(promptId);
  return { model, body, sampling: paperSampling, prompts };
}

function asked<T>(open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`the augmentation's remote.chat: ${error.message}; without remote.chat the embedded lexicon and training statistics answer`);
  }
}
