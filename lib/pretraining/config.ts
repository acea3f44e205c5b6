import * as path from 'node:path';
import { z } from 'zod';
import { canonicalJson, InputError } from '../common';
import { EncoderConfig, publishedEncoder } from '../models';

const count = z.int().positive();
const share = z.number().min(0).max(1);

/** Which tokens a sequence hides, and what stands in their place. */
export const MaskingConfig = z.strictObject({
  /** Share of the tokens to be guessed. BERT, RoBERTa and MacBERT: 0.15. */
  share,
  /** Hide all tokens of a segmented word together, as Chinese RoBERTa-wwm and MacBERT do (Cui et al. 2021); off: token by token. */
  wholeWords: z.boolean(),
  /** Hide runs of 1, 2, 3 or 4 words with probabilities 0.4, 0.3, 0.2, 0.1, as MacBERT does, instead of single words. */
  ngrams: z.boolean(),
  /**
   * What a hidden token shows: 80 % this, 10 % a random token, 10 % itself. `mask`: [MASK], as BERT and RoBERTa. `similar`: the
   * word nearest by word vectors that has as many tokens, as MacBERT; a random token where there is none.
   */
  replacement: z.enum(['mask', 'similar']),
});
export type MaskingConfig = z.infer<typeof MaskingConfig>;

/** The unlabelled text, and what must not be in it. */
export const TextConfig = z.strictObject({
  /** Files or folders of text. */
  sources: z.array(z.string()),
  /** Corpora whose training texts are read too, without their entities; their other splits are guarded. */
  corpora: z.array(z.string()),
  /** Corpora of which every document outside the training split is guarded: text that contains one is left out. */
  guarded: z.array(z.string()),
  /** Share of the passages kept apart for the held-out loss. */
  heldOut: z.number().gt(0).lt(1),
  /** Tokens in a sequence, [CLS] and [SEP] included. Passages are packed into it one after another, as RoBERTa's FULL-SENTENCES. */
  length: z.int().min(8),
});
export type TextConfig = z.infer<typeof TextConfig>;

/** All that a pre-training depends on besides the contents of the files it names. */
export const PretrainConfig = z.strictObject({
  /** Of weights, masks and order. */
  seed: z.int(),
  /**
   * Folder of an encoder to go on from, on text of another kind (domain-adaptive pre-training, Gururangan et al. 2020): its weights, with
   * the head that guesses where it has one, its sizes and its whole vocabulary. Without it weights are random.
   */
  from: z.string().optional(),
  text: TextConfig,
  vocabulary: z.strictObject({
    /** A vocab.txt in the common format, of which a part is kept. */
    full: z.string(),
    /** Tokens kept at most, the most frequent first. */
    size: count,
    /** Tokens that occur less often in the text are not kept: they would hardly be trained. */
    minCount: count,
  }),
  encoder: EncoderConfig.omit({ weights: true }),
  masking: MaskingConfig,
  training: z.strictObject({
    /** Updates. */
    steps: count,
    /** Sequences in a batch. */
    batchSize: count,
    /** Peak learning rate of AdamW, after a linear warm-up and before a linear decay to 0. */
    learningRate: z.number().positive(),
    /** Share of the updates spent warming up. RoBERTa: 0.05 to 0.06. */
    warmup: share,
    /** Decoupled weight decay on matrices. RoBERTa: 0.01. */
    weightDecay: z.number().nonnegative(),
    /** β₂ of Adam. RoBERTa: 0.98, steadier than 0.999 at high rates. */
    beta2: z.number().gt(0).lt(1),
    /** Gradients are scaled down to this global L2 norm; null = never. */
    clipNorm: z.number().positive().nullable(),
    /** Updates between two measurements of the held-out loss. */
    evaluateEvery: count,
    /** Held-out sequences measured on, at most. */
    heldOutSequences: count,
    /** Shares of the updates after which the weights are kept as they are, to see what more training brings. */
    snapshots: z.array(z.number().gt(0).lt(1)),
  }),
  /** Of matrix products and activations; see a run's `precision`. */
  precision: z.enum(['float32', 'bfloat16']),
});
export type PretrainConfig = z.infer<typeof PretrainConfig>;

/**
 * medner-mini's: 4 layers of 256, which two cores train on their text in hours. Rotary positions are learned from far less text than a
 * position table, and let windows be longer than the sequences trained on.
 */
export const pretrainDefaults: PretrainConfig = {
  seed: 0,
  text: { sources: [], corpora: [], guarded: [], heldOut: 0.01, length: 128 },
  vocabulary: { full: 'data/models/bert-base-chinese/vocab.txt', size: 6500, minCount: 5 },
  encoder: EncoderConfig.omit({ weights: true }).parse({
    // No dropout: medner-mini's 6,000 updates read half of its text, each part once, and there is nothing to overfit.
    layers: 4, hidden: 256, heads: 4, feedForward: 1024, maxPositions: 512, dropout: 0, attentionDropout: 0, positions: 'rope',
  }),
  masking: { share: 0.15, wholeWords: true, ngrams: false, replacement: 'mask' },
  training: {
    steps: 6_000,
    batchSize: 16,
    learningRate: 1e-3,
    warmup: 0.05,
    weightDecay: 0.01,
    beta2: 0.98,
    clipNorm: 1,
    evaluateEvery: 250,
    heldOutSequences: 256,
    snapshots: [0.25, 0.5],
  },
  precision: 'float32',
};

/**
 * Defaults of a pre-training that goes on from an encoder: its sizes and vocabulary, and half the rate.
 * @param folder relative ones are the project's
 * @throws InputError where it holds no encoder
 */
export function defaultsFrom(folder: string): PretrainConfig {
  const { weights: _weights, dropout: _dropout, attentionDropout: _attention, ...sizes } = publishedEncoder(folder);
  const { vocabulary, encoder, training, ...rest } = pretrainDefaults;
  return {
    ...rest,
    from: folder,
    vocabulary: { ...vocabulary, full: path.join(folder, 'vocab.txt') },
    encoder: { ...encoder, ...sizes },
    training: { ...training, learningRate: training.learningRate / 2, snapshots: [] },
  };
}

/** @throws InputError naming each wrong field, what it must be and what it is */
export function checkPretrainConfig(value: unknown): PretrainConfig {
  const parsed = PretrainConfig.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'config'}: ${message}`);
    throw new InputError(`the pre-training's configuration is wrong: ${problems.join('; ')}`);
  }
  const { text, encoder } = parsed.data;
  if (text.sources.length + text.corpora.length === 0) throw new InputError('pre-training needs text: name a file, a folder or a corpus');
  if (text.length > encoder.maxPositions) {
    throw new InputError(`text.length is ${text.length}, but the encoder has ${encoder.maxPositions} positions; lower it or raise encoder.maxPositions`);
  }
  checkKept(parsed.data);
  return parsed.data;
}

/** An encoder that goes on keeps its vocabulary and its sizes; only dropout is the training's. */
function checkKept({ from, vocabulary, encoder }: PretrainConfig): void {
  if (from === undefined) return;
  const own = defaultsFrom(from);
  if (canonicalJson(vocabulary) !== canonicalJson(own.vocabulary)) throw new InputError(`${from} keeps its vocabulary, ${own.vocabulary.full}: leave out --vocabulary and vocabulary.*, or --from`);
  for (const [field, size] of Object.entries(own.encoder)) {
    const asked = encoder[field as keyof typeof encoder];
    if (asked !== size && !/dropout/i.test(field)) throw new InputError(`encoder.${field} is ${asked}, but that of ${from} is ${size}: an encoder that goes on keeps its sizes; leave it out`);
  }
}
