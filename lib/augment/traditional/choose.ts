import type { Random } from '../../common';
import type { Passage, Span } from '../passage';

/** Something that may give way to a piece. */
export interface Candidate {
  span: Span;
  kind: 'entities' | 'words';
  /** The chance that it does. */
  rate: number;
  piece(random: Random): Passage | undefined;
}

export interface Change {
  span: Span;
  kind: Candidate['kind'];
  piece: Passage;
}

/** Candidates taken each by its chance, in a random order and none over another; where that takes none, the first that gives a piece. */
export function choose(candidates: readonly Candidate[], random: Random): Change[] {
  const order = random.shuffled(candidates.filter(({ rate }) => rate > 0));
  const changes: Change[] = [];
  const take = ({ span, kind, piece }: Candidate): void => {
    if (changes.some((change) => span.start < change.span.end && change.span.start < span.end)) return;
    const made = piece(random);
    if (made) changes.push({ span, kind, piece: made });
  };
  for (const candidate of order) if (random.uniform() < candidate.rate) take(candidate);
  for (const candidate of order) if (changes.length === 0) take(candidate);
  return changes;
}
