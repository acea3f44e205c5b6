import { existsSync, readFileSync } from 'node:fs';
import { canonicalJson, displayPath, InputError, inProject, sha256, writeJson } from '../../common';
import type { ChatMessage } from '../types';
import { promptTexts } from './identity';

/** The text of each prompt that features were ever asked with, by its id: what records name by id and hash can be read there. */
export const promptFile = inProject('data', 'prompts.json');

export type PromptFile = Record<string, { sha256: string; messages: readonly ChatMessage[] }>;

/** What a record keeps of prompts: the hash of each one's text, by id. */
export const promptHashes = (texts: Readonly<Record<string, readonly ChatMessage[]>>): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([id, messages]) => [id, sha256(canonicalJson(messages))]));

/** All that `llm extract` may ask today: with validation, without and with lexicon entries. */
export function currentPrompts(): PromptFile {
  const retrieval = { version: 1, entries: 1, terms: 1, lexicon: '' };
  const texts = { ...promptTexts({ validated: true, retrieval: null }), ...promptTexts({ validated: true, retrieval }) };
  const hashes = promptHashes(texts);
  return Object.fromEntries(Object.keys(texts).sort().map((id) => [id, { sha256: hashes[id], messages: texts[id] }]));
}

/**
 * Today's prompts beside those that the file has already: texts of former versions stay.
 * @throws InputError where a wording was changed and its version was not
 */
export function savePrompts(file = promptFile): PromptFile {
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as PromptFile) : {};
  const now = currentPrompts();
  const changed = Object.keys(now).filter((id) => Object.hasOwn(kept, id) && kept[id].sha256 !== now[id].sha256);
  if (changed.length) throw new InputError(`${displayPath(file)}: ${changed.join(', ')} reads otherwise there: a change of wording is a new version, which lib/llm/prompts names`);
  const all = { ...kept, ...now };
  const sorted = Object.fromEntries(Object.keys(all).sort().map((id) => [id, all[id]]));
  writeJson(file, sorted);
  return sorted;
}
