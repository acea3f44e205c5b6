import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { AugmentConfig, RemoteConfig } from '../augment';
import { didYouMean, InputError, projectRoot } from '../common';
import { type ChannelsConfig, EncoderConfig, type HeadConfig, ModelConfig, type Paper, publishedEncoder, usesFeatures, variantModel, variant as registryRow, type VariantRow, weightsFile } from '../models';
import { TrainingConfig } from '../training';
import { checkConfig, FeaturesConfig, WordVectorConfig, type RunConfig, type TokenizationConfig } from './config';
import { withOverrides } from './overrides';
import { paperSplit } from './paper-experiment';

export const profileNames = ['quick', 'small', 'paper'] as const;
export type ProfileName = (typeof profileNames)[number];

interface Profile {
  description: string;
  /** The folder that the encoder of a row with this checkpoint starts from; null: random weights. It brings its structure and vocabulary with it. */
  weights: (checkpoint: string) => string | null;
  encoder: Partial<EncoderConfig>;
  tokenization: TokenizationConfig;
  wordVectors: WordVectorConfig;
  training: TrainingConfig;
  /** What rows train otherwise than `training` says. */
  trainingOf?: (row: VariantRow) => Partial<TrainingConfig>;
  /** What models with channels have otherwise than their schema says. */
  channels?: Partial<ChannelsConfig>;
  /** What takes the place of `tokenization` and `training` in paper A's experiments, and else for rows that are paper A's alone. */
  paperA?: Pick<Profile, 'tokenization'> & { training: Partial<TrainingConfig> };
  /** Seeds of a comparison, unless others are asked for. */
  seeds: number[];
}

/** The small encoder that the project pre-trained and ships. */
export const miniFolder = 'data/models/medner-mini';

/** Its structure, for those who set its weights to null. */
const miniStructure: Partial<EncoderConfig> = { layers: 4, hidden: 256, heads: 4, feedForward: 1024, maxPositions: 512, dropout: 0.1, attentionDropout: 0, positions: 'rope' };

/** The same code path at three sizes. A field's meaning stands at its schema; here stands why it has this value. */
export const profiles: Record<ProfileName, Profile> = {
  quick: {
    description: 'the embedded corpus and medner-mini, the small encoder that this project pre-trained: the whole comparison in minutes on two cores',
    weights: () => miniFolder,
    encoder: miniStructure,
    // 128 tokens hold nearly every document whole; the overlap holds the longest entities.
    tokenization: { vocabulary: null, lowercase: true, maxLength: 128, overlap: 48 },
    wordVectors: WordVectorConfig.parse({ dimension: 64 }),
    training: {
      // One pass over small batches: some 250 updates, of which the comparison's twelve runs take minutes.
      epochs: 1,
      batchSize: 8,
      tokenBudget: null,
      // A small encoder moves far in few updates; 2e-5 is for large ones that are good already.
      learningRate: { encoder: 1e-3, head: 2e-3 },
      warmup: 0.1,
      weightDecay: 0.01,
      clipNorm: 1,
      patience: null,
    },
    // Items are most of the tokens that the encoder reads, and without their gradients an update takes less time. Paper A's dropout of 0.3 is much
    // for so few updates; the encoder's own is 0.1.
    channels: { itemGradient: false, dropout: 0.1 },
    // Behind recurrent layers, whose first gradients say little, a slower encoder learns more: F1 on the tuning documents with seed 0 at encoder rates of
    // 2.5e-4, 5e-4, 1e-3 and 2e-3 is 67.3, 70.7, 68.3 and 52.8 for llm-medner-single-channel; roberta-bilstm has 68.5 at 5e-4, 63.0 at 1e-3.
    trainingOf: ({ head, characters, channels }) =>
      (channels || (head.startsWith('bilstm') && !characters) ? { learningRate: { encoder: 5e-4, head: 2e-3 } } : {}),
    seeds: [0, 1],
  },
  small: {
    description: 'a real corpus and medner-mini, the small encoder that this project pre-trained (4 layers of 256)',
    weights: () => miniFolder,
    encoder: miniStructure,
    tokenization: { vocabulary: null, lowercase: true, maxLength: 256, overlap: 64 },
    wordVectors: WordVectorConfig.parse({ pretrained: miniFolder }),
    training: {
      epochs: 10,
      batchSize: 16,
      // 16 windows of 256 tokens; short ones, most of CMeEE, are bounded by batchSize.
      tokenBudget: 4096,
      // Chosen on tuning documents by `medner experiment pretraining`.
      learningRate: { encoder: 5e-4, head: 1e-3 },
      warmup: 0.1,
      weightDecay: 0.01,
      clipNorm: 1,
      patience: 3,
    },
    seeds: [0],
  },
  paper: {
    description: "the published base-size weights and paper B's settings (Table 2), or paper A's (section 4.3) in its experiments and for rows that are its alone",
    weights: (checkpoint) => `data/models/${checkpoint}`,
    encoder: {},
    tokenization: { vocabulary: null, lowercase: true, maxLength: 256, overlap: 64 },
    wordVectors: WordVectorConfig.parse({}),
    training: {
      epochs: 10,
      batchSize: 8,
      tokenBudget: null,
      // Table 2 prints one rate. What is trained from scratch on top takes 50 times it, as is usual beside a fine-tuned
      // encoder; --set training.learningRate.head=2e-5 is the letter of the paper.
      learningRate: { encoder: 2e-5, head: 1e-3 },
      warmup: 0.1,
      weightDecay: 0,
      clipNorm: 1,
      patience: null,
    },
    // Paper A, section 4.3, which prints two learning rates and batch sizes: 2e-5 and 16 are those named with optimiser and weight decay. It prints no epochs.
    paperA: {
      tokenization: { vocabulary: null, lowercase: true, maxLength: 512, overlap: 64 },
      training: { batchSize: 16, weightDecay: 0.01 },
    },
    // Table 5: 10 runs.
    seeds: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  },
};

