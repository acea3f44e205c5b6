import { z } from 'zod';
import { AugmentConfig, checkAugmentConfig, TraditionalConfig } from '../augment';
import { InputError } from '../common';
import { splitSchemes } from '../corpus';
import { checkModel, ModelConfig, usesFeatures } from '../models';
import { word2VecSchema } from '../text';
import { TrainingConfig } from '../training';
import { providingMethod } from './method-features';

const count = z.int().positive();

/** Which documents a run trains on and is scored on. */
export const CorpusConfig = z.strictObject({
  /** `sample`, `cmeee-v2`, `ccks2017`, `ccks2019`, `ccks2020`, or a file or folder. */
  id: z.string(),
  /** null: the official split where there is one, else 8:1:1. Paper A's experiments: 8:1:1 of all labelled; paper B's on CCKS2020: 70:15:15 (paper-experiment.ts). */
  split: z.enum(splitSchemes).nullable(),
  /** Seed of random splits and subsets. Not the run's seed: runs that differ by seed see the same documents. */
  splitSeed: z.int(),
  /** Train on this many documents only, drawn at random; null = all. */
  trainDocuments: count.nullable(),
  /** Choose the epoch on this many documents only; null = all. */
  tuningDocuments: count.nullable(),
  /** Score on this many documents only; null = all. Scores on a part are another measurement: tables say so. */
  scoredDocuments: count.nullable(),
});
export type CorpusConfig = z.infer<typeof CorpusConfig>;

/** How a text becomes windows of tokens. */
export const TokenizationConfig = z.strictObject({
  /** A vocab.txt (relative paths are the project's); null: that of the imported weights, else one built from the training texts. */
  vocabulary: z.string().nullable(),
  /** Lower the text and strip accents, as the published Chinese encoders were trained. */
  lowercase: z.boolean(),
  /** Tokens in a window, [CLS] and [SEP] included. Paper B, Table 2: 256. Nothing is cut off: longer texts get several windows. */
  maxLength: z.int().min(8),
  /** Tokens that neighbouring windows share; a longer entity may be cut by both. */
  overlap: z.int().nonnegative(),
});
export type TokenizationConfig = z.infer<typeof TokenizationConfig>;

/** Word2Vec (paper B, section 3.2.2) for models with character-word fusion or a lexicon; trained on the training texts and `unlabelled`. */
export const WordVectorConfig = z.strictObject({
  // `seed` is not the run's: runs that differ by seed share their word vectors, which are then trained once.
  ...word2VecSchema.shape,
  /** Files of unlabelled text, one passage a line. Lines that hold a scored or tuning text are left out. */
  unlabelled: z.array(z.string()).default([]),
  /** Files with the segmenter's extra words, one a line: a medical lexicon. */
  dictionaries: z.array(z.string()).default([]),
  /**
   * Whether the mentions of the training split are words of the segmenter's too. Off: in training every mention would then
   * be one word, which tells its borders, and an unseen one would not be.
   */
  trainMentions: z.boolean().default(false),
  /**
   * A folder of finished vectors (word-vectors.safetensors, words.txt), taken as they are: then nothing is trained, `unlabelled` must
   * be empty, and the training fields above have no effect, the dimension included. Off: vectors are trained for the run.
   */
  pretrained: z.string().nullish(),
});
export type WordVectorConfig = z.infer<typeof WordVectorConfig>;

/** Where a model with channels has its enhanced texts and features from (paper A, section 3.1). */
export const FeaturesConfig = z.strictObject({
  /**
   * Who tells them: `offline-lexicon`, which answers by rule and needs no model, a model's name, or a file of extracted features; or `traditional:masking`,
   * `traditional:replacement`, `traditional:synonyms`, `traditional:back-translation`: paper A's Table 9, second texts by such a method with its default amounts.
   */
  provider: z.string().default('offline-lexicon'),
  /**
   * Whether the documents that choose the epoch and those that are scored have features too, as the paper has it ("in prediction the model
   * identifies … and enhances"). Off: training documents have theirs, but for all others the enhanced text is the text itself and no keyword is
   * known, so that nothing a provider may know of a scored text can help. The row that the paper does not print.
   */
  testEnhancement: z.boolean().default(true),
});
export type FeaturesConfig = z.infer<typeof FeaturesConfig>;

