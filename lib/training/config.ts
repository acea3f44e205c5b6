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
  /**
   * Factor of the encoder's learning rate from each layer to the one below it (Howard and Ruder 2018): layer l of L learns at
   * rate · decay^(L − l), the embeddings at rate · decay^L. Without it all learn alike, as in both papers.
   */
  layerDecay: z.number().positive().max(1).optional(),
  /**
   * ε of adversarial training by the fast gradient method on the table of token embeddings (adversarial.ts). Without it none, as in both
   * papers; 1 is usual with BERT. Doubles the time of an update.
   */
  adversarial: z.number().positive().optional(),
  /**
   * α of R-Drop, which pulls two passes with different dropout together (r-drop.ts). Without it none, as in both papers; Liang et al. 2021
   * use 1 to 5. Doubles the time and memory of an update.
   */
  rDrop: z.number().positive().optional(),
  /**
   * Decay of the running average of the weights that is scored and kept in place of the weights themselves (averages.ts). Without it
   * none, as in both papers; 0.999 averages over about a thousand updates.
   */
  averaging: z.number().min(0).lt(1).optional(),
  /** Epochs without a better dev F1 after which training stops; null = always all epochs. Best weights are kept either way. */
  patience: z.int().positive().nullable(),
});

export type TrainingConfig = z.infer<typeof TrainingConfig>;
