import { z } from 'zod';
import { featureKinds } from '../layers/feature-mapping';

const count = z.int().positive();
const rate = z.number().min(0).lt(1);

/** The Transformer encoder. The defaults are those of BERT-base, Chinese RoBERTa-wwm-ext and MacBERT-base. */
export const EncoderConfig = z.strictObject({
  /** Transformer layers. */
  layers: count.default(12),
  /** Width of a token's vector. */
  hidden: count.default(768),
  /** Attention heads; divides `hidden`. */
  heads: count.default(12),
  /** Width inside the feed-forward block, 4 × hidden in every published model. */
  feedForward: count.default(3072),
  /** Longest window in tokens, [CLS] and [SEP] included: rows of the position table. Paper B, Table 2 uses 256 of the published 512. */
  maxPositions: count.default(512),
  /** Rows of the segment table. All tokens are of segment 0; published weights have 2. */
  typeVocabulary: count.default(2),
  /** Dropout of embeddings, of each block's output, and before a head that tags tokens. BERT's; the paper prints none. */
  dropout: rate.default(0.1),
  /** Dropout of attention probabilities. BERT's. */
  attentionDropout: rate.default(0.1),
  /** ε of layer normalisation. BERT's. */
  layerNormEpsilon: z.number().positive().default(1e-12),
  /**
   * `absolute`: learned positions. `rope`: rotary positions in every layer instead, paper B's "optional step" (section 3.2.1).
   * Absolute by default, because public Chinese weights were trained with absolute positions.
   */
  positions: z.enum(['absolute', 'rope']).default('absolute'),
  /** A folder that `weights import` or `pretrain` wrote; without it (`null` on the command line) the encoder starts at random. */
  weights: z.string().optional(),
});
export type EncoderConfig = z.infer<typeof EncoderConfig>;

/** Character-word fusion (paper B, Eq. 2-3). */
export const WordsConfig = z.strictObject({
  /** How vectors are joined. Paper B, section 3.2.3: concatenation; it names addition and gating as alternatives. */
  fusion: z.enum(['concat', 'add', 'gated']).default('concat'),
  /**
   * Whether training moves the word vectors; the paper does not say. Off by default: only words of the training split would
   * move, away from the words that unlabelled text placed beside them, which are those that test texts bring.
   */
  trainable: z.boolean().default(false),
});
export type WordsConfig = z.infer<typeof WordsConfig>;

/** SoftLexicon (Ma et al. 2020): a lexicon's words beside the characters they begin at, go through, end at or are. */
export const LexiconConfig = z.strictObject({
  /** Whether training moves the words' vectors. Off, as in `WordsConfig`, and as the published code in effect has it. */
  trainable: z.boolean().default(false),
  /**
   * Files with words of the lexicon, one a line; what follows a tab, such as a type or a count, is not read. They join the words
   * of the segmented training texts and those that have a word vector.
   */
  files: z.array(z.string()).default([]),
});
export type LexiconConfig = z.infer<typeof LexiconConfig>;

/** What models without a pre-trained encoder read instead (paper A, Table 5: BiLSTM-CRF, CNN-CRF, CNN-BiLSTM-CRF). The paper prints none of it. */
export const CharactersConfig = z.strictObject({
  /** Width of a character's vector, trained from random values. As wide as medner-mini's vectors. */
  dimension: count.default(256),
  /** Dropout of the vectors, after the convolutions, and before the head. Paper A, section 4.3: 0.3, as for its own model. */
  dropout: rate.default(0.3),
  /** Convolutions over the vectors, ReLU after them, side by side; null = none. */
  convolution: z.strictObject({
    /** Characters that each kernel sees. Those of Kim 2014. */
    kernelSizes: z.array(count).min(1).default([3, 4, 5]),
    /** Kernels of each size. Paper A's number for its own convolutions (section 4.3). */
    channels: count.default(128),
  }).nullable().default(null),
});
export type CharactersConfig = z.infer<typeof CharactersConfig>;

/** Paper A's two channels with the features of a chat model (sections 3.2 and 3.3, Eq. 1-17): what the head sees is [h; D], or h without convolutions. */
export const ChannelsConfig = z.strictObject({
  /**
   * What the second channel reads: `enhanced`, the enhanced text T'; `original`, T again: the ablation "w/o Enhanced Text", in which the structure
   * stays and only the text is gone; null, no second channel ("Single channel").
   */
  second: z.enum(['enhanced', 'original']).nullable().default('enhanced'),
  /**
   * What is added at the keywords' tokens (Eq. 7-8): δ h_K, α h_desc, γ h_pos, β h_rel. The paper names H_K among the inputs and has it in no
   * equation; it is added like the others. None = "w/o Keywords": all of them need the keywords' positions.
   */
  features: z.array(z.enum(featureKinds)).default([...featureKinds]),
  /** What α, β, γ and δ start from. The paper prints none; at 0.1 a keyword's sum is small beside the token's own vector and has a gradient at once. */
  initialWeight: z.number().default(0.1),
  /** An item's vector: the mean of its tokens' vectors, or that of its [CLS]. The paper says "sentence-level vector" of descriptions. */
  pooling: z.enum(['mean', 'cls']).default('mean'),
  /**
   * Whether gradients reach the encoder through the items' vectors too; the paper does not say. Off, items cost a third: there are about three
   * times as many of their tokens as of T's.
   */
  itemGradient: z.boolean().default(true),
  /** `shared`: one encoder for T, T' and items. `separate`: T' and items have one of their own. The paper says "dual channel MacBERT" and draws one each; shared takes half the memory. */
  encoders: z.enum(['shared', 'separate']).default('shared'),
  /** How the second channel joins the first (Eq. 10): `attention`, or the `mean` of its tokens at every token, attention's uniform case without its projections ("w/o Cross Attention"). */
  fusion: z.enum(['attention', 'mean']).default('attention'),
  /** Heads of the cross attention; divides encoder.hidden. Paper A, section 4.3: 8. */
  heads: count.default(8),
  /** Dropout of both channels' inputs to Eq. 9, of what the second channel adds in Eq. 10, and of what the co-predictor reads. Paper A, section 4.3: 0.3. */
  dropout: rate.default(0.3),
  /** AdaLN, perceptron and convolutions (Eq. 12-17); null = "w/o Conv". */
  convolution: z.strictObject({
    /** Tokens that each convolution sees. The paper says [1, 2, 3] (section 4.3) and dilations 1, 2, 3 (Eq. 16); a kernel of 1 has no dilation, so 3 each. */
    kernelSizes: z.array(count).min(1).default([3, 3, 3]),
    /** Tokens from one of these to the next. Paper A, Eq. 16: 1, 2, 3. */
    dilations: z.array(count).min(1).default([1, 2, 3]),
    /** Kernels of each, d_c. Paper A, section 4.3: 128. */
    channels: count.default(128),
  }).nullable().prefault({}),
});
export type ChannelsConfig = z.infer<typeof ChannelsConfig>;

