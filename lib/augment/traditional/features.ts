import { codePointLength, Random, sliceCodePoints } from '../../common';
import type { KeywordFeature, LlmFeatures } from '../../llm/features';
import type { Passage, Span } from '../passage';
import type { TraditionalConfig } from './config';
import type { KnownTerms } from './known-terms';
import { traditionalMethod, type TraditionalMethod, type TraditionalResources } from './method';
import type { Mentions } from './outcome';

/** A known term of a text, with its occurrences in T and in T': the n-th of the one belongs to the n-th of the other. */
export interface AlignedTerm {
  text: string;
  type: string;
  /** Code points, in order. */
  original: Span[];
  /** Empty where there is no T'. In replaced places another term stands. */
  enhanced: Span[];
}

/** What a traditional method makes of a text in place of a language model: T', and where the known terms stand in both. */
export interface EnhancedText {
  text: string;
  /** null where the method finds nothing to change. */
  enhanced: string | null;
  /** In the order of their first occurrence in T. */
  terms: AlignedTerm[];
}

export interface FeatureSetting extends TraditionalResources {
  /** `documents` says how many training documents are made, and has no part in this. */
  config: TraditionalConfig;
  /** What may be known of entities, made of the run's training documents. */
  terms: KnownTerms;
  seed: number | string;
}

/**
 * The second channel's text by a traditional method (paper A, section 4.9, second group). Annotations are not at hand where a model is used, so methods act on
 * known terms in place of entities (see KnownTerms), in training texts as in scored ones. A text's T' depends on nothing but itself, the known terms,
 * config and seed.
 */
export async function enhancedBy(texts: readonly string[], { config, terms, seed, ...resources }: FeatureSetting): Promise<EnhancedText[]> {
  const method: TraditionalMethod = traditionalMethod(config, resources);
  const labelled = texts.map((text) => label(text, terms));
  const draws = (text: string): Random => Random.from(seed, `traditional/${config.method}/${text}`);
  const outcomes = await method(labelled.map(({ passage, mentions }) => ({ passage, mentions, random: draws(passage.text) })));
  return labelled.map(({ passage, known }, i): EnhancedText => {
    const { result } = outcomes[i];
    const enhanced = typeof result === 'string' || result.text === passage.text ? null : result;
    return {
      text: passage.text,
      enhanced: enhanced?.text ?? null,
      terms: known.map((term, k) => ({ ...term, original: spansOf(passage, k), enhanced: enhanced ? spansOf(enhanced, k) : [] })),
    };
  });
}

/**
 * The same as features of the dual-channel model, in the shape in which a language model's are. The known terms are the keywords, by whose places a window
 * of T finds its part of T'; each is its own description, and parts of speech and relations there are none. What a method gives is a text: a model that is
 * to have that and no lexicon's matches besides adds nothing at keywords (`model.channels.features` empty).
 */
export async function traditionalFeatures(texts: readonly string[], setting: FeatureSetting): Promise<LlmFeatures[]> {
  const keyword = ({ text, original, enhanced }: AlignedTerm): KeywordFeature => ({ text, description: text, pos: null, original, enhanced });
  return (await enhancedBy(texts, setting)).map(({ text, enhanced, terms }) => ({ text, enhanced, keywords: terms.map(keyword), relations: [] }));
}

/** A text with its known terms marked, each with its own number for a type: whatever comes to stand there can then be told to be this term's. */
function label(text: string, terms: KnownTerms): { passage: Passage; mentions: Mentions; known: { text: string; type: string }[] } {
  const found = terms.find(text);
  const surfaces = found.map(({ start, end }) => sliceCodePoints(text, start, end));
  const names = [...new Set(surfaces)];
  const known = names.map((name) => ({ text: name, type: found[surfaces.indexOf(name)].type }));
  const passage: Passage = { text, entities: found.map(({ start, end }, i) => ({ start, end, type: String(names.indexOf(surfaces[i])) })) };
  const as: Mentions['as'] = ({ types }, term) => ({ text: term, entities: [{ start: 0, end: codePointLength(term), type: types }] });
  return {
    passage,
    known,
    mentions: {
      as,
      other(place, random) {
        const term = known[Number(place.types)];
        const other = terms.other(term.text, term.type, text, random);
        return other === undefined ? undefined : as(place, other);
      },
    },
  };
}

const spansOf = ({ entities }: Passage, name: number): Span[] =>
  entities.filter(({ type }) => type === String(name)).map(({ start, end }) => ({ start, end })).sort((a, b) => a.start - b.start);
