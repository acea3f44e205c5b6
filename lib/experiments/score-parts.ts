import { lengthClasses } from '../corpus';
import type { Score, Scores } from '../evaluation';

/** A part of the entities, and its score among all. */
export type ScorePart = readonly [name: string, of: (scores: Scores) => Score | undefined];

/** Entities by nesting, by length class, by type. */
const allParts = (types: readonly string[]): ScorePart[] => [
  ...(['nested', 'flat'] as const).map((part): ScorePart => [part, (scores) => scores[part]]),
  ...lengthClasses.map((length): ScorePart => [length, ({ lengths }) => lengths[length]]),
  ...types.map((type): ScorePart => [type, (scores) => scores.types[type]]),
];

/** The parts that hold a gold entity, and the names of those that hold none: an F1 there would say only that something was found. */
export function scoreParts(types: readonly string[], scores: readonly Scores[]): { parts: ScorePart[]; empty: string[] } {
  const holds = ([, of]: ScorePart): boolean => scores.some((all) => goldOf(of(all)) > 0);
  const all = allParts(types);
  return { parts: all.filter(holds), empty: all.filter((part) => !holds(part)).map(([name]) => name) };
}

const goldOf = (score: Score | undefined): number => (score ? score.tp + score.fn : 0);

export const partsNote = (empty: readonly string[]): string =>
  `nested: entities inside another; flat: all others. short 1-3, medium 4-7, long 8 or more characters.${empty.length ? ` Left out, since no scored entity is there: ${empty.join(', ')}.` : ''}`;
