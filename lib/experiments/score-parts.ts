import { lengthClasses } from '../corpus';
import type { Score, Scores } from '../evaluation';

/** A part of the entities, and its score among all. */
export type ScorePart = readonly [name: string, of: (scores: Scores) => Score | undefined];

/** Entities by nesting, by length class, by type. */
export const scoreParts = (types: readonly string[]): ScorePart[] => [
  ...(['nested', 'flat'] as const).map((part): ScorePart => [part, (scores) => scores[part]]),
  ...lengthClasses.map((length): ScorePart => [length, ({ lengths }) => lengths[length]]),
  ...types.map((type): ScorePart => [type, (scores) => scores.types[type]]),
];

export const partsNote = 'nested: entities inside another; flat: all others. short 1-3, medium 4-7, long 8 or more characters.';