/** All that a run depends on besides the contents of the files it names. */
export const RunConfig = z.strictObject({
  /** Row of the model registry; a name only: what it stands for is in `model`. */
  variant: z.string(),
  /** `quick`, `small` or `paper`, from which the other fields' defaults came; a name only. */
  profile: z.string(),
  /** Of weights, batches and dropout. */
  seed: z.int(),
  corpus: CorpusConfig,
  tokenization: TokenizationConfig,
  /** null where the model has neither word vectors nor a lexicon. */
  wordVectors: WordVectorConfig.nullable(),
  model: ModelConfig,
  /**
   * Paper B's data augmentation (section 3.1) of the training documents; without it none. Drawn with corpus.splitSeed: runs that differ by
   * seed train on the same documents. Word vectors, vocabulary and lexicons come from the documents as they were.
   */
  augmentation: AugmentConfig.optional(),
  /**
   * One of the traditional methods of paper A's Table 9, as {"method": "masking"}; without it none. It makes new training documents of those there are,
   * those of `augmentation` included, and is drawn with corpus.splitSeed likewise.
   */
  traditional: TraditionalConfig.optional(),
  /** Of models that read a chat model's features; absent for all others. Its contents count for a run's key, not its provider's name. */
  features: FeaturesConfig.optional(),
  training: TrainingConfig,
  /**
   * Of matrix products and of the activations between them: float32, or bfloat16, which wants the torch backend and gains
   * where the hardware has it (GPUs since Ampere; processors with AMX or AVX512-BF16). Weights, gradients of weights and
   * losses are float32 in either.
   */
  precision: z.enum(['float32', 'bfloat16']),
});
export type RunConfig = z.infer<typeof RunConfig>;

/**
 * Checks a config, with the rules that bind several fields.
 * @throws InputError naming each wrong field, what it must be and what it is
 */
export function checkConfig(value: unknown): RunConfig {
  const parsed = RunConfig.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'config'}: ${message}`);
    throw new InputError(`the run's configuration is wrong: ${problems.join('; ')}`);
  }
  const { model, tokenization, wordVectors, augmentation } = parsed.data;
  if (augmentation) checkAugmentConfig(augmentation);
  if (tokenization.maxLength > model.encoder.maxPositions) {
    throw new InputError(
      `tokenization.maxLength is ${tokenization.maxLength}, but the encoder has ${model.encoder.maxPositions} positions; ` +
        'lower it or raise model.encoder.maxPositions',
    );
  }
  if (model.encoder.hidden % model.encoder.heads !== 0) {
    throw new InputError(`model.encoder.hidden (${model.encoder.hidden}) must be a multiple of model.encoder.heads (${model.encoder.heads})`);
  }
  checkModel(model);
  if (parsed.data.training.adversarial !== undefined && (model.characters || model.channels?.encoders === 'separate')) {
    throw new InputError('training.adversarial moves the one table of token embeddings of an encoder; this model has none, or two: leave the field out');
  }
  if (parsed.data.training.layerDecay !== undefined && model.characters) {
    throw new InputError('training.layerDecay slows the lower layers of an encoder; this model has none: leave the field out');
  }
  const { features, ...rest } = parsed.data;
  if (features) providingMethod(features.provider);
  if (usesFeatures(model) && !features) {
    throw new InputError("the model reads a chat model's features, and the run's configuration has none; set features={\"provider\":\"offline-lexicon\"}");
  }
  return {
    ...rest,
    ...(usesFeatures(model) && { features }),
    wordVectors: wordVectors && (model.words || model.lexicon) ? checkWordVectors(wordVectors) : null,
  };
}

function checkWordVectors({ pretrained, ...rest }: WordVectorConfig): WordVectorConfig {
  if (!pretrained) return rest;
  if (rest.unlabelled.length) {
    throw new InputError(
      `wordVectors.pretrained is ${pretrained}, and vectors from there are not trained further, but wordVectors.unlabelled names ` +
        `${rest.unlabelled.join(', ')}; empty it with --set wordVectors.unlabelled=[], or give no pretrained vectors`,
    );
  }
  return { ...rest, pretrained };
}
