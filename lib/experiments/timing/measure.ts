import { InputError, Interrupted, Random } from '../../common';
import { buildModel, type Example, makeExamples } from '../../models';
import { epochBatches, predictionBatches } from '../../training';
import type { RunConfig } from '../config';
import type { RunData } from '../data';
import { makeResources } from '../resources';
import { drawBatches, type EpochBatch, type Stratum, tokensOf } from './sample';
import { type Stage, type StageTimes, TimedModel, trainingStages, validationStages } from './stages';

/** `padded`: every window to the longest that there may be, as the paper pads; `buckets`: to the longest of its batch, of windows of like length. */
export const paddings = ['padded', 'buckets'] as const;
export type Padding = (typeof paddings)[number];
export const kinds = ['training', 'validation'] as const;
export type Kind = (typeof kinds)[number];

export interface Protocol {
  /** Batches that are measured, of each epoch. */
  batches: number;
  /** How often each is, after once to warm up. */
  rounds: number;
  seed: number;
}

/** An epoch's batches, and those drawn from them. */
export interface SampledEpoch {
  kind: Kind;
  padding: Padding;
  windows: number;
  batches: number;
  tokens: number;
  strata: Stratum[];
}

/** What the drawn batches of an epoch took with one model, in ms, round by round. */
export interface Timings {
  epoch: SampledEpoch;
  /** Index of the model. */
  model: number;
  whole: Map<EpochBatch, number[]>;
  stages: Map<EpochBatch, StageTimes[]>;
  /** Entities predicted in a batch in the last round, and labelled there; none in training. */
  entities: Map<EpochBatch, { predicted: number; labelled: number }>;
}

export interface MeasureHooks {
  onPhase?(phase: string): void;
  onProgress?(share: number): void;
}

type Part = 'train' | 'tuning';
const partOf: Record<Kind, Part> = { training: 'train', validation: 'tuning' };

/** A model and the windows as it takes them. */
interface Contestant {
  timed: TimedModel;
  examples: Record<Part, Example[]>;
}

/**
 * Times models side by side. All training comes before all validation, so that what is decoded is no longer random. In each
 * round every drawn batch, of either padding in turn, goes through every model, once whole and once stage by stage; the
 * model that begins changes from round to round. Round 0 warms up and is not kept.
 */
export async function measure(configs: readonly RunConfig[], data: RunData, protocol: Protocol, hooks: MeasureHooks = {}, signal?: AbortSignal): Promise<Timings[]> {
  configs.forEach(checkPlainSteps);
  const models: Contestant[] = [];
  try {
    for (const config of configs) {
      hooks.onPhase?.(`words and tokens, ${config.variant}`);
      models.push(contestant(config, data));
    }
    const epochs = sampledEpochs(configs[0], models[0].examples, protocol);
    const timings = epochs.flatMap((epoch) => models.map((_, model): Timings => ({ epoch, model, whole: new Map(), stages: new Map(), entities: new Map() })));
    let done = 0;
    for (const kind of kinds) {
      hooks.onPhase?.(kind);
      for (let round = 0; round <= protocol.rounds; round++) {
        for (const visit of visits(epochs.filter((epoch) => epoch.kind === kind))) {
          for (let turn = 0; turn < models.length; turn++) {
            const model = (turn + round) % models.length;
            const timing = timings.find((one) => one.epoch === visit.epoch && one.model === model)!;
            await time(models[model], timing, visit.batch, round);
            // A turn of the event loop: signals and timers are served between batches.
            await new Promise((resolve) => setImmediate(resolve));
            if (signal?.aborted) throw new Interrupted('stopped; timings are not kept');
          }
        }
        hooks.onProgress?.(++done / (kinds.length * (protocol.rounds + 1)));
      }
    }
    return timings;
  } finally {
    for (const { timed } of models) timed.dispose();
  }
}

/** The stages are those of one pass and one update. */
function checkPlainSteps({ training: { adversarial, rDrop, averaging } }: RunConfig): void {
  for (const [field, value] of Object.entries({ adversarial, rDrop, averaging })) {
    if (value !== undefined) throw new InputError(`training.${field}=${value}: plain updates are timed, as in the papers; leave the field out`);
  }
}

function contestant(config: RunConfig, data: RunData): Contestant {
  const resources = makeResources(config, data);
  const { types, vocabulary, wordVectors } = resources;
  const examples = { train: makeExamples(data.parts.train, resources).examples, tuning: makeExamples(data.parts.tuning, resources).examples };
  const model = buildModel(config.model, { types, vocabularySize: vocabulary.size, wordVectors, seed: config.seed, precision: config.precision });
  const { learningRate, clipNorm, weightDecay } = config.training;
  const dropout = Random.from(config.seed, 'dropout');
  return { timed: new TimedModel(model, { training: true, nextSeed: () => dropout.uint32() }, { rates: learningRate, clipNorm, weightDecay }), examples };
}

/** The epochs of training and validation under either padding, the same for every model. */
function sampledEpochs({ training, tokenization }: RunConfig, examples: Contestant['examples'], { batches: count, seed }: Protocol): SampledEpoch[] {
  return kinds.flatMap((kind) => paddings.map((padding): SampledEpoch => {
    const lengths = examples[partOf[kind]].map(({ ids }) => (padding === 'padded' ? tokenization.maxLength : ids.length));
    const batches = (kind === 'training' ? epochBatches(lengths, training, seed, 0) : predictionBatches(lengths))
      .map((indices): EpochBatch => ({ indices, length: Math.max(...indices.map((index) => lengths[index])) }));
    const strata = drawBatches(batches, count, Random.from(seed, `timing/${kind}/${padding}`));
    return { kind, padding, windows: lengths.length, batches: batches.length, tokens: batches.reduce((sum, batch) => sum + tokensOf(batch), 0), strata };
  }));
}

/** The drawn batches of several epochs, in turn. */
function visits(epochs: readonly SampledEpoch[]): { epoch: SampledEpoch; batch: EpochBatch }[] {
  const drawn = epochs.map((epoch) => epoch.strata.flatMap((stratum) => stratum.drawn).map((batch) => ({ epoch, batch })));
  return Array.from({ length: Math.max(...drawn.map(({ length }) => length)) }, (_, i) => drawn.flatMap((all) => all.slice(i, i + 1))).flat();
}

/** One batch through one model, whole and stage by stage; which comes first changes from round to round. */
async function time({ timed, examples }: Contestant, timing: Timings, batch: EpochBatch, round: number): Promise<void> {
  const { kind } = timing.epoch;
  const windows = batch.indices.map((index) => examples[partOf[kind]][index]);
  let ms = 0;
  let stages: StageTimes = {};
  const whole = async (): Promise<void> => {
    if (kind === 'training') {
      ms = await timed.train(windows, batch.length);
    } else {
      const predicted = await timed.predict(windows, batch.length);
      ms = predicted.ms;
      timing.entities.set(batch, { predicted: predicted.entities, labelled: windows.reduce((sum, { spans }) => sum + spans.length, 0) });
    }
  };
  const staged = async (): Promise<void> => {
    stages = await (kind === 'training' ? timed.trainByStage(windows, batch.length) : timed.predictByStage(windows, batch.length));
  };
  for (const way of round % 2 ? [whole, staged] : [staged, whole]) await way();
  if (round === 0) return;
  timing.whole.set(batch, [...(timing.whole.get(batch) ?? []), ms]);
  timing.stages.set(batch, [...(timing.stages.get(batch) ?? []), stages]);
}

export const stagesOf = (kind: Kind): readonly Stage[] => (kind === 'training' ? trainingStages : validationStages);
