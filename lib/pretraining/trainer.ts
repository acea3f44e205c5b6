import * as path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { Interrupted, Random } from '../common';
import type { StoredTensor } from '../layers';
import { writeSafetensors } from '../models';
import { AdamW, applyGradients, type CheckpointStore, joinState, linearSchedule, weightsOf } from '../training';
import type { PretrainConfig } from './config';
import type { MaskedLanguageModel } from './masked-language-model';
import { type MaskedBatch, maskSequences, type MaskingVocabulary, type SimilarWord } from './masking';
import type { PackedText } from './pack';
import { shuffledEpochs, shuffledOrder } from './permutation';
import { freshProgress, type HeldOutPoint, type PretrainHooks, type PretrainProgress } from './progress';

export interface PretrainText {
  train: PackedText;
  heldOut: PackedText;
  vocabulary: MaskingVocabulary & { pad: number };
  similar?: SimilarWord;
}

export interface PretrainerOptions {
  store: CheckpointStore<PretrainProgress>;
  /** Where snapshots go. */
  folder: string;
  /** Age of the last checkpoint at which another is written. */
  checkpointSeconds: number;
  hooks?: PretrainHooks;
  signal?: AbortSignal;
}

/** Points of the loss curve kept in a record. */
const lossPoints = 500;
/** Sequences measured on at a time. */
const heldOutBatch = 32;

interface Prepared {
  batch: MaskedBatch;
  mask: Float32Array;
  tokens: number;
}

/**
 * Trains the model to guess hidden tokens and leaves it with the weights of the lowest held-out loss. Continues from the store's
 * checkpoint and ends with the same bits as an uninterrupted training: which sequences a step takes, and which of their
 * tokens it hides, are functions of the seed and the step.
 * @throws JobError on a loss that is not finite; Interrupted, after a checkpoint, when the signal is aborted
 */
export async function trainMaskedLanguageModel(
  model: MaskedLanguageModel,
  text: PretrainText,
  config: PretrainConfig,
  { store, folder, checkpointSeconds, hooks = {}, signal }: PretrainerOptions,
): Promise<PretrainProgress> {
  const { training, seed } = config;
  const { steps } = training;
  const { length, count } = text.train;
  const sequenceAt = shuffledEpochs(count, seed);
  const schedule = linearSchedule({ warmupSteps: Math.round(training.warmup * steps), totalSteps: steps });
  const parameters = model.parameters.list();
  const optimiser = new AdamW(parameters, { weightDecay: training.weightDecay, beta2: training.beta2 });
  const progress = freshProgress();
  let best: Map<string, StoredTensor> | null = null;
  const stored = store.load();
  if (stored) {
    Object.assign(progress, stored.progress, { resumed: stored.progress.resumed + 1 });
    model.parameters.load(weightsOf(stored.state), 'the checkpoint');
    optimiser.load(stored.state, progress.step);
    best = stored.best;
    hooks.onResume?.(progress);
  }
  const [begun, before, firstStep, firstTokens] = [Date.now(), progress.seconds, progress.step, progress.tokens];
  const updateClock = (): void => { progress.seconds = before + (Date.now() - begun) / 1000; };
  const windowSteps = Math.max(1, Math.floor(steps / lossPoints));
  const snapshots = new Map(training.snapshots.map((share) => [Math.round(share * steps), share]));
  let lastCheckpoint = Date.now();

  const checkpoint = async (): Promise<void> => {
    updateClock();
    store.save(progress, joinState(await model.parameters.save(), await optimiser.save()), best);
    lastCheckpoint = Date.now();
  };

  const step = async (): Promise<void> => {
    const { batch, mask, tokens } = trainingBatch(text, sequenceAt, config, progress.step);
    const random = Random.from(seed, `dropout/${progress.step}`);
    const context = { training: true, nextSeed: () => random.uint32() };
    const { value, grads } = tf.variableGrads(() => model.loss(batch, mask, length, context), parameters.map(({ variable }) => variable));
    try {
      const rate = training.learningRate * schedule(progress.step + 1);
      const { loss } = await applyGradients(parameters, optimiser, { value, grads }, { encoder: rate, head: rate }, training.clipNorm, () =>
        `at update ${progress.step + 1}: lower training.learningRate`);
      progress.step++;
      progress.tokens += tokens;
      progress.pointLoss += loss;
      progress.windowLoss += loss;
      if (progress.step % windowSteps === 0) {
        progress.losses.push({ step: progress.step, loss: progress.windowLoss / windowSteps });
        progress.windowLoss = 0;
      }
      const seconds = (Date.now() - begun) / 1000;
      await hooks.onStep?.({
        step: progress.step,
        steps,
        loss,
        tokensPerSecond: (progress.tokens - firstTokens) / seconds,
        secondsLeft: (seconds / (progress.step - firstStep)) * (steps - progress.step),
      });
    } finally {
      value.dispose();
      tf.dispose(grads);
    }
  };

  const measureBefore = async (): Promise<void> => {
    const { loss, accuracy } = await heldOutGuesses(model, text, config);
    progress.before = { heldOutLoss: loss, accuracy };
    progress.best = { loss, epoch: 0 };
    best = await model.parameters.save();
    hooks.onBefore?.(progress.before);
  };

  const measure = async (): Promise<void> => {
    const { loss, accuracy } = await heldOutGuesses(model, text, config);
    updateClock();
    const since = progress.step - (progress.curve.at(-1)?.step ?? 0);
    const point: HeldOutPoint = {
      step: progress.step, tokens: progress.tokens, loss: progress.pointLoss / since, heldOutLoss: loss, accuracy, seconds: progress.seconds,
    };
    progress.curve.push(point);
    progress.pointLoss = 0;
    if (!progress.best || loss < progress.best.loss) {
      progress.best = { loss, epoch: progress.step };
      best = await model.parameters.save();
    }
    await hooks.onPoint?.(point);
  };

  try {
    if (config.from !== undefined && !stored) await measureBefore();
    while (progress.step < steps) {
      await step();
      const share = snapshots.get(progress.step);
      if (share !== undefined) writeSafetensors(snapshotFile(folder, share), await model.parameters.save());
      if (progress.step % training.evaluateEvery === 0 || progress.step === steps) await measure();
      // A turn of the event loop: signals and timers are served between steps.
      await new Promise((resolve) => setImmediate(resolve));
      const stopped = signal?.aborted && progress.step < steps;
      if (stopped || progress.step === steps || Date.now() - lastCheckpoint >= checkpointSeconds * 1000) await checkpoint();
      if (stopped) throw new Interrupted(`stopped after update ${progress.step} of ${steps}`);
    }
    if (best) model.parameters.load(best, 'the best weights');
    return progress;
  } finally {
    optimiser.dispose();
  }
}

