import { Interrupted, Random } from '../common';
import type { Document } from '../corpus/types';
import { type Score, score } from '../evaluation';
import type { StoredTensor } from '../layers/parameters';
import { collate, disposeBatch } from '../models';
import type { Example, Model } from '../models/types';
import { AdamW } from './adamw';
import { WeightAverages } from './averages';
import { epochBatches } from './buckets';
import { type CheckpointStore, joinState, weightsOf } from './checkpoint';
import type { TrainingConfig } from './config';
import { improves, outOfPatience } from './early-stopping';
import { layerFactors } from './layer-decay';
import { predictDocuments } from './predictions';
import type { EpochPoint, TrainingHooks, TrainingProgress } from './progress';
import { linearSchedule } from './schedule';
import { trainingStep } from './step';

/** Documents with their gold entities, and their windows. */
export interface LabelledSet {
  documents: Document[];
  examples: Example[];
}

export interface TrainOptions {
  /** Orders the batches and draws the dropout masks. */
  seed: number;
  hooks?: TrainingHooks;
  /** Where checkpoints go: one at each epoch's end, and one whenever the last is `everySeconds` old. */
  checkpoints?: { store: CheckpointStore; everySeconds: number };
  /** Aborted: the step under way is finished, a checkpoint written, and `Interrupted` thrown. */
  signal?: AbortSignal;
}

type Tensors = Map<string, StoredTensor>;

export type TrainingResult = Pick<TrainingProgress, 'best' | 'curve' | 'losses' | 'seconds' | 'processorSeconds' | 'resumed' | 'step'>;

/** Points of the loss curve kept in a run record: enough to draw, few enough to store. */
const lossPoints = 200;

/**
 * Trains `model` on windows and leaves it with the weights of the epoch that had the best F1 on `dev`; with `averaging`, the
 * averages are what is scored and kept. With checkpoints, a training that was cut off continues and ends with the same
 * bits: batches are a function of seed and epoch, and the weights, averages, moments, dropout stream and place in the epoch are restored.
 * @throws JobError on a loss that is not finite; Interrupted when the signal is aborted.
 */
