import * as path from 'node:path';
import { type BackendInfo, checkPrecision, prepareBackend, torchMemory } from '../backend';
import { canonicalJson, sha256, sha256File, writeFileAtomic, writeJson } from '../common';
import { corpusState, mentionTexts, type Document } from '../corpus';
import { errorAnalysis, flatGoldScore, score, scoreBreakdown } from '../evaluation';
import { buildModel, makeExamples, tagsTokens, writeSafetensors } from '../models';
import { CheckpointStore, predictDocuments, train, type PredictedDocument, type TrainingHooks } from '../training';
import { trainCommand } from './command';
import type { CorpusConfig, RunConfig } from './config';
import { channelResources, runFeatures, saveKnownTerms, type RunFeatures } from './features';
import { loadRunData, type Part, type RunData } from './data';
import { guardNotes } from './guard-notes';
import { lexiconRecord } from './lexicon';
import { lockFolder } from './lock';
import { readRecord, runFiles, runsFolder, type RunRecord } from './record';
import { makeResources, saveResources } from './resources';
import { runKey } from './run-key';
import { commit, hardware, peakMemory, resetPeakMemory } from './system';
import { trainingDocuments } from './training-documents';
import { countUnrepresentable } from './unrepresentable';

export interface RunHooks extends TrainingHooks {
  /** What the run does now, for a progress line; `urgent`: it does nothing until something else happens, so that a reader should know at once. */
  onPhase?(phase: string, urgent?: boolean): void;
  /** Share done, from 0 to 1. */
  onProgress?(share: number): void;
}

export interface RunOptions {
  /** Where runs' folders lie; default results/runs. */
  runs?: string;
  hooks?: RunHooks;
  signal?: AbortSignal;
  /** Age of the last checkpoint at which another is written inside an epoch. Default 60. */
  checkpointSeconds?: number;
  /** Threads of the backend, which the last bits of sums depend on; default as `prepareBackend` has it. */
  threads?: number;
}

export interface RunResult {
  record: RunRecord;
  folder: string;
  /** Whether it was read back rather than run. */
  cached: boolean;
}

/**
 * The run of a config: read back if it is finished, continued if it was cut off, else made. Its folder is locked while it
 * runs, so that a second process waits and then reads it back.
 * @throws InputError on bad input, JobError on a loss that is not finite, Interrupted when the signal is aborted
 */
export async function run(config: RunConfig, options: RunOptions = {}): Promise<RunResult> {
  const { hooks = {}, signal } = options;
  const begun = Date.now();
  const { backend, data, features, key, folder, finished } = await locateRun(config, options);
  if (finished) return finished;
  const lock = await lockFolder(folder, (message) => hooks.onPhase?.(message, true), signal);
  try {
    const meanwhile = readRecord(folder);
    if (meanwhile) return { record: meanwhile, folder, cached: true };
    resetPeakMemory();
    torchMemory(true);
    const record = await make(config, { data, features }, { key, folder, begun, backend }, options);
    return { record, folder, cached: false };
  } finally {
    lock.release();
  }
}

/** Where the run of a config stands or would stand; `finished` if it is there. */
export async function locateRun(config: RunConfig, { runs = runsFolder, threads, hooks }: Pick<RunOptions, 'runs' | 'threads' | 'hooks'>): Promise<LocatedRun> {
  const backend = await prepareBackend({ quiet: true, threads });
  checkPrecision(config.precision); // before minutes are spent on the data
  const data = await corpusOf(config.corpus);
  if (config.features) hooks?.onPhase?.('features');
  const features = await runFeatures(config, data);
  const key = runKey(config, data, backend, features?.record.content);
  const folder = path.join(runs, key);
  const record = readRecord(folder);
  return { backend, data, features, key, folder, finished: record && { record, folder, cached: true } };
}

interface LocatedRun extends RunInput {
  backend: BackendInfo;
  key: string;
  folder: string;
  finished: RunResult | null;
}

/** What a run learns from and is scored on. */
interface RunInput {
  data: RunData;
  features: RunFeatures | undefined;
}

/** A run that is not finished: its name and place, when it was begun, and what computes it. */
interface Begun {
  key: string;
  folder: string;
  /** In ms. */
  begun: number;
  backend: BackendInfo;
}

