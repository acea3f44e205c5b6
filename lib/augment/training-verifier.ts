import type { Document, Entity } from '../corpus/types';
import type { Dictionary } from './dictionary';
import { dot, fitLogistic, sigmoid } from './logistic';
import { markings, MatchModel, type MatchModelConfig, type Occurrence, type ReadText } from './match-model';
import { crosses } from './passage';
import type { Candidate, Verdict, Verifier } from './verifier';

/** The offline verifier's name in reports. */
export const trainingStatistics = 'training-statistics';

/** Parts of the training split, each judged by what the others teach. */
const folds = 5;

/** Training mentions, and terms that only lexicons and instance sources know, are believed differently. */
type Kind = 'train' | 'given';

/**
 * Verifies matches by training statistics, offline. The confidence that a match is of type t is σ(w · e) of the evidence e that `MatchModel` gives;
 * the summands of naive Bayes are among it, weighted, since they depend on each other. The weights w are a logistic regression's, one for training
 * mentions and one for other terms. They are learnt by cross-fitting: the training split is cut into five parts, and each is annotated by a
 * dictionary and a model made of the other four. So a confidence of 0.9 means that of such matches about nine in ten are right in texts that the
 * dictionary has not seen.
 *
 * Where another type of the span is likelier than both the candidate's and no entity, or a longer match that crosses the candidate is, the verdict
 * is that one: a correction.
 */
export class TrainingVerifier implements Verifier {
  readonly name = trainingStatistics;
  private readonly model: MatchModel;
  private readonly weights: Record<Kind, Float64Array>;
  private last: (ReadText & { text: string; others: Occurrence[] }) | undefined;

  constructor(
    train: readonly Document[],
    private readonly dictionary: Dictionary,
    config: MatchModelConfig,
  ) {
    this.weights = learnWeights(train, dictionary, config);
    this.model = new MatchModel(train, dictionary, config);
  }

  async verify(candidates: readonly Candidate[]): Promise<Verdict[]> {
    return candidates.map((candidate) => this.judge(candidate));
  }

  private judge(candidate: Candidate): Verdict {
    const read = this.read(candidate.text);
    const own = read.found.find(({ start, end }) => start === candidate.start && end === candidate.end);
    if (!own) return { confidence: 0 };
    const types = this.confidences(read, own);
    let best = { confidence: types.get(candidate.type) ?? 0, occurrence: own, type: candidate.type };
    const challenge = (occurrence: Occurrence, others: ReadonlyMap<string, number>): void => {
      const nothing = 1 - sum(others.values());
      for (const [type, confidence] of others) if (confidence > best.confidence && confidence > nothing) best = { confidence, occurrence, type };
    };
    challenge(own, types);
    for (const other of [...read.found, ...read.others]) {
      if (other.end - other.start > own.end - own.start && crosses(own, other)) challenge(other, this.confidences(read, other));
    }
    const verdict = { confidence: best.confidence, entity: Math.min(1, sum(types.values())) };
    if (best.occurrence === own && best.type === candidate.type) return verdict;
    const correction: Entity = { start: best.occurrence.start, end: best.occurrence.end, type: best.type };
    return { ...verdict, correction };
  }

  /** The confidence of each type that a match may be of. */
  private confidences(read: ReadText, occurrence: Occurrence): Map<string, number> {
    const weights = this.weights[kindOf(this.dictionary, occurrence)];
    return new Map(this.model.typesOf(occurrence).map((type) => [type, sigmoid(dot(weights, this.model.evidence(read, occurrence, type)))]));
  }

  private read(text: string): NonNullable<TrainingVerifier['last']> {
    if (this.last?.text !== text) {
      const { points, found } = this.model.read(text);
      const known = new Set(found.map(({ start, end }) => `${start} ${end}`));
      const others = this.model.read(text, 'all').found.filter(({ start, end }) => !known.has(`${start} ${end}`));
      this.last = { text, points, found, others };
    }
    return this.last;
  }
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

const kindOf = (dictionary: Dictionary, { term }: Occurrence): Kind => (dictionary.terms[term].origin === 'train' ? 'train' : 'given');

function learnWeights(train: readonly Document[], dictionary: Dictionary, config: MatchModelConfig): Record<Kind, Float64Array> {
  const seen: Record<Kind, { rows: number[]; outcomes: number[] }> = { train: { rows: [], outcomes: [] }, given: { rows: [], outcomes: [] } };
  let width = 0;
  for (let fold = 0; fold < folds; fold++) {
    const rest = train.filter((_, i) => i % folds !== fold);
    const known = dictionary.remadeFrom(rest);
    const model = new MatchModel(rest, known, config);
    width = model.width;
    for (let i = fold; i < train.length; i += folds) {
      const types = markings(train[i]);
      const read = model.read(train[i].text);
      for (const occurrence of read.found) {
        const { rows, outcomes } = seen[kindOf(known, occurrence)];
        for (const type of model.typesOf(occurrence)) {
          for (const value of model.evidence(read, occurrence, type)) rows.push(value);
          outcomes.push(types.get(`${occurrence.start} ${occurrence.end}`)?.has(type) ? 1 : 0);
        }
      }
    }
  }
  const fit = ({ rows, outcomes }: { rows: number[]; outcomes: number[] }): Float64Array => fitLogistic(Float64Array.from(rows), width, Uint8Array.from(outcomes));
  return { train: fit(seen.train), given: fit(seen.given) };
}