export async function train(
  model: Model,
  examples: readonly Example[],
  dev: LabelledSet,
  config: TrainingConfig,
  { seed, hooks = {}, checkpoints, signal }: TrainOptions,
): Promise<TrainingResult> {
  const lengths = examples.map(({ ids }) => ids.length);
  const perEpoch = epochBatches(lengths, config, seed, 0).length;
  const totalSteps = perEpoch * config.epochs;
  const schedule = linearSchedule({ warmupSteps: Math.round(config.warmup * totalSteps), totalSteps });
  const parameters = model.parameters.list();
  const optimiser = new AdamW(parameters, {
    weightDecay: config.weightDecay,
    ...(config.layerDecay !== undefined && { rateFactors: layerFactors(parameters, config.layerDecay) }),
  });
  const averages = config.averaging === undefined ? undefined : new WeightAverages(parameters, config.averaging);
  const progress = freshProgress(seed);
  let best: Tensors | null = null;

  const stored = checkpoints?.store.load();
  if (stored) {
    Object.assign(progress, stored.progress, { resumed: stored.progress.resumed + 1 });
    model.parameters.load(weightsOf(stored.state), 'the checkpoint');
    optimiser.load(stored.state, progress.step);
    averages?.load(stored.state);
    best = stored.best;
    hooks.onResume?.(progress);
  }

  const dropout = Random.restore(progress.dropout);
  const context = { training: true, nextSeed: () => dropout.uint32() };
  const clock = stopwatch(progress);
  const windowSteps = Math.max(1, Math.floor(totalSteps / lossPoints));
  let lastCheckpoint = Date.now();

  const checkpoint = async (): Promise<void> => {
    if (!checkpoints) return;
    progress.dropout = dropout.save();
    clock.update();
    checkpoints.store.save(progress, joinState(await model.parameters.save(), await optimiser.save(), await averages?.save()), best);
    lastCheckpoint = Date.now();
    await hooks.onCheckpoint?.(progress);
  };

  const step = async (indices: readonly number[]): Promise<void> => {
    const batch = collate(indices.map((index) => examples[index]));
    const rate = schedule(progress.step + 1);
    const rates = { encoder: rate * config.learningRate.encoder, head: rate * config.learningRate.head };
    try {
      const { loss, gradientNorm } = await trainingStep(model, optimiser, batch, context, rates, config.clipNorm, config);
      progress.step++;
      averages?.update(progress.step);
      progress.batch++;
      progress.epochLoss += loss;
      progress.windowLoss += loss;
      if (progress.step % windowSteps === 0) {
        progress.losses.push({ step: progress.step, loss: progress.windowLoss / windowSteps });
        progress.windowLoss = 0;
      }
      const secondsLeft = clock.perStep(progress.step) * (totalSteps - progress.step);
      await hooks.onStep?.({ step: progress.step, totalSteps, epoch: progress.epoch, loss, gradientNorm, rate, secondsLeft });
    } finally {
      disposeBatch(batch);
    }
  };

  /** Scores the weights of the epoch's end, and keeps them if they are the best. */
  const evaluate = async (): Promise<Score> => {
    const { micro } = score(dev.documents, await predictDocuments(model, dev));
    if (improves(progress.best, micro.f1)) {
      progress.best = { score: micro.f1, epoch: progress.epoch };
      best = await model.parameters.save();
    }
    return micro;
  };

  const endEpoch = async (): Promise<void> => {
    const micro = await (averages ? averages.within(evaluate) : evaluate());
    const { epoch } = progress;
    clock.update();
    const point: EpochPoint = {
      epoch,
      step: progress.step,
      loss: progress.epochLoss / perEpoch,
      precision: micro.precision,
      recall: micro.recall,
      f1: micro.f1,
      seconds: progress.seconds,
    };
    progress.curve.push(point);
    Object.assign(progress, { epoch: epoch + 1, batch: 0, epochLoss: 0 });
    await checkpoint();
    await hooks.onEpoch?.(point);
  };

  try {
    while (progress.epoch < config.epochs && !outOfPatience(progress.best, progress.epoch - 1, config.patience)) {
      const batches = epochBatches(lengths, config, seed, progress.epoch);
      while (progress.batch < batches.length) {
        await step(batches[progress.batch]);
        // A turn of the event loop: signals and timers are served between steps.
        await new Promise((resolve) => setImmediate(resolve));
        if (signal?.aborted) {
          await checkpoint();
          throw new Interrupted(`stopped after update ${progress.step} of ${totalSteps}`);
        }
        if (checkpoints && Date.now() - lastCheckpoint >= checkpoints.everySeconds * 1000) await checkpoint();
      }
      await endEpoch();
    }
    if (best) model.parameters.load(best, 'the best weights');
    clock.update();
  } finally {
    optimiser.dispose();
    averages?.dispose();
  }
  const { curve, losses, seconds, processorSeconds, resumed } = progress;
  return { best: progress.best, curve, losses, seconds, processorSeconds, resumed, step: progress.step };
}

function freshProgress(seed: number): TrainingProgress {
  return {
    step: 0,
    epoch: 0,
    batch: 0,
    dropout: Random.from(seed, 'dropout').save(),
    best: null,
    curve: [],
    losses: [],
    epochLoss: 0,
    windowLoss: 0,
    seconds: 0,
    processorSeconds: 0,
    resumed: 0,
  };
}

/** Keeps the times of `progress` across interruptions, and the pace of this process. */
function stopwatch(progress: TrainingProgress): { update(): void; perStep(step: number): number } {
  const begun = Date.now();
  const firstStep = progress.step;
  const { seconds: before, processorSeconds: processorBefore } = progress;
  const processor = process.cpuUsage();
  const elapsed = (): number => (Date.now() - begun) / 1000;
  return {
    update: () => {
      progress.seconds = before + elapsed();
      if (processorBefore === undefined) return;
      const { user, system } = process.cpuUsage(processor);
      progress.processorSeconds = processorBefore + (user + system) / 1e6;
    },
    perStep: (step) => (step > firstStep ? elapsed() / (step - firstStep) : 0),
  };
}
