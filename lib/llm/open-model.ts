import { InputError, inProject } from '../common';
import { Budget } from './budget';
import { ChatClient, priceOf, type ChatClientOptions, type ChatProgress } from './client';
import { modelNamed, readModels, type ModelEntry, type ServerEntry } from './model-entry';
import { theOfflineLexicon, offlineProvider } from './offline';
import type { ChatModel } from './types';

/** Where requests and replies are kept unless another place is named: commands and runs share them. */
export const defaultReplyCache = inProject('.cache', 'llm', 'replies.jsonl');

export interface OpenModelOptions extends Partial<Pick<ChatClientOptions, 'offline' | 'onProgress'>> {
  /** The list of models; default: data/llm.yaml. */
  models?: string;
  cache?: ChatClientOptions['cache'];
  /** Most that may be paid, in the currency of the list's prices. */
  ceiling?: number;
  /** In its place, one that several models share. */
  budget?: Budget;
}

export interface OpenModel {
  model: ChatModel;
  /** Per million tokens; null where nothing is paid and nothing counted. */
  price: ServerEntry['price'] | null;
  /** What was asked so far; null where nothing is counted. */
  progress: ChatProgress | null;
}

/**
 * A chat model by its name.
 * @throws InputError when the list is not there or does not have it
 */
export function openModel(name: string, { models, cache = defaultReplyCache, ceiling, budget = new Budget(ceiling), offline, onProgress }: OpenModelOptions = {}): OpenModel {
  if (name === offlineProvider) return { model: theOfflineLexicon(), price: null, progress: null };
  const entry = entryNamed(name, models);
  const model = new ChatClient(entry, { cache, offline, budget, onProgress });
  return { model, price: priceOf(entry), progress: model.progress };
}

/** @throws InputError that also names the way without a list */
export function entryNamed(name: string, models?: string): ModelEntry {
  try {
    return modelNamed(readModels(models), name, models);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`the chat model ${name} cannot be asked: ${error.message} (${offlineProvider} needs no list: it answers by rule)`);
  }
}
