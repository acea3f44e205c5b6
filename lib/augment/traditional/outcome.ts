import type { Random } from '../../common';
import type { Place } from '../mentions';
import type { Cause } from '../operation';
import type { Passage } from '../passage';

/** What was changed, and of back translation what became of sentences. */
export interface Counts {
  /** Units that became masks. */
  masks: number;
  /** Entities that gave way to another mention or a synonym. */
  entities: number;
  /** Words outside entities that gave way to a synonym. */
  words: number;
  /** Sentences translated there and back; the next five are what became of them. */
  sentences: number;
  /** Kept in other words. */
  kept: number;
  /** Came back as they were, or as nothing. */
  same: number;
  /** Dropped, the original kept: an entity does not stand there as often as before; */
  lost: number;
  /** it stands in the original as an entity and as none; */
  ambiguous: number;
  /** entities have come to overlap otherwise than before. */
  tangled: number;
}

export const noCounts = (): Counts => ({ masks: 0, entities: 0, words: 0, sentences: 0, kept: 0, same: 0, lost: 0, ambiguous: 0, tangled: 0 });

export function addCounts(sum: Counts, counts: Counts): void {
  for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += counts[name];
}

/** A passage in another form, or why there is none. */
export interface Outcome {
  result: Passage | Cause;
  counts: Counts;
}

/** Where the texts come from that take an entity's place. */
export interface Mentions {
  /** Another mention of the place's types, as it may stand there; undefined where none is known. */
  other(place: Place, random: Random): Passage | undefined;
  /** A text of one's own choice as an entity of the place's types. */
  as(place: Place, text: string): Passage;
}

/** A passage to change, with what belongs to it. */
export interface Subject {
  passage: Passage;
  mentions: Mentions;
  random: Random;
}