export function profile(name: string): Profile {
  if (!Object.hasOwn(profiles, name)) {
    throw new InputError(`there is no profile ${name}${didYouMean(name, profileNames)}; there are ${profileNames.join(', ')}`);
  }
  return profiles[name as ProfileName];
}

/** Fig. 9 of paper B gives the best k of two corpora; the sample resembles the first. */
const bandwidths: Record<string, number> = { 'cmeee-v2': 43, sample: 43, ccks2020: 39, ccks2019: 39, ccks2017: 39 };

/** The embedded corpus has unlabelled text and a vocabulary of its own. */
const embedded = { vocabulary: 'data/vocabulary/sample.txt', unlabelled: ['data/sample/unlabelled.txt'] };

export interface RunRequest {
  variant: string;
  corpus: string;
  profile: string;
  seed: number;
  /** `a.b=c` assignments, as --set gives them. */
  set?: readonly string[];
  /** Whose experiment the run is of: it has that paper's split and settings. Without one, the corpus's own split, and the settings of the paper whose row the variant is. */
  paper?: Paper;
}

/** The config of a run: its profile's, for its variant and corpus, with the assignments made. */
export function resolveConfig({ variant, corpus, profile: profileName, seed, set = [], paper }: RunRequest): RunConfig {
  const chosen = profile(profileName);
  const row = registryRow(variant);
  const given = assigned(set, weightsField);
  const weights = row.checkpoint === null || given === 'null' ? null : given ?? chosen.weights(row.checkpoint);
  // Imported weights bring their structure with them.
  const encoder = weights === null ? chosen.encoder : importedEncoder(weights, profileName);
  const model = variantModel({ ...row, channels: row.channels && { ...chosen.channels, ...row.channels } }, encoder);
  const own = (paper ?? row.settings) === 'llm-medner' ? chosen.paperA : undefined;
  const config: RunConfig = {
    variant,
    profile: profileName,
    seed,
    corpus: { id: corpus, split: paperSplit(paper, corpus), splitSeed: 1, trainDocuments: null, tuningDocuments: null, scoredDocuments: null },
    tokenization: { ...(own?.tokenization ?? chosen.tokenization), ...(weights !== null && spellsCapitals(weights) && { lowercase: false }) },
    wordVectors: withEmptyFields(WordVectorConfig, chosen.wordVectors),
    model: withEmptyFields(ModelConfig, { ...model, encoder: withEmptyFields(EncoderConfig, model.encoder), head: withBand(model.head, corpus) }),
    features: usesFeatures(model) ? FeaturesConfig.parse({}) : undefined,
    training: withEmptyFields(TrainingConfig, { ...chosen.training, ...own?.training, ...chosen.trainingOf?.(row) }),
    precision: 'float32',
    // There, empty, so that an assignment finds it.
    traditional: undefined,
  };
  if (row.augmented) {
    const augmentation = AugmentConfig.parse(corpus === 'sample' ? { remote: { unlabelled: embedded.unlabelled } } : {});
    config.augmentation = { ...augmentation, remote: withEmptyFields(RemoteConfig, augmentation.remote) };
  }
  if (corpus === 'sample') {
    config.tokenization = { ...config.tokenization, vocabulary: weights === null ? embedded.vocabulary : null };
    if (!chosen.wordVectors.pretrained) config.wordVectors = { ...config.wordVectors!, unlabelled: embedded.unlabelled };
  }
  // null has been heard above: without weights the field is absent.
  const made = withOverrides(config, set.filter((assignment) => assignment !== `${weightsField}=null`));
  refuseNames(config, made);
  return checkConfig(made);
}

