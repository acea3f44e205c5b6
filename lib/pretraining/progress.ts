import type { LossPoint } from '../training';

/** One measurement on held-out text. */
export interface HeldOutPoint {
  /** Updates made. */
  step: number;
  /** Tokens trained on so far, padding not counted. */
  tokens: number;
  /** Mean −log p of hidden tokens: of the batches since the point before, and on the held-out sequences. */
  loss: number;
  heldOutLoss: number;
  /** Share of the held-out hidden tokens whose likeliest guess is right. */
  accuracy: number;
  /** Training time so far, the interrupted parts included. */
  seconds: number;
}

/** Where a pre-training stands besides its tensors: plain JSON. Masks and order are functions of seed and step. */
export interface PretrainProgress {
  step: number;
  tokens: number;
  /** The lowest held-out loss, and the update it was measured after (`epoch` to the checkpoint store); 0: no update made it lower. */
  best: { loss: number; epoch: number } | null;
  /** Before the first update, of a pre-training that goes on from an encoder. */
  before?: Pick<HeldOutPoint, 'heldOutLoss' | 'accuracy'>;
  curve: HeldOutPoint[];
  losses: LossPoint[];
  /** Sums of the losses since the last point of either curve. */
  pointLoss: number;
  windowLoss: number;
  seconds: number;
  resumed: number;
}

export const freshProgress = (): PretrainProgress =>
  ({ step: 0, tokens: 0, best: null, curve: [], losses: [], pointLoss: 0, windowLoss: 0, seconds: 0, resumed: 0 });

export interface PretrainHooks {
  /** What it does now, for a progress line. */
  onPhase?(phase: string, urgent?: boolean): void;
  /** Share done of preparing the text, phase by phase, from 0 to 1. */
  onProgress?(share: number): void;
  onResume?(progress: PretrainProgress): void;
  /** What an encoder that goes on guesses before the first update. */
  onBefore?(before: Pick<HeldOutPoint, 'heldOutLoss' | 'accuracy'>): void;
  onPoint?(point: HeldOutPoint): void | Promise<void>;
  onStep?(report: { step: number; steps: number; loss: number; tokensPerSecond: number; secondsLeft: number }): void | Promise<void>;
}
