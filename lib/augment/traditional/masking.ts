import { codePoints, type Random } from '../../common';
import { Kind, kindOf } from '../../text/characters';
import { replaceSpans, type Passage, type Span } from '../passage';
import type { MaskingConfig } from './config';
import { noCounts, type Outcome } from './outcome';

/**
 * A mask as it stands in a text: six code points that the tokenizer, as every published one of BERT's, reads as the vocabulary's special token, and
 * so as one token however the text is carried. Spans count the six.
 */
export const maskText = '[MASK]';

/**
 * Random masking (paper A, section 4.9): units become masks, each by chance, one at least. An ideograph or a mark is a unit, and so is a whole run of
 * letters and digits: of half a word the tokenizer would make other pieces than of the whole. A run in which an entity begins or ends is none, since its
 * mask would hide the border.
 */
export function mask(passage: Passage, { context, inside }: Pick<MaskingConfig, 'context' | 'inside'>, random: Random): Outcome {
  const units = maskUnits(passage);
  const owners = units.map((unit) => passage.entities.filter((entity) => entity.start <= unit.start && unit.end <= entity.end));
  const rates = owners.map(({ length }) => (length > 0 ? inside : context));
  const chosen = units.map((_, i) => random.uniform() < rates[i]);
  const possible = units.flatMap((_, i) => (rates[i] > 0 ? [i] : []));
  if (possible.length > 0 && !chosen.includes(true)) chosen[random.pick(possible)] = true;
  for (const entity of passage.entities) {
    const own = units.flatMap((_, i) => (owners[i].includes(entity) ? [i] : []));
    if (own.length > 0 && own.every((i) => chosen[i])) chosen[random.pick(own)] = false;
  }
  const masked = units.filter((_, i) => chosen[i]);
  if (masked.length === 0) return { result: 'no place', counts: noCounts() };
  const piece: Passage = { text: maskText, entities: [] };
  return { result: replaceSpans(passage, masked.map((span) => ({ span, piece }))), counts: { ...noCounts(), masks: masked.length } };
}

/** What may become a mask, in order. White space and what the tokenizer takes out may not. */
export function maskUnits({ text, entities }: Passage): Span[] {
  const characters = codePoints(text);
  const borders = new Set(entities.flatMap(({ start, end }) => [start, end]));
  const units: Span[] = [];
  for (let start = 0; start < characters.length;) {
    const kind = kindOf(characters[start].codePointAt(0)!);
    let end = start + 1;
    let cut = false;
    if (kind === Kind.Letter) {
      for (; end < characters.length && kindOf(characters[end].codePointAt(0)!) === Kind.Letter; end++) cut ||= borders.has(end);
    }
    if (!cut && kind !== Kind.Space && kind !== Kind.Removed) units.push({ start, end });
    start = end;
  }
  return units;
}
