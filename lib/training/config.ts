import { z } from 'zod';

const rate = z.number().nonnegative();

/** How a model is trained. Everything here can change the result, so everything here is part of a run's key. */
export const TrainingConfig = z.strictObject({
  /** Passes over the training split, at most (patience may end earlier). Paper B, Table 2: 10. */
  epochs: z.int().positive(),
  /** Examples (windows) in a batch, at most. Paper B, Table 2: 8. */
  batchSize: z.int().positive(),
  /** Tokens in a batch, padding counted, at most; null = no limit. Bounds memory on corpora with long texts. */
  tokenBudget: z.int().positive().nullable(),
  /** Peak learning rates. Paper B, Table 2: 2e-5 for a pre-trained encoder; what is trained from scratch needs more. */
  learningRate: z.strictObject({
    /** Of the encoder's parameters. */
    encoder: rate,
    /** Of everything on top of the encoder. */
    head: rate,
  }),
  /** Share of all updates spent warming up. Paper B, Table 2: 0.1. */
  warmup: z.number().min(0).max(1),
  /** Decoupled weight decay on matrices, not on biases and layer norms. The paper names Adam alone: 0 there. */
  weightDecay: rate,
  /** Gradients are scaled down to this global L2 norm; null = never. Not in the paper; 1.0 is BERT's. */
  clipNorm: z.number().positive().nullable(),
  /** Epochs without a better dev F1 after which training stops; null = always all epochs. Best weights are kept either way. */
  patience: z.int().positive().nullable(),
});

export type TrainingConfig = z.infer<typeof TrainingConfig>;
