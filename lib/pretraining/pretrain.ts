import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { prepareBackend, torchMemory } from '../backend';
import { canonicalJson, InputError, inProject, projectRoot, sha256, sha256File, writeJson } from '../common';
import { commit, hardware, lockFolder, miniFolder, peakMemory, resetPeakMemory, runsFolder } from '../experiments';
import { checkEncoderWeights, readSafetensors, writeSafetensors } from '../models';
import { Vocabulary } from '../text';
import { CheckpointStore } from '../training';
import type { PretrainConfig } from './config';
import { corpusTexts } from './corpus-texts';
import { MaskedLanguageModel } from './masked-language-model';
import { PackedText, prepareText, type PreparedText } from './pack';
import type { PretrainHooks, PretrainProgress } from './progress';
import { readPretrainRecord, recordFile, type PretrainRecord } from './record';
import { similarWords } from './similar-words';
import { readStart, startHash } from './start';
import { trainMaskedLanguageModel, type PretrainText } from './trainer';

export interface PretrainOptions {
  /** Where runs' folders lie; default results/runs. */
  runs?: string;
  /** Where prepared text lies; default .cache/pretraining-text. */
  texts?: string;
  hooks?: PretrainHooks;
  signal?: AbortSignal;
  /** Age of the last checkpoint at which another is written. Default 120. */
  checkpointSeconds?: number;
  /** The command that makes it, for the record. */
  command?: string;
}

export interface PretrainResult {
  record: PretrainRecord;
  folder: string;
  cached: boolean;
}

/** Raised by whoever changes code so that an equal config gives other numbers. */
const semantics = 1;
const weightsName = 'weights.safetensors';
export const vocabularyName = 'vocab.txt';

/**
 * The pre-training of a config: read back if it is finished, continued if it was cut off, else made. Its folder,
 * `pretrain-KEY`, is locked while it runs.
 * @throws InputError on bad input, JobError on a loss that is not finite, Interrupted when the signal is aborted
 */
export async function pretrain(config: PretrainConfig, options: PretrainOptions = {}): Promise<PretrainResult> {
  const { runs = runsFolder, hooks = {}, signal } = options;
  const backend = await prepareBackend({ quiet: true });
  const text = await preparedText(config, options);
  const { text: _text, vocabulary: _vocabulary, from, ...rest } = config;
  const key = sha256(canonicalJson({ semantics, ...rest, from: from === undefined ? undefined : startHash(from), text: text.meta.key, backend: { name: backend.name, device: backend.device === 'cpu' ? 'cpu' : 'gpu' } })).slice(0, 12);
  const folder = path.join(runs, `pretrain-${key}`);
  const finished = readPretrainRecord(folder);
  if (finished) return { record: finished, folder, cached: true };
  const lock = await lockFolder(folder, (message) => hooks.onPhase?.(message, true), signal);
  try {
    const meanwhile = readPretrainRecord(folder);
    if (meanwhile) return { record: meanwhile, folder, cached: true };
    return { record: await make(config, text, key, folder, options), folder, cached: false };
  } finally {
    lock.release();
  }
}

/** The weights that a finished pre-training ended with. */
export const pretrainedWeights = (folder: string): ReturnType<typeof readSafetensors> => readSafetensors(path.join(folder, weightsName));

/** The common vocabulary comes with published weights, which a fresh clone has not; a part of it ships. */
function vocabularyFile(name: string): string {
  const file = path.resolve(projectRoot, name);
  if (existsSync(file)) return file;
  throw new InputError(`${name}: there is no such vocabulary. Name a vocab.txt with --vocabulary: ${miniFolder}/${vocabularyName}, which ships, has 6,500 of the common BERT vocabulary's tokens; \`npx medner weights import\` brings all of them with a checkpoint`);
}

async function preparedText({ text, vocabulary, from, seed }: PretrainConfig, { texts = inProject('.cache', 'pretraining-text'), hooks = {}, signal }: PretrainOptions): Promise<PreparedText> {
  hooks.onPhase?.('text');
  const { passages, guarded } = await corpusTexts(text);
  return prepareText({
    sources: text.sources.map((source) => path.resolve(projectRoot, source)),
    passages,
    guarded,
    vocabulary: from === undefined ? { ...vocabulary, full: vocabularyFile(vocabulary.full) } : Vocabulary.fromFile(vocabularyFile(vocabulary.full)),
    length: text.length,
    heldOut: text.heldOut,
    seed,
    folder: texts,
    onProgress: ({ phase, done, total }) => {
      hooks.onPhase?.(`text, ${phase}`);
      hooks.onProgress?.(total ? done / total : 0);
    },
    signal,
  });
}

async function make(config: PretrainConfig, prepared: PreparedText, key: string, folder: string, options: PretrainOptions): Promise<PretrainRecord> {
  const { hooks = {}, signal, checkpointSeconds = 120, command = 'npx medner pretrain' } = options;
  const backend = await prepareBackend({ quiet: true });
  resetPeakMemory();
  torchMemory(true);
  const { vocabulary } = prepared;
  writeJson(path.join(folder, 'config.json'), config);
  vocabulary.save(path.join(folder, vocabularyName));
  const { size, mask, pad, cls, sep } = vocabulary;
  const start = config.from === undefined ? undefined : readStart(config.from, config.encoder, size);
  const model = new MaskedLanguageModel({ ...config.encoder, vocabulary: size }, { seed: config.seed, precision: config.precision, initial: start?.tensors });
  const [train, heldOut] = [PackedText.open(prepared.folder, 'train'), PackedText.open(prepared.folder, 'heldout')];
  try {
    if (start) checkEncoderWeights(model.parameters, start.tensors, config.from!);
    const text: PretrainText = { train, heldOut, vocabulary: { size, mask, pad, special: new Set([pad, cls, sep]) } };
    if (config.masking.replacement === 'similar') {
      hooks.onPhase?.('similar words');
      text.similar = similarWords(train, text.vocabulary, { seed: config.seed });
    }
    hooks.onPhase?.('training');
    const store = new CheckpointStore<PretrainProgress>(folder, key);
    const progress = await trainMaskedLanguageModel(model, text, config, {
      store, folder, checkpointSeconds, signal,
      hooks,
    });
    const weights = path.join(folder, weightsName);
    writeSafetensors(weights, await model.parameters.save());
    const { pointLoss: _point, windowLoss: _window, ...training } = progress;
    const parameters = model.parameters.list();
    const record: PretrainRecord = {
      key,
      config,
      command,
      text: prepared.meta,
      ...(start && { start: { weights: startHash(config.from!), head: start.head } }),
      vocabulary: { tokens: size, sha256: sha256(vocabulary.tokens.join('\n')) },
      parameters: {
        encoder: parameters.filter(({ group }) => group === 'encoder').reduce((sum, { variable }) => sum + variable.size, 0),
        all: model.parameters.size,
      },
      commit: commit(),
      backend,
      hardware: hardware(),
      node: process.version,
      seconds: { training: training.seconds },
      peakMemory: peakMemory(),
      training,
      weights: sha256File(weights),
    };
    // Last: a folder with a record is a finished one.
    writeJson(path.join(folder, recordFile), record);
    store.clear();
    return record;
  } finally {
    model.dispose();
    train.close();
    heldOut.close();
  }
}