/** Whether a model reads what a chat model tells of its texts. */
export const usesFeatures = ({ channels }: { channels?: ChannelsConfig }): boolean =>
  channels !== undefined && (channels.second === 'enhanced' || channels.features.length > 0);

const pointer = {
  /** Width of queries and keys. The public GlobalPointer code's 64; the paper prints none. */
  size: count.default(64),
  /** Divide scores by √size, as the public code does; the paper's Eq. 8 prints no scale. */
  scale: z.boolean().default(true),
  /** Rotary positions on queries and keys (paper B, Eq. 7). */
  rope: z.boolean().default(true),
};

export const HeadConfig = z.discriminatedUnion('kind', [
  /** BIO tags by a softmax a token: the BERT and RoBERTa rows of paper B's Tables 3 and 4. */
  z.strictObject({ kind: z.literal('token-classifier') }),
  /** Every span scored (paper B's GP). */
  z.strictObject({ kind: z.literal('global-pointer'), ...pointer }),
  /** Spans of up to k tokens scored (paper B's EGP). */
  z.strictObject({
    kind: z.literal('banded-pointer'),
    ...pointer,
    /** Longest entity in tokens. Paper B, Fig. 9: best 43 on CMeEE-V2 (the default), 39 on CCKS2020. */
    k: count.default(43),
  }),
  /** Every span scored by queries and keys that all types share, and a type's own bias: the other published "Efficient GlobalPointer". */
  z.strictObject({ kind: z.literal('egp-shared'), ...pointer }),
  /** BIO tags by a conditional random field (paper B's BERT-CRF). Dropout before it is the encoder's. */
  z.strictObject({ kind: z.literal('crf') }),
  /** The same on a bidirectional LSTM (paper B's RoBERTa-BiLSTM-CRF). */
  z.strictObject({
    kind: z.literal('bilstm-crf'),
    /** Width of the LSTM's state in each direction; null = half the encoder's (384 for a base model), so that widths stay. The paper prints none. */
    hidden: count.nullable().default(null),
  }),
  /** BIO tags by a softmax a token on a bidirectional LSTM (paper A's RoBERTa-BiLSTM). */
  z.strictObject({
    kind: z.literal('bilstm'),
    /** As of `bilstm-crf`. */
    hidden: count.nullable().default(null),
  }),
  /** BIO tags by the co-predictor of a model with channels (paper A, Eq. 18-21). */
  z.strictObject({
    kind: z.literal('co-predictor'),
    /** Width of x and y. Paper A, section 4.3: 256. null: S = D W_d alone ("w/o Biaffine"). */
    biaffine: count.nullable().default(256),
    /** Whether a CRF decodes the scores ("with CRF") instead of a softmax a token. */
    crf: z.boolean().default(false),
  }),
]);
export type HeadConfig = z.infer<typeof HeadConfig>;

const tagKinds = ['token-classifier', 'crf', 'bilstm-crf', 'bilstm', 'co-predictor'] as const;
export type TagHeadConfig = Extract<HeadConfig, { kind: (typeof tagKinds)[number] }>;

/** Whether a head tags tokens, and so holds no nested entities, rather than scoring spans. */
export const tagsTokens = <T extends { kind: HeadConfig['kind'] }>(head: T): head is Extract<T, { kind: TagHeadConfig['kind'] }> =>
  (tagKinds as readonly string[]).includes(head.kind);

/** A model's structure: everything about it but its data's types, vocabulary and word vectors. */
export const ModelConfig = z.strictObject({
  encoder: EncoderConfig.prefault({}),
  /** null: characters alone. */
  words: WordsConfig.nullable().default(null),
  /** Without it, none. */
  lexicon: LexiconConfig.optional(),
  /** Character vectors in place of the encoder, of which nothing but `maxPositions` then counts. Without it, the encoder. */
  characters: CharactersConfig.optional(),
  /** Without it, the encoder's vectors go to the head as they are. */
  channels: ChannelsConfig.optional(),
  head: HeadConfig,
});
export type ModelConfig = z.infer<typeof ModelConfig>;
