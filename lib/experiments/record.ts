import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { AugmentReport, TraditionalReport } from '../augment';
import type { BackendInfo } from '../backend';
import { displayPath, InputError, inProject } from '../common';
import type { Breakdown, ErrorAnalysis, ErrorExample, Score, Scores } from '../evaluation';
import type { FeatureRecord } from '../llm';
import type { TrainingResult } from '../training';
import type { RunConfig } from './config';
import type { Part, SplitRecord } from './data';
import type { LexiconRecord } from './lexicon';
import type { MethodFeatureRecord } from './method-features';
import type { WordVectorRecord } from './resources';
import type { Commit, Hardware } from './system';
import type { Unrepresentable } from './unrepresentable';

/** Seconds of each phase of a run, the interrupted parts of training included. */
export interface PhaseSeconds {
  /** Reading the corpus, tokenizing, and word vectors. */
  data: number;
  training: number;
  /** Predicting and scoring with the best weights. */
  scoring: number;
}

/** All about one run that a table, a reader or a re-run needs. */
export interface RunRecord {
  /** What determines the outcome, hashed: the run's folder. */
  key: string;
  config: RunConfig;
  /** Re-runs it. */
  command: string;
  data: {
    corpus: string;
    types: string[];
    parts: Record<Part, SplitRecord>;
    notes: string[];
    unrepresentable: Record<Part, Unrepresentable>;
  };
  /** What augmentation added to the training documents; absent where there was none. */
  augmentation?: AugmentReport;
  /** What a traditional method added; absent where there was none. */
  traditional?: TraditionalReport;
  wordVectors: WordVectorRecord | null;
  /** Of models that read a chat model's features: who told them, asked how, or the traditional method in its place; and the hash of what was told. */
  features?: FeatureRecord | MethodFeatureRecord;
  /** Of models with one. */
  lexicon?: LexiconRecord;
  /** Trainable numbers. */
  parameters: number;
  commit: Commit | null;
  backend: BackendInfo;
  hardware: Hardware;
  node: string;
  seconds: PhaseSeconds;
  /** Bytes, resident. */
  peakMemory: number;
  /** The most bytes that libtorch held for tensors at once; null where another backend computed. */
  peakTensorBytes: number | null;
  training: TrainingResult;
  /** On the documents that chose the epoch, and on those that the tables report. */
  scores: { tuning: Scores; scored: Scores };
  /** Of models that tag tokens: the same micro figures against the outermost gold entities alone, which are all that such a model could hold. Absent in older records. */
  flatGold?: { tuning: Score; scored: Score };
  /** Of the scored documents: by what training has shown, and by type × length class × nesting. Absent in older records. */
  breakdown?: Breakdown;
  /** Errors of the scored documents by kind, and which type was taken for which; some of those, of the embedded corpus only. */
  errors?: Pick<ErrorAnalysis, 'counts' | 'confusions'> & { confused?: ErrorExample[] };
  /** SHA-256 of predictions.jsonl and of weights.safetensors. */
  predictions: string;
  weights: string;
}

/** A record without the curves: what stands in the committed .records.jsonl beside a table. */
export type CompactRecord = Omit<RunRecord, 'training'> & { training: Omit<TrainingResult, 'losses' | 'curve'> };

export function compactRecord(record: RunRecord): CompactRecord {
  const { losses: _losses, curve: _curve, ...training } = record.training;
  return { ...record, training };
}

/** Of runs that several rows may share, each once. */
export function distinctRecords(records: readonly RunRecord[]): CompactRecord[] {
  return [...new Map(records.map((record) => [record.key, compactRecord(record)])).values()];
}

/** How the JSON beside a table names a run. */
export interface NamedRun {
  key: string;
  seed: number;
  command: string;
}

export const namedRun = ({ key, config: { seed }, command }: RunRecord): NamedRun => ({ key, seed, command });

/** With what it scored. */
export const scoredRun = (record: RunRecord): NamedRun & { micro: Score } => ({ ...namedRun(record), micro: record.scores.scored.micro });

/** What the data of runs has to be said of, each once: rows of a table may start from different weights. */
export const notesOf = (runs: readonly Pick<RunRecord, 'data'>[]): string[] => [...new Set(runs.flatMap(({ data: { notes } }) => notes))];

export const runsFolder = inProject('results', 'runs');

export const runFiles = {
  record: 'record.json',
  predictions: 'predictions.jsonl',
  weights: 'weights.safetensors',
  config: 'config.json',
} as const;

/** The record of a finished run, or null while there is none. */
export function readRecord(folder: string): RunRecord | null {
  const file = path.join(folder, runFiles.record);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as RunRecord) : null;
}

/** The folder and record of a finished run, given by its key or a path. */
export function findRun(keyOrPath: string): { folder: string; record: RunRecord } {
  const candidates = [path.join(runsFolder, keyOrPath), path.resolve(keyOrPath), path.dirname(path.resolve(keyOrPath))];
  for (const folder of candidates) {
    const record = readRecord(folder);
    if (record) return { folder, record };
  }
  const elsewhere = tabledRecord(path.basename(path.resolve(keyOrPath)));
  if (elsewhere) throw new InputError(`the weights of run ${elsewhere.key} are not on this machine, only its record beside a committed table; make the run here: ${elsewhere.command}`);
  throw new InputError(`there is no finished run ${keyOrPath}: expected a key such as 3f2a9c81d07e, a folder of ${displayPath(runsFolder)}, or a record.json`);
}

/** The record of a run on this machine, or of one that stands beside a committed table: its weights are not needed. */
export function findRecord(keyOrPath: string): CompactRecord {
  return tabledRecord(keyOrPath) ?? findRun(keyOrPath).record;
}

function tabledRecord(key: string): CompactRecord | undefined {
  const results = inProject('results');
  const tables = existsSync(results) ? readdirSync(results, { recursive: true, encoding: 'utf8' }) : [];
  for (const file of tables.filter((name) => name.endsWith('.records.jsonl')).sort()) {
    for (const line of readFileSync(path.join(results, file), 'utf8').split('\n')) {
      if (line.includes(`"key":${JSON.stringify(key)}`)) return JSON.parse(line) as CompactRecord;
    }
  }
  return undefined;
}
