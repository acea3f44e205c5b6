import { ask, leaveOut, newAskReport, type AskOptions, type AskReport } from './ask';
import { sequenceOf, type Span } from './occurrences';
import { parseEnhancedText } from './parsers/enhanced-text';
import { parseKeywords } from './parsers/keywords';
import { parsePartsOfSpeech } from './parsers/parts-of-speech';
import { pairName, parseRelations } from './parsers/relations';
import { parseValidation } from './parsers/validation';
import { enhancedTextPrompt } from './prompts/enhanced-text';
import { keywordsPrompt } from './prompts/keywords';
import { partsOfSpeechPrompt, type PartOfSpeech } from './prompts/parts-of-speech';
import { relationsPrompt } from './prompts/relations';
import { validationPrompt } from './prompts/validation';
import type { ReferenceTerm } from './prompts/reference';
import type { ChatModel, Sampling } from './types';

/** Keyword k_i of K, one row of H_K (Eq. 3). */
export interface KeywordFeature {
  text: string;
  /** One row of H_desc (Eq. 4). */
  description: string;
  /** One row of H_pos (Eq. 5); null where no usable answer came: Eq. 7 then adds nothing for it. */
  pos: PartOfSpeech | null;
  /** p_i of Eq. 7-8: every occurrence in T. Code points, in order. */
  original: Span[];
  /** q_i of Eq. 7-8: every occurrence in T'. The n-th belongs to the n-th of `original`; empty where there is no T'. */
  enhanced: Span[];
}

/** Pair (e_aj, e_bj), one row of H_rel (Eq. 6). */
export interface RelationFeature {
  /** a_j and b_j of Eq. 8: places in `keywords`. */
  first: number;
  second: number;
  /** How they are related; the row encodes the pair together with this text. */
  text: string;
}

/**
 * What a chat model tells of one document T (paper A, section 3.1), as texts: the encoder turns them into H_aug (Eq. 1), H_K, H_desc, H_pos and
 * H_rel, and Eq. 7-8 add those at the spans. Nothing here comes from annotations, so training and test documents are treated alike.
 */
export interface LlmFeatures {
  text: string;
  /** T' of Eq. 1; null where no usable answer came. */
  enhanced: string | null;
  /** In the order of their first occurrence in T. */
  keywords: KeywordFeature[];
  relations: RelationFeature[];
}

export interface FeatureOptions {
  /** Let the model check its own answers (section 4.10), and leave out what it disowns. */
  validate?: boolean;
  /** Finds lexicon entries for a text, which then go with the questions whose answers need to know terms. Parts of speech are asked without. */
  retrieve?: (text: string) => readonly ReferenceTerm[];
  sampling?: Sampling;
  signal?: AbortSignal;
  /** Counts are added to it. */
  report?: AskReport;
}

/**
 * Asks a model for a document's features. The paper tells of the enhanced text first; here the keywords come first, because only with them can an
 * enhanced text be held against T. Every keyword stands in T, and by that check in T' as well.
 */
export async function extractFeatures(text: string, model: ChatModel, { validate = false, retrieve, report = newAskReport(), ...rest }: FeatureOptions = {}): Promise<LlmFeatures> {
  const options: AskOptions = { model, report, ...rest };
  const terms = retrieve?.(text);
  const described = await ask({
    name: keywordsPrompt.name,
    messages: keywordsPrompt.build({ text, terms }),
    parse: (reply) => parseKeywords(reply, text),
    subjectOf: (keyword) => keyword.text,
  }, options);
  const names = described.map((keyword) => keyword.text);
  const [enhanced = null] = await ask({
    name: enhancedTextPrompt.name,
    messages: enhancedTextPrompt.build({ text, terms }),
    parse: (reply) => [parseEnhancedText(reply, text, names)],
    subjectOf: () => '',
  }, options);
  const tagged = names.length === 0 ? [] : await ask({
    name: partsOfSpeechPrompt.name,
    messages: partsOfSpeechPrompt.build({ text, keywords: names }),
    parse: (reply) => parsePartsOfSpeech(reply, names),
    subjectOf: ({ keyword }) => keyword,
  }, options);
  const related = names.length < 2 ? [] : await ask({
    name: relationsPrompt.name,
    messages: relationsPrompt.build({ text, keywords: names, terms }),
    parse: (reply) => parseRelations(reply, names),
    subjectOf: ({ first, second }) => pairName(first, second),
  }, options);
  const pos = new Map(tagged.map((tag) => [tag.keyword, tag.pos]));
  const found: Answers = { text, enhanced, keywords: described.map((keyword) => ({ ...keyword, pos: pos.get(keyword.text) ?? null })), relations: related };
  return located(validate ? await validated(found, terms, options) : found);
}

/** The answers before their places are looked up. */
interface Answers {
  text: string;
  enhanced: string | null;
  keywords: { text: string; description: string; pos: PartOfSpeech | null }[];
  relations: { first: string; second: string; text: string }[];
}

/** The validation turn. What is judged wrong is left out, and so is what no second answer judged; a pair goes with its keyword. */
async function validated(answers: Answers, terms: readonly ReferenceTerm[] | undefined, options: AskOptions): Promise<Answers> {
  const { text, enhanced, keywords, relations } = answers;
  if (enhanced === null && keywords.length === 0) return answers;
  const judged = await ask({
    name: validationPrompt.name,
    messages: validationPrompt.build({ ...answers, terms }),
    parse: (reply) => parseValidation(reply, { enhanced: enhanced !== null, keywords: keywords.map((keyword) => keyword.text), pairs: relations }),
    subjectOf: ({ kind, subject }) => `${kind} ${subject}`,
  }, options);
  const holds = new Set(judged.filter((verdict) => verdict.holds).map(({ kind, subject }) => `${kind} ${subject}`));
  for (const verdict of judged) if (!verdict.holds) leaveOut(options.report, validationPrompt.name, 'failed-validation');
  const kept = keywords.filter((keyword) => holds.has(`keyword ${keyword.text}`));
  const known = new Set(kept.map((keyword) => keyword.text));
  return {
    text,
    enhanced: judged.some(({ kind, holds: yes }) => kind === 'meaning' && yes) ? enhanced : null,
    keywords: kept,
    relations: relations.filter(({ first, second }) => known.has(first) && known.has(second) && holds.has(`pair ${pairName(first, second)}`)),
  };
}

function located({ text, enhanced, keywords, relations }: Answers): LlmFeatures {
  const names = keywords.map((keyword) => keyword.text);
  const spans = (where: string): Map<string, Span[]> => {
    const byTerm = new Map<string, Span[]>(names.map((name) => [name, []]));
    for (const { term, start, end } of sequenceOf(where, names)) byTerm.get(term)!.push({ start, end });
    return byTerm;
  };
  const [inText, inEnhanced] = [spans(text), spans(enhanced ?? '')];
  const features = keywords
    .map((keyword) => ({ ...keyword, original: inText.get(keyword.text)!, enhanced: inEnhanced.get(keyword.text)! }))
    .sort((a, b) => a.original[0].start - b.original[0].start || b.original[0].end - a.original[0].end);
  const place = new Map(features.map((keyword, i) => [keyword.text, i]));
  return { text, enhanced, keywords: features, relations: relations.map(({ first, second, text: relation }) => ({ first: place.get(first)!, second: place.get(second)!, text: relation })) };
}
