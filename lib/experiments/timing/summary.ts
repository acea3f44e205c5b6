import { halfQuartileRange, median, quantile } from '../../common';
import { type Amdahl, savedShare } from './amdahl';
import { type Kind, type Padding, stagesOf, type Timings } from './measure';
import { type EpochBatch, type Estimate, estimate, tokensOf } from './sample';
import type { Stage } from './stages';

/** A median over the rounds, with half the distance of their quartiles. */
export interface Measured {
  value: number;
  spread: number;
}

const measured = (values: readonly number[]): Measured => ({ value: median(values), spread: halfQuartileRange(values) });

/** What an epoch takes with one model. */
export interface EpochTime {
  kind: Kind;
  padding: Padding;
  model: number;
  /** The epoch of each batch's median; the spread is half the distance of the epochs of each batch's quartiles, so that a step held up alone does not count. */
  seconds: Measured;
  /** Ms of each drawn batch, round by round. */
  steps: number[][];
  /** Standard error of the seconds from the batches that were not drawn. */
  samplingError: number | null;
  /** Mean ms a batch of each stage, from steps with a wait after each. */
  stages: Partial<Record<Stage, number>>;
  /** Sum of the stages in those of whole steps: what the waiting costs, and noise. */
  stagesToWhole: number;
  /** Entities predicted for each that is labelled in the drawn batches; null in training. */
  predictedToLabelled: number | null;
}

export function epochTime({ epoch, model, whole, stages, entities }: Timings): EpochTime {
  const { kind, padding, strata, batches } = epoch;
  const epochOf = (share: number): Estimate => estimate(strata, (batch) => quantile(whole.get(batch)!, share) / 1000);
  const { total, samplingError } = epochOf(0.5);
  const times = Object.fromEntries(stagesOf(kind).flatMap((stage) => {
    const all = (batch: EpochBatch): number[] => stages.get(batch)!.flatMap((one) => one[stage] ?? []);
    return all(strata[0].drawn[0]).length ? [[stage, estimate(strata, (batch) => median(all(batch))).total / batches]] : [];
  })) as Partial<Record<Stage, number>>;
  const found = [...entities.values()];
  const count = (of: 'predicted' | 'labelled'): number => found.reduce((sum, one) => sum + one[of], 0);
  return {
    kind, padding, model,
    seconds: { value: total, spread: (epochOf(0.75).total - epochOf(0.25).total) / 2 },
    steps: strata.flatMap(({ drawn }) => drawn.map((batch) => whole.get(batch)!)),
    samplingError,
    stages: times,
    stagesToWhole: (sumOf(times) * batches) / (1000 * total),
    predictedToLabelled: found.length ? count('predicted') / count('labelled') : null,
  };
}

export const sumOf = (stages: EpochTime['stages']): number => Object.values(stages).reduce((sum, ms) => sum + ms, 0);

/** How long an epoch takes in the time of another model's; the spread is that of each round's median over the batches, in which both took turns. */
export function ratio(a: EpochTime, b: EpochTime): Measured {
  const rounds = a.steps[0].map((_, round) => median(a.steps.map((step, i) => step[round] / b.steps[i][round])));
  return { value: a.seconds.value / b.seconds.value, spread: halfQuartileRange(rounds) };
}

/** The stages in which models with the same encoder differ. */
const spanStages = ['scores', 'loss', 'head gradients', 'decode'] as const;

/** The span stage of `slow` made as fast as that of `fast`: its share of a step of `slow`, its speed-up, and what a step then saves. */
export function amdahlOf(slow: EpochTime, fast: EpochTime): Amdahl & { saved: number } {
  const span = ({ stages }: EpochTime): number => spanStages.reduce((sum, stage) => sum + (stages[stage] ?? 0), 0);
  const amdahl = { p: span(slow) / sumOf(slow.stages), s: span(slow) / span(fast) };
  return { ...amdahl, saved: savedShare(amdahl) };
}

/** What was measured of each batch: the median and spread over the rounds, in ms. */
export function rawTimings({ epoch, whole, stages, entities }: Timings): object {
  return epoch.strata.map(({ batches, tokens, drawn }) => ({
    batches, tokens,
    drawn: drawn.map((batch) => ({
      windows: batch.indices.length,
      length: batch.length,
      tokens: tokensOf(batch),
      ms: { ...measured(whole.get(batch)!), rounds: whole.get(batch) },
      stages: Object.fromEntries(Object.keys(stages.get(batch)![0]).map((stage) => [stage, measured(stages.get(batch)!.map((one) => one[stage as Stage]!))])),
      ...entities.get(batch),
    })),
  }));
}
