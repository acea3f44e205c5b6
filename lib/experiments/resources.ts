import { existsSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { canonicalJson, InputError, inProject, projectRoot, readLines, sha256 } from '../common';
import { Lexicon, Segmenter, Tokenizer, trainWordVectors, Vocabulary, WordVectors } from '../text';
import { readPublishedWordVectors, type ExampleResources } from '../models';
import type { RunConfig, WordVectorConfig } from './config';
import type { RunData } from './data';
import { makeLexicon } from './lexicon';
import { readUnlabelled } from './unlabelled';

/** What a run record says about its word vectors. */
export interface WordVectorRecord {
  words: number;
  dimension: number;
  /** Unlabelled lines trained on, and those left out because they hold a scored or tuning text. */
  unlabelledLines: number;
  leftOut: number;
  /** SHA-256 of words and numbers. */
  hash: string;
  /** The folder of finished vectors, where the run took such. */
  pretrained?: string;
}

export interface RunResources extends ExampleResources {
  vocabulary: Vocabulary;
  /** Extra words of the segmenter. */
  dictionary: string[];
  wordVectors?: WordVectors;
  wordVectorRecord: WordVectorRecord | null;
  lexicon?: Lexicon;
}

/** Vocabulary, tokenizer and, where the model has word vectors or a lexicon, the segmenter and the vectors, trained or read back, and the lexicon. */
export function makeResources(config: RunConfig, data: RunData, onWords?: (share: number) => void): RunResources {
  const vocabulary = vocabularyOf(config, data);
  const common = {
    vocabulary,
    tokenizer: new Tokenizer(vocabulary, { lowercase: config.tokenization.lowercase }),
    maxLength: config.tokenization.maxLength,
    overlap: config.tokenization.overlap,
    types: data.types,
  };
  if (!config.wordVectors) return { ...common, dictionary: [], wordVectorRecord: null };
  const dictionary = dictionaryOf(config.wordVectors, data);
  const segmenter = new Segmenter({ dictionary });
  const vectors = wordVectorsOf(config.wordVectors, data, dictionary, segmenter, onWords);
  const lexicon = config.model.lexicon && makeLexicon(config.model.lexicon, data.parts.train, segmenter, vectors.wordVectors);
  return { ...common, dictionary, segmenter, ...vectors, ...(lexicon && { lexicon }) };
}

/** The vocab.txt that the config names, or that of the imported weights; null where one is built. */
export function vocabularyFile({ tokenization, model }: RunConfig): string | null {
  if (tokenization.vocabulary) return path.resolve(projectRoot, tokenization.vocabulary);
  return model.encoder.weights ? path.resolve(projectRoot, model.encoder.weights, 'vocab.txt') : null;
}

function vocabularyOf(config: RunConfig, data: RunData): Vocabulary {
  const file = vocabularyFile(config);
  if (file) return Vocabulary.fromFile(file);
  return Vocabulary.build(data.parts.train.map(({ text }) => text), { lowercase: config.tokenization.lowercase });
}

function dictionaryOf(config: WordVectorConfig, data: RunData): string[] {
  const words = new Set(config.dictionaries.flatMap((file) => readLines(path.resolve(projectRoot, file))));
  if (config.trainMentions) {
    for (const { text, entities } of data.parts.train) {
      const points = Array.from(text);
      for (const { start, end } of entities) words.add(points.slice(start, end).join(''));
    }
  }
  // The segmenter's format parts fields by white space.
  return [...words].filter((word) => !/\s/u.test(word)).sort();
}

function wordVectorsOf(
  config: WordVectorConfig,
  data: RunData,
  dictionary: string[],
  segmenter: Segmenter,
  onWords?: (share: number) => void,
): { wordVectors: WordVectors; wordVectorRecord: WordVectorRecord } {
  const { unlabelled: files, dictionaries: _files, trainMentions: _mentions, pretrained, ...options } = config;
  if (pretrained) {
    const wordVectors = readPublishedWordVectors(path.resolve(projectRoot, pretrained));
    return { wordVectors, wordVectorRecord: { ...recordOf(wordVectors), pretrained } };
  }
  const hidden = [...data.parts.tuning, ...data.parts.scored].map(({ text }) => text);
  const unlabelled = readUnlabelled(files.map((file) => path.resolve(projectRoot, file)), hidden);
  const texts = [...data.parts.train.map(({ text }) => text), ...unlabelled.lines];
  const key = sha256(canonicalJson({ version: 1, options, dictionary, texts })).slice(0, 16);
  const file = inProject('.cache', 'word-vectors', `${key}.bin`);
  if (!existsSync(file)) {
    const sentences = texts.map((text) => segmenter.segment(text).map((word) => word.text));
    const trained = trainWordVectors(sentences, options, ({ words, total }) => onWords?.(words / total));
    trained.save(file);
  }
  // Read back even when just trained, so that a run uses the same numbers whether or not the file was there.
  const wordVectors = WordVectors.read(file);
  return { wordVectors, wordVectorRecord: { ...recordOf(wordVectors), unlabelledLines: unlabelled.lines.length, leftOut: unlabelled.leftOut } };
}

const recordOf = (wordVectors: WordVectors): WordVectorRecord =>
  ({ words: wordVectors.size, dimension: wordVectors.dimension, unlabelledLines: 0, leftOut: 0, hash: hashOf(wordVectors) });

function hashOf({ words, matrix }: WordVectors): string {
  return sha256(words.join('\n') + sha256(new Uint8Array(matrix.buffer, matrix.byteOffset, matrix.byteLength)));
}

const files = { vocabulary: 'vocab.txt', dictionary: 'dictionary.txt', vectors: 'word-vectors.bin', lexicon: 'lexicon.tsv' };

/** Keeps in a run's folder what `readResources` needs, so that the run can predict by itself. */
export function saveResources(folder: string, { vocabulary, dictionary, wordVectors, lexicon }: RunResources): void {
  vocabulary.save(path.join(folder, files.vocabulary));
  if (!wordVectors) return;
  writeFileSync(path.join(folder, files.dictionary), dictionary.map((word) => word + '\n').join(''));
  wordVectors.save(path.join(folder, files.vectors));
  lexicon?.save(path.join(folder, files.lexicon));
}

/** The resources of a finished run, from its folder. */
export function readResources(folder: string, config: RunConfig, types: readonly string[]): Omit<RunResources, 'wordVectorRecord'> {
  const { lowercase, maxLength, overlap } = config.tokenization;
  const vocabulary = Vocabulary.fromFile(path.join(folder, files.vocabulary));
  const common = { vocabulary, tokenizer: new Tokenizer(vocabulary, { lowercase }), maxLength, overlap, types };
  if (!config.wordVectors) return { ...common, dictionary: [] };
  const vectors = path.join(folder, files.vectors);
  if (!existsSync(vectors)) throw new InputError(`${vectors} is missing: the run's folder is not whole; train it again`);
  const dictionary = readLines(path.join(folder, files.dictionary));
  return {
    ...common,
    dictionary,
    segmenter: new Segmenter({ dictionary }),
    wordVectors: WordVectors.read(vectors),
    ...(config.model.lexicon && { lexicon: Lexicon.read(path.join(folder, files.lexicon)) }),
  };
}
