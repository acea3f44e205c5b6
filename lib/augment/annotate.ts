import { codePointLength, codePoints, JobError } from '../common';
import type { Entity } from '../corpus/types';
import { insideLatin } from '../text/latin';
import type { RemoteConfig } from './config';
import type { Dictionary } from './dictionary';
import type { PairShares } from './pair-shares';
import { crosses, cut, ordered, type Passage, type Span } from './passage';
import type { ScoredDocuments } from './scored';
import { toCodePoints } from './units';
import type { Candidate, Verdict, Verifier } from './verifier';

/** What became of matches and sentences. Matches count once a type. */
export interface AnnotationCounts {
  /** Matches looked at; the next five are what became of them. */
  candidates: number;
  accepted: number;
  /** Annotated otherwise than the dictionary says: another type, another span. */
  corrected: { type: number; boundary: number };
  refuted: number;
  undecided: number;
  /** Corrections to mentions that only scored documents have. */
  scored: number;
  sentences: {
    /** Looked at, and of these: */
    all: number;
    /** no match or none accepted; */
    withoutEntity: number;
    /** dropped for an undecided match; */
    undecided: number;
    /** dropped since annotations cross; */
    crossing: number;
    /** dropped since an entity is probably missed; */
    incomplete: number;
    /** dropped for a correction that only scored documents have; */
    scored: number;
    /** annotated whole. */
    kept: number;
  };
}

export const noCounts = (): AnnotationCounts => ({
  candidates: 0, accepted: 0, corrected: { type: 0, boundary: 0 }, refuted: 0, undecided: 0, scored: 0,
  sentences: { all: 0, withoutEntity: 0, undecided: 0, crossing: 0, incomplete: 0, scored: 0, kept: 0 },
});

export interface AnnotationRequest {
  dictionary: Dictionary;
  verifier: Verifier;
  pairs: PairShares;
  /** The corpus's types: a correction must be of one of them. */
  types: readonly string[];
  config: RemoteConfig;
  scored: ScoredDocuments;
}

/** Sentences whose candidates a verifier gets at once. */
const batch = 500;

/**
 * Annotates sentences by the dictionary as far as a verifier confirms it. A match at or over `threshold` becomes an entity; one that is an entity
 * of any type with at most `refuted`, or whose span is one of another type, does not; a sentence with a match between the two is dropped, since it
 * would be trained on either as an entity or as none, and one of them is wrong. So is a sentence in which an entity is probably missed. A match that
 * ends inside a Latin word (PT in PTH) is no entity whatever the verifier says, unless it corrects it to whole words.
 */
export async function annotate(
  texts: readonly string[],
  request: AnnotationRequest,
  onProgress?: (share: number) => void,
): Promise<{ kept: Passage[]; counts: AnnotationCounts }> {
  const { dictionary, verifier, config } = request;
  const kept: Passage[] = [];
  const counts = noCounts();
  for (let first = 0; first < texts.length; first += batch) {
    const lists = texts.slice(first, first + batch).map((text) => candidatesOf(text, dictionary, config));
    const candidates = lists.flat();
    const verdicts = await verifier.verify(candidates);
    if (verdicts.length !== candidates.length) throw new JobError(`the verifier ${verifier.name} gave ${verdicts.length} verdicts for ${candidates.length} candidates`);
    verdicts.forEach((verdict, i) => checkVerdict(verdict, candidates[i], request));
    let at = 0;
    lists.forEach((list, i) => {
      const passage = decide(texts[first + i], list, verdicts.slice(at, at + list.length), request, counts);
      at += list.length;
      if (passage) kept.push(passage);
    });
    onProgress?.(Math.min(1, (first + batch) / texts.length));
  }
  return { kept, counts };
}