/** What a run is asked for by name stays: a table of two seeds, a heading or a record would else say what was not run. */
function refuseNames(asked: RunConfig, made: RunConfig): void {
  const names: [string, (config: RunConfig) => unknown, string][] = [
    ['variant', ({ variant }) => variant, 'name the model'],
    ['profile', ({ profile: name }) => name, 'use --profile'],
    ['seed', ({ seed }) => seed, 'use --seed, for an experiment --seeds'],
    ['corpus.id', ({ corpus }) => corpus.id, 'use --data, for an experiment --corpus'],
  ];
  for (const [field, of, instead] of names) if (of(made) !== of(asked)) throw new InputError(`--set ${field}=${String(of(made))}: a run's ${field} is no setting; ${instead}`);
}

function importedEncoder(weights: string, profileName: string): Partial<EncoderConfig> {
  const folder = path.resolve(projectRoot, weights);
  if (!existsSync(path.join(folder, weightsFile))) {
    throw new InputError(
      `profile ${profileName} starts from the weights in ${weights}, which are not there (no ${weightsFile}). Take a published checkpoint over ` +
        `with \`npx medner weights import DIR\`, or name another with --set model.encoder.weights=FOLDER`,
    );
  }
  return publishedEncoder(weights);
}

/** Whether a checkpoint's vocabulary has capital letters: then it is cased. Its do_lower_case does not tell: bert-base-chinese's is false, and its vocabulary has none. */
function spellsCapitals(weights: string): boolean {
  const file = path.resolve(projectRoot, weights, 'vocab.txt');
  const tokens = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return /^A\r?$/m.test(tokens) && /^Z\r?$/m.test(tokens);
}

const weightsField = 'model.encoder.weights';

/** What the last `field=…` of the assignments says. */
function assigned(set: readonly string[], field: string): string | undefined {
  return set.filter((assignment) => assignment.startsWith(`${field}=`)).at(-1)?.slice(field.length + 1);
}

/** A banded pointer as wide as the corpus wants it. */
const withBand = (head: HeadConfig, corpus: string): HeadConfig =>
  head.kind === 'banded-pointer' ? { ...head, k: bandwidths[corpus] ?? head.k } : head;

/** Optional fields are there, empty, so that an assignment finds them. */
function withEmptyFields<T extends object>(schema: { shape: Record<string, unknown> }, config: T): T {
  const empty = Object.fromEntries(Object.keys(schema.shape).map((field) => [field, undefined]));
  return { ...empty, ...config };
}
