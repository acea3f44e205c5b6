import type { Random } from '../../common';
import { placesOf } from '../mentions';
import { replaceSpans, type Passage } from '../passage';
import { choose, type Candidate } from './choose';
import type { ReplacementConfig } from './config';
import { noCounts, type Mentions, type Outcome } from './outcome';

/**
 * Medical entity replacement (paper A, section 4.9): entities give way to other mentions of their types, of whatever length. What is marked inside the
 * old one goes with it and what is marked inside the new one comes with it; an entity around it is kept around it.
 */
export function replaceEntities(passage: Passage, mentions: Mentions, { entities: rate }: Pick<ReplacementConfig, 'entities'>, random: Random): Outcome {
  const places = placesOf(passage);
  if (places.length === 0) return { result: 'no place', counts: noCounts() };
  const candidates = places.map((place): Candidate => ({ span: place, kind: 'entities', rate, piece: (draws) => mentions.other(place, draws) }));
  const changes = choose(candidates, random);
  if (changes.length === 0) return { result: 'no substitute', counts: noCounts() };
  return { result: replaceSpans(passage, changes), counts: { ...noCounts(), entities: changes.length } };
}