/** Weights as they were after a share of the updates. */
export const snapshotFile = (folder: string, share: number): string => path.join(folder, 'snapshots', `${Math.round(share * 100)}.safetensors`);

function trainingBatch(text: PretrainText, sequenceAt: (place: number) => number, { seed, training: { batchSize }, masking }: PretrainConfig, step: number): Prepared {
  const indices = Array.from({ length: batchSize }, (_, row) => sequenceAt(step * batchSize + row));
  return masked(text, text.train, indices, masking, Random.from(seed, `masks/${step}`));
}

function masked({ vocabulary, similar }: PretrainText, packed: PackedText, indices: readonly number[], masking: PretrainConfig['masking'], random: Random): Prepared {
  const { ids, continues } = packed.read(indices);
  const batch = maskSequences(ids, continues, packed.length, masking, vocabulary, random, similar);
  const mask = Float32Array.from(ids, (id) => (id === vocabulary.pad ? 0 : 1));
  return { batch, mask, tokens: mask.reduce((sum, one) => sum + one, 0) };
}

/** On the same held-out sequences with the same tokens hidden, whatever the step. */
export async function heldOutGuesses(model: MaskedLanguageModel, text: PretrainText, { seed, masking, training }: PretrainConfig): Promise<{ loss: number; accuracy: number; hidden: number }> {
  const count = Math.min(text.heldOut.count, training.heldOutSequences);
  const order = shuffledOrder(text.heldOut.count, seed, 0);
  let [loss, correct, hidden] = [0, 0, 0];
  for (let from = 0; from < count; from += heldOutBatch) {
    const indices = Array.from({ length: Math.min(heldOutBatch, count - from) }, (_, row) => order(from + row));
    // [MASK] alone, in any variant, so that variants can be compared.
    const { batch, mask } = masked(text, text.heldOut, indices, { ...masking, replacement: 'mask', ngrams: false }, Random.from(seed, `held out/${from}`));
    const guesses = await model.evaluate(batch, mask, text.heldOut.length);
    loss += guesses.loss * guesses.hidden;
    correct += guesses.correct;
    hidden += guesses.hidden;
  }
  return { loss: loss / hidden, accuracy: correct / hidden, hidden };
}
