import type { BestScore } from './early-stopping';

/** One epoch of the training curve. */
export interface EpochPoint {
  epoch: number;
  step: number;
  /** Mean loss of the epoch's batches. */
  loss: number;
  /** On the dev split, at the epoch's end. */
  precision: number;
  recall: number;
  f1: number;
  /** Training time so far, the interrupted parts included. */
  seconds: number;
}

/** Mean loss of the batches since the point before, up to `step`. */
export interface LossPoint {
  step: number;
  loss: number;
}

/** Where a training stands besides its tensors: plain JSON, exact (JavaScript prints doubles so that they read back equal). */
export interface TrainingProgress {
  /** Updates made. */
  step: number;
  /** The epoch under way, from 0, and the index of its next batch. */
  epoch: number;
  batch: number;
  /** State of the dropout seeds' stream. */
  dropout: number[];
  best: BestScore | null;
  curve: EpochPoint[];
  losses: LossPoint[];
  /** Sum of the losses of this epoch's batches, and of those since the last loss point. */
  epochLoss: number;
  windowLoss: number;
  /** Seconds of training so far. */
  seconds: number;
  /** Processor time of all threads in them, which other work on the machine disturbs less. Absent after a checkpoint that did not count it. */
  processorSeconds?: number;
  /** How often the run was continued from a checkpoint. */
  resumed: number;
}

/** What a hook learns after each update. */
export interface StepReport {
  step: number;
  totalSteps: number;
  epoch: number;
  loss: number;
  gradientNorm: number;
  /** Factor of the schedule at this update. */
  rate: number;
  /** Estimate, from the pace since this process began. */
  secondsLeft: number;
}

/** How a caller watches a training. A hook that throws ends the training; what was checkpointed before stays. */
export interface TrainingHooks {
  onResume?(progress: TrainingProgress): void;
  onStep?(report: StepReport): void | Promise<void>;
  onEpoch?(point: EpochPoint): void | Promise<void>;
  onCheckpoint?(progress: TrainingProgress): void | Promise<void>;
}
