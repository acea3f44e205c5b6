import type { Document, Entity } from '../corpus/types';
import { Dictionary } from './dictionary';
import { fitIsotonic } from './isotonic';
import { markings, MatchModel, none, type MatchModelConfig, type Occurrence, type ReadText } from './match-model';
import { crosses } from './passage';
import type { Candidate, Verdict, Verifier } from './verifier';

/** The offline verifier's name in reports. */
export const trainingStatistics = 'training-statistics';

/** Parts of the training split, each judged by what the others teach. */
const folds = 5;

/** Of a type's posterior, and of the posterior of any type. */
type Calibration = Record<'train' | 'given', Record<'type' | 'entity', (posterior: number) => number>>;

/**
 * Verifies matches by training statistics, offline. Its confidence is the posterior of `MatchModel`, calibrated: the training split is cut into five parts; each is annotated by a dictionary and
 * a model made of the other four, and an isotonic regression learns how often a match of a given posterior is marked so in the part left out, for training mentions and for terms of other
 * sources apart. So 0.9 means that of such matches nine in ten were right on texts that the dictionary had not seen.
 *
 * Where another type of the span has a higher posterior than both the candidate's type and ∅, or a longer match that crosses the candidate has, the verdict is that one: a correction.
 */
export class TrainingVerifier implements Verifier {
  readonly name = trainingStatistics;
  private readonly model: MatchModel;
  private readonly calibration: Calibration;
  private last: (ReadText & { text: string; others: Occurrence[] }) | undefined;

  constructor(
    train: readonly Document[],
    private readonly dictionary: Dictionary,
    config: MatchModelConfig,
  ) {
    this.calibration = calibrate(train, dictionary, config);
    this.model = new MatchModel(train, dictionary, config);
  }

  async verify(candidates: readonly Candidate[]): Promise<Verdict[]> {
    return candidates.map((candidate) => this.judge(candidate));
  }

  private judge(candidate: Candidate): Verdict {
    const { points, found, others } = this.read(candidate.text);
    const own = found.find(({ start, end }) => start === candidate.start && end === candidate.end);
    if (!own) return { confidence: 0 };
    const posterior = this.model.posterior(points, own);
    const probability = posterior.get(candidate.type) ?? 0;
    let best = { probability, occurrence: own, type: candidate.type };
    const challenge = (occurrence: Occurrence, types: ReadonlyMap<string, number>): void => {
      for (const [type, other] of types) if (type !== none && other > best.probability && other > types.get(none)!) best = { probability: other, occurrence, type };
    };
    challenge(own, posterior);
    for (const other of [...found, ...others]) {
      if (other.end - other.start > own.end - own.start && crosses(own, other)) challenge(other, this.model.posterior(points, other));
    }
    const { occurrence, type } = best;
    const confidence = this.calibration[kindOf(this.dictionary, occurrence)].type(best.probability);
    const entity = this.calibration[kindOf(this.dictionary, own)].entity(1 - posterior.get(none)!);
    const correction: Entity = { start: occurrence.start, end: occurrence.end, type };
    return occurrence === own && type === candidate.type ? { confidence, entity } : { confidence, entity, correction };
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

const kindOf = (dictionary: Dictionary, { term }: Occurrence): 'train' | 'given' => (dictionary.terms[term].origin === 'train' ? 'train' : 'given');

/** How often matches of each posterior are right, by cross-fitting. */
function calibrate(train: readonly Document[], dictionary: Dictionary, config: MatchModelConfig): Calibration {
  const observed = () => ({ scores: [] as number[], outcomes: [] as boolean[] });
  const seen = { train: { type: observed(), entity: observed() }, given: { type: observed(), entity: observed() } };
  for (let fold = 0; fold < folds; fold++) {
    const rest = train.filter((_, i) => i % folds !== fold);
    const known = dictionary.remadeFrom(rest);
    const model = new MatchModel(rest, known, config);
    for (let i = fold; i < train.length; i += folds) {
      const types = markings(train[i]);
      const { points, found } = model.read(train[i].text);
      for (const occurrence of found) {
        const marked = types.get(`${occurrence.start} ${occurrence.end}`);
        const { type: byType, entity } = seen[kindOf(known, occurrence)];
        const posterior = model.posterior(points, occurrence);
        entity.scores.push(1 - posterior.get(none)!);
        entity.outcomes.push(marked !== undefined);
        for (const [type, probability] of posterior) {
          if (type === none) continue;
          byType.scores.push(probability);
          byType.outcomes.push(marked?.has(type) ?? false);
        }
      }
    }
  }
  const fit = ({ type, entity }: (typeof seen)['train']) => ({ type: fitIsotonic(type.scores, type.outcomes), entity: fitIsotonic(entity.scores, entity.outcomes) });
  return { train: fit(seen.train), given: fit(seen.given) };
}