/** A verifier may be a model: what it says must make sense before it is believed. */
function checkVerdict({ confidence, correction }: Verdict, { text, term, type }: Candidate, { verifier, types }: AnnotationRequest): void {
  const wrong = !(confidence >= 0 && confidence <= 1)
    ? `a confidence of ${confidence}`
    : correction && !types.includes(correction.type)
      ? `the type ${correction.type}, which is none of ${types.join(', ')}`
      : correction && !(correction.start >= 0 && correction.start < correction.end && correction.end <= codePointLength(text))
        ? `the span [${correction.start}, ${correction.end}) of ${codePointLength(text)} characters`
        : undefined;
  if (wrong) throw new JobError(`the verifier ${verifier.name} answered on "${term}" (${type}) in "${text.slice(0, 60)}" with ${wrong}`);
}

function candidatesOf(text: string, dictionary: Dictionary, { matches }: RemoteConfig): Candidate[] {
  const at = toCodePoints(text);
  const found: Candidate[] = [];
  dictionary.find(text, matches, (start, end, place) => {
    const { text: term, types } = dictionary.terms[place];
    for (const type of types) found.push({ text, term, start: at(start), end: at(end), type });
  });
  return found;
}

/** One sentence's annotation, or undefined where it is not kept. */
function decide(
  text: string,
  candidates: readonly Candidate[],
  verdicts: readonly Verdict[],
  { pairs, config, scored }: AnnotationRequest,
  counts: AnnotationCounts,
): Passage | undefined {
  counts.sentences.all++;
  counts.candidates += candidates.length;
  const known = new Set(candidates.map(keyOf));
  const points = codePoints(text);
  const decisions = candidates.map((candidate, i) => {
    const { confidence, correction } = verdicts[i];
    const decided = correction ?? candidate;
    const whole = !insideLatin(points, decided.start) && !insideLatin(points, decided.end);
    return { decided, whole, sure: whole && confidence >= config.threshold };
  });
  const sureSpans = new Set(decisions.filter(({ sure }) => sure).map(({ decided }) => spanOf(decided)));
  const entities = new Map<string, Entity>();
  let [undecided, leaking] = [false, false];
  candidates.forEach((candidate, i) => {
    const { confidence, correction, entity = confidence } = verdicts[i];
    const { decided, whole, sure } = decisions[i];
    if (!sure) {
      // Dysentery may be a disease or a symptom: of neither type for sure, and yet an entity.
      if (!whole || entity <= config.refuted || sureSpans.has(spanOf(candidate))) counts.refuted++;
      else {
        counts.undecided++;
        undecided = true;
      }
    } else if (correction && !known.has(keyOf(correction)) && scored.owner(cut({ text, entities: [] }, correction).text)) {
      counts.scored++;
      leaking = true;
    } else {
      if (!correction) counts.accepted++;
      else if (correction.start === candidate.start && correction.end === candidate.end) counts.corrected.type++;
      else counts.corrected.boundary++;
      entities.set(keyOf(decided), { start: decided.start, end: decided.end, type: decided.type });
    }
  });
  const found = ordered([...entities.values()]);
  const crossing = found.some((entity, i) => found.slice(i + 1).some((other) => crosses(entity, other)));
  let outcome: Exclude<keyof AnnotationCounts['sentences'], 'all'> = 'kept';
  if (undecided) outcome = 'undecided';
  else if (leaking) outcome = 'scored';
  else if (found.length === 0) outcome = 'withoutEntity';
  else if (crossing) outcome = 'crossing';
  else if (likeliestMiss(points, found, pairs) > config.missed) outcome = 'incomplete';
  counts.sentences[outcome]++;
  return outcome === 'kept' ? { text, entities: found } : undefined;
}

/** The largest share of a pair of neighbouring characters that no annotation touches. */
function likeliestMiss(points: readonly string[], entities: readonly Entity[], pairs: PairShares): number {
  const covered = new Uint8Array(points.length);
  for (const { start, end } of entities) covered.fill(1, start, end);
  let most = 0;
  for (let i = 0; i + 1 < points.length; i++) if (!covered[i] && !covered[i + 1]) most = Math.max(most, pairs.share(points[i], points[i + 1]));
  return most;
}

const spanOf = ({ start, end }: Span): string => `${start} ${end}`;
const keyOf = (entity: Entity): string => `${spanOf(entity)} ${entity.type}`;