async function make(config: RunConfig, { data, features }: RunInput, { key, folder, begun, backend }: Begun, options: RunOptions): Promise<RunRecord> {
  const { hooks = {}, signal, checkpointSeconds = 60 } = options;
  writeJson(path.join(folder, runFiles.config), config);

  if (config.augmentation || config.traditional) hooks.onPhase?.('augmentation');
  const { documents, augmentation, traditional } = await trainingDocuments(config, data, signal);
  const parts = { ...data.parts, train: documents };
  hooks.onPhase?.('words and tokens');
  const resources = makeResources(config, data);
  const examples = eachPart((part) => makeExamples(parts[part], { ...resources, channels: channelResources(config, features, part) }));
  const labelled = (part: Part) => ({ documents: parts[part], examples: examples[part].examples });
  const dataSeconds = secondsSince(begun);

  const { types, vocabulary, wordVectors } = resources;
  const model = buildModel(config.model, { types, vocabularySize: vocabulary.size, wordVectors, seed: config.seed, precision: config.precision });
  try {
    hooks.onPhase?.('training');
    const store = new CheckpointStore(folder, key);
    const training = await train(model, examples.train.examples, labelled('tuning'), config.training, {
      seed: config.seed,
      signal,
      checkpoints: { store, everySeconds: checkpointSeconds },
      hooks: {
        ...hooks,
        onStep: async (report) => {
          hooks.onProgress?.(report.step / report.totalSteps);
          await hooks.onStep?.(report);
        },
      },
    });

    hooks.onPhase?.('scoring');
    const scoring = Date.now();
    const predicted = await predictDocuments(model, labelled('scored'));
    const tuned = await predictDocuments(model, labelled('tuning'));
    const scores = {
      tuning: score(data.parts.tuning, tuned),
      scored: score(data.parts.scored, predicted),
    };
    const scoringSeconds = secondsSince(scoring);

    saveResources(folder, resources);
    saveKnownTerms(folder, features);
    const predictions = predictionLines(predicted);
    writeFileAtomic(path.join(folder, runFiles.predictions), predictions);
    writeSafetensors(path.join(folder, runFiles.weights), await model.parameters.save());
    const record: RunRecord = {
      key,
      config,
      command: trainCommand(config),
      data: {
        corpus: data.corpus,
        types: data.types,
        parts: data.records,
        notes: [...data.notes, ...guardNotes(config, data.scheme)],
        unrepresentable: eachPart((part) => countUnrepresentable(parts[part], examples[part], config.model)),
      },
      augmentation,
      traditional,
      wordVectors: resources.wordVectorRecord,
      ...(features && { features: features.record }),
      ...(resources.lexicon && { lexicon: lexiconRecord(resources.lexicon) }),
      parameters: model.parameters.size,
      commit: commit(),
      backend,
      hardware: hardware(),
      node: process.version,
      seconds: { data: dataSeconds, training: training.seconds, scoring: scoringSeconds },
      peakMemory: peakMemory(),
      peakTensorBytes: torchMemory()?.peakBytes ?? null,
      training,
      scores,
      ...(tagsTokens(config.model.head) && { flatGold: { tuning: flatGoldScore(data.parts.tuning, tuned), scored: flatGoldScore(data.parts.scored, predicted) } }),
      breakdown: scoreBreakdown(parts.scored, predicted, mentionTexts(parts.train)),
      errors: errorsOf(data.corpus, parts.scored, predicted),
      predictions: sha256(predictions),
      weights: sha256File(path.join(folder, runFiles.weights)),
    };
    // Last: a folder with a record is a finished run.
    writeJson(path.join(folder, runFiles.record), record);
    store.clear();
    return record;
  } finally {
    model.dispose();
  }
}

/** Real corpora are their publishers': of them only counts are kept. */
function errorsOf(corpus: string, gold: readonly Document[], predicted: readonly PredictedDocument[]): RunRecord['errors'] {
  const { counts, confusions, examples } = errorAnalysis(gold, predicted, { examples: 40 });
  return corpus === 'sample' ? { counts, confusions, confused: examples.type } : { counts, confusions };
}

const secondsSince = (begun: number): number => (Date.now() - begun) / 1000;

function eachPart<T>(make: (part: Part) => T): Record<Part, T> {
  return { train: make('train'), tuning: make('tuning'), scored: make('scored') };
}

/** Predictions without the texts, one document a line. */
function predictionLines(documents: readonly PredictedDocument[]): string {
  return documents.map(({ id, entities }) => JSON.stringify({ id, entities }) + '\n').join('');
}

let latest: { state: string; data: Promise<RunData> } | undefined;

/** The runs of a comparison share their documents: the last corpus read is kept, as long as its files stay as they are. */
async function corpusOf(config: CorpusConfig): Promise<RunData> {
  const state = canonicalJson({ config, files: corpusState(config.id) });
  if (latest?.state === state) return latest.data;
  const read = { state, data: loadRunData(config) };
  latest = read;
  read.data.catch(() => {
    if (latest === read) latest = undefined;
  });
  return read.data;
}

