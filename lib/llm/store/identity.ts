import { canonicalJson, InputError, sha256 } from '../../common';
import { enhancedTextPrompt, keywordsPrompt, partsOfSpeechPrompt, promptId, promptOf, relationsPrompt, validationPrompt, type ReferenceTerm } from '../prompts';
import type { RetrievalIdentity } from '../retrieval';
import type { ChatMessage, ModelIdentity, Sampling } from '../types';

/** What a document's features depend on, besides its text and the model's moods. A file holds features of one identity only. */
export interface FeatureIdentity {
  model: ModelIdentity;
  sampling: Sampling;
  /** Whether the model checked its answers (paper A, section 4.10). */
  validated: boolean;
  retrieval: RetrievalIdentity | null;
  /** `keywords@1`, in the order of the questions. */
  prompts: string[];
  /** SHA-256 of their texts: a wording that was changed without a new version is another. */
  wording: string;
}

export interface Asking {
  model: ModelIdentity;
  sampling: Sampling;
  validated: boolean;
  retrieval: RetrievalIdentity | null;
}

export function featureIdentity({ model, sampling, validated, retrieval }: Asking): FeatureIdentity {
  const texts = promptTexts({ validated, retrieval });
  const { temperature, topP, maxTokens } = sampling;
  return { model, sampling: { temperature, topP, maxTokens }, validated, retrieval, prompts: Object.keys(texts), wording: sha256(canonicalJson(texts)) };
}

/** Whether features were made with the questions that would be asked today: another wording may have other answers. */
export const askedAsNow = (identity: FeatureIdentity): boolean => featureIdentity(identity).wording === identity.wording;

/** The prompts as they are asked, by their ids, with `{…}` in the places of data. */
export function promptTexts({ validated, retrieval }: Pick<Asking, 'validated' | 'retrieval'>): Record<string, ChatMessage[]> {
  const [text, keywords] = ['{原文}', ['{关键词}']];
  const terms: ReferenceTerm[] | undefined = retrieval ? [{ term: '{词条}', types: ['{类别}'] }] : undefined;
  const conversations = [
    keywordsPrompt.build({ text, terms }),
    enhancedTextPrompt.build({ text, terms }),
    partsOfSpeechPrompt.build({ text, keywords }),
    relationsPrompt.build({ text, keywords, terms }),
    ...(validated
      ? [validationPrompt.build({ text, enhanced: '{增强文本}', keywords: [{ text: keywords[0], description: '{描述}' }], relations: [{ first: '{实体1}', second: '{实体2}', text: '{关系描述}' }], terms })]
      : []),
  ];
  return Object.fromEntries(conversations.map((messages) => [promptId(promptOf(messages)!), messages]));
}

/** @throws InputError naming what differs, unless a file's features were made as they would be now */
export function refuseOtherIdentity(there: FeatureIdentity, now: FeatureIdentity, file: string): void {
  const differing = (Object.keys(now) as (keyof FeatureIdentity)[]).filter((field) => canonicalJson(there[field]) !== canonicalJson(now[field]));
  if (differing.length === 0) return;
  const show = (value: unknown): string => canonicalJson(value).slice(0, 120);
  throw new InputError(
    `${file}: its features were made otherwise: ${differing.map((field) => `${field} was ${show(there[field])}, now it is ${show(now[field])}`).join('; ')}. ` +
      'Name another file with --out, or move this one away; replies that are kept are not paid for again',
  );
}
