import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { canonicalJson, projectRoot, readLines, sha256, writeJson } from '../common';
import { commit, hardware, peakMemory, resetPeakMemory, runsFolder, type Commit, type Hardware } from '../experiments';
import { mostFrequentWords, readPublishedWordVectors, publishedWordVectorsHash, writePublishedWordVectors } from '../models';
import { Segmenter, specialWords, trainOnIndex, typeAgreement, WordIndex, type TypeAgreement, type WordVectors } from '../text';
import { corpusTexts } from './corpus-texts';
import { keepPassages, listText, textInputs, type ListedText, type PassageCounts, type TextInputs } from './kept-passages';
import { makeFolder } from './made-folder';
import { Pace, type TextProgress } from './pace';
import type { WordVectorTraining } from './word-vector-config';

/** All about the training of word vectors that a reader, a model card or a re-run needs. */
export interface WordVectorTrainingRecord {
  key: string;
  config: WordVectorTraining;
  command: string;
  text: {
    /** What it was made of, and what was left out of it by cause. */
    inputs: TextInputs;
    counts: PassageCounts;
    /** Words, and how many differ. */
    words: number;
    distinct: number;
  };
  vectors: {
    /** Rows that were trained, and rows that are kept, special words included in both. */
    trained: number;
    rows: number;
    dimension: number;
    /** Share of the text's words that have a row. */
    coverage: number;
    /** SHA-256 of the two files' content. */
    sha256: string;
  };
  commit: Commit | null;
  hardware: Hardware;
  node: string;
  /** Of reading and segmenting the text, and of training. */
  seconds: { text: number; training: number };
  /** Bytes, resident. */
  peakMemory: number;
  /** How well neighbours agree with the types of a lexicon, where one was given to measure on. */
  agreement?: TypeAgreement & { files: string[] };
}

export interface WordVectorTrainingOptions {
  /** Where runs' folders lie; default results/runs. */
  runs?: string;
  /** The command that makes it, for the record. */
  command?: string;
  onProgress?: (progress: TextProgress) => void;
  signal?: AbortSignal;
}

/** Raised by whoever changes code so that an equal config gives other numbers: by reading, cleaning, guarding, segmenting or training. */
const semantics = 1;
export const wordVectorRecordFile = 'word-vectors.json';

/**
 * Word vectors on the passages that a pre-training on the same text reads: cleaned, each once, none with a guarded document. They
 * are read back if they are there, else made, in a folder `word-vectors-KEY` that is either whole or not there.
 * @throws InputError on bad input, Interrupted when the signal is aborted
 */
export async function makeWordVectors(config: WordVectorTraining, options: WordVectorTrainingOptions = {}): Promise<{ record: WordVectorTrainingRecord; folder: string; cached: boolean }> {
  const { sources, ...corpora } = config.text;
  const text = listText({ sources: sources.map((source) => path.resolve(projectRoot, source)), ...(await corpusTexts(corpora)) });
  const dictionary = [...new Set(config.dictionaries.flatMap((file) => readLines(path.resolve(projectRoot, file))))].sort();
  const plan: Plan = { config, text, inputs: textInputs(text), segmenter: new Segmenter({ dictionary }) };
  const key = sha256(canonicalJson({ semantics, training: config.training, rows: config.rows, dictionary, inputs: plan.inputs })).slice(0, 12);
  const folder = path.join(options.runs ?? runsFolder, `word-vectors-${key}`);
  const proof = path.join(folder, wordVectorRecordFile);
  const made = await makeFolder(folder, proof, (work) => make(work, key, plan, options));
  return { record: JSON.parse(readFileSync(proof, 'utf8')) as WordVectorTrainingRecord, folder, cached: !made };
}

/** Measures finished vectors on typed terms: a file a type, named after it, with a term a line. */
export function measureOnTerms(folder: string, files: readonly string[]): NonNullable<WordVectorTrainingRecord['agreement']> {
  const terms = new Map(files.map((file) => [path.basename(file, path.extname(file)), readLines(path.resolve(projectRoot, file))]));
  return { files: [...files], ...typeAgreement(readPublishedWordVectors(folder), terms) };
}

/** The record of published vectors, or null where the folder has none. */
export function readWordVectorRecord(folder: string): WordVectorTrainingRecord | null {
  const file = path.join(folder, wordVectorRecordFile);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as WordVectorTrainingRecord) : null;
}

interface Plan {
  config: WordVectorTraining;
  text: ListedText;
  inputs: TextInputs;
  segmenter: Segmenter;
}

/** Makes the folder's files, the record last. */
async function make(folder: string, key: string, { config, text, inputs, segmenter }: Plan, options: WordVectorTrainingOptions): Promise<void> {
  resetPeakMemory();
  const pace = new Pace(options, 'stopped while making word vectors, which will begin anew');
  const begun = Date.now();
  const work = path.join(folder, 'work');
  mkdirSync(work);
  // With none held out, the seed decides nothing.
  const kept = await keepPassages(work, text, { heldOut: 0, seed: 0 }, pace);
  const index = new WordIndex();
  await kept.each('segmenting', pace, (passage) => index.add(segmenter.segment(passage).map((word) => word.text)));
  rmSync(work, { recursive: true });
  const read = Date.now();
  const { size, published } = await train(index, config, pace);
  writePublishedWordVectors(folder, published);
  const { counts } = index.index(config.training.minCount);
  const record: WordVectorTrainingRecord = {
    key,
    config,
    command: options.command ?? 'npx medner word-vectors',
    text: { inputs, counts: kept.counts, words: index.words, distinct: index.distinct },
    vectors: {
      trained: size,
      rows: published.size,
      dimension: published.dimension,
      coverage: counts.subarray(specialWords.length, published.size).reduce((sum, count) => sum + count, 0) / index.words,
      sha256: publishedWordVectorsHash(folder),
    },
    commit: commit(),
    hardware: hardware(),
    node: process.version,
    seconds: { text: (read - begun) / 1000, training: (Date.now() - read) / 1000 },
    peakMemory: peakMemory(),
  };
  writeJson(path.join(folder, wordVectorRecordFile), record);
}

async function train(index: WordIndex, { training, rows }: WordVectorTraining, pace: Pace): Promise<{ size: number; published: WordVectors }> {
  const steps = trainOnIndex(index, training);
  for (let next = steps.next(); ; next = steps.next()) {
    if (next.done) return { size: next.value.size, published: mostFrequentWords(next.value, rows) };
    await pace.turn('training', next.value.words, next.value.total);
  }
}
