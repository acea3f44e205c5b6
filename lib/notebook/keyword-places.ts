import type { Document, Entity } from '../corpus/types';
import type { DrawnDocument } from '../figures';
import type { LlmFeatures } from '../llm';

/**
 * A text and its enhanced text with the keywords drawn in as entities: keyword i is of type `Ki`, so that it has one colour in both (paper A, the p_i
 * and q_i of Eq. 7). A text without an enhanced one stands alone.
 */
export function keywordPlaces({ text, enhanced, keywords }: LlmFeatures): DrawnDocument[] {
  const drawn = (of: 'original' | 'enhanced'): Entity[] => keywords.flatMap((keyword, i) => keyword[of].map((span) => ({ ...span, type: `K${i + 1}` })));
  return [{ id: 'T', text, entities: drawn('original') }, ...(enhanced === null ? [] : [{ id: 'T′', text: enhanced, entities: drawn('enhanced') }])];
}

/** The places of a text's entities, or of its keywords, each once and all of one type, to be scored against each other. */
export const placesOnly = (id: string, text: string, spans: readonly { start: number; end: number }[]): Document => {
  const distinct = new Map(spans.map(({ start, end }) => [`${start} ${end}`, { start, end, type: 'place' }]));
  return { id, text, entities: [...distinct.values()] };
};
