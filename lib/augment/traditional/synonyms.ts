import type { Random } from '../../common';
import { placesOf } from '../mentions';
import { replaceSpans, type Passage } from '../passage';
import { choose, type Candidate } from './choose';
import type { SynonymConfig } from './config';
import { noCounts, type Mentions, type Outcome } from './outcome';
import type { SynonymSource } from './synonym-words';

/**
 * Medical synonym replacement (paper A, section 4.9): entities, and words outside them, give way to synonyms. A synonym of an entity is marked as training
 * marks it where it knows it as a mention of these types, else as a whole of these types.
 */
export function replaceSynonyms(
  passage: Passage,
  synonyms: SynonymSource,
  mentions: Mentions,
  config: Pick<SynonymConfig, 'entities' | 'words'>,
  random: Random,
): Outcome {
  const candidates: Candidate[] = [];
  for (const place of placesOf(passage)) {
    const others = synonyms.of(place.surface);
    if (others.length > 0) candidates.push({ span: place, kind: 'entities', rate: config.entities, piece: (draws) => mentions.as(place, draws.pick(others)) });
  }
  for (const place of synonyms.places(passage.text, passage.entities)) {
    candidates.push({ span: place, kind: 'words', rate: config.words, piece: (draws) => ({ text: draws.pick(place.synonyms), entities: [] }) });
  }
  const changes = choose(candidates, random);
  if (changes.length === 0) return { result: candidates.length > 0 ? 'no substitute' : 'no place', counts: noCounts() };
  const count = (kind: Candidate['kind']): number => changes.filter((change) => change.kind === kind).length;
  return { result: replaceSpans(passage, changes), counts: { ...noCounts(), entities: count('entities'), words: count('words') } };
}
