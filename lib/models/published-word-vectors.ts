import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { displayPath, InputError, readUtf8, sha256, sha256File, writeFileAtomic } from '../common';
import { specialWords, WordVectors } from '../text';
import { readSafetensors, writeSafetensors } from './safetensors';

/**
 * Word vectors as they are published: one tensor `vectors` [words, dimension] in half precision, which costs a cosine less than a
 * thousandth, and a text file with the words of its rows, a word a line, the special ones first.
 */
export const wordVectorFiles = { vectors: 'word-vectors.safetensors', words: 'words.txt' } as const;

const tensorName = 'vectors';

/** The vectors' file is written last: a folder that has it is whole. */
export function writePublishedWordVectors(folder: string, { words, matrix, dimension }: WordVectors): void {
  const unfit = words.find((word) => word === '' || /\s/u.test(word));
  if (unfit !== undefined) throw new InputError(`${displayPath(folder)}: ${wordVectorFiles.words} has a word a line and cannot hold ${JSON.stringify(unfit)}`);
  writeFileAtomic(path.join(folder, wordVectorFiles.words), words.map((word) => `${word}\n`).join(''));
  const tensors = new Map([[tensorName, { shape: [words.length, dimension], values: matrix }]]);
  writeSafetensors(path.join(folder, wordVectorFiles.vectors), tensors, { dtype: 'F16', metadata: { format: 'pt' } });
}

/**
 * Reads what `writePublishedWordVectors` wrote, or someone else in its format; other number formats than half are read too.
 * @throws InputError naming the file and what is wrong with it
 */
export function readPublishedWordVectors(folder: string): WordVectors {
  const words = readWords(path.join(folder, wordVectorFiles.words));
  const file = path.join(folder, wordVectorFiles.vectors);
  const tensors = readSafetensors(file);
  const table = tensors.get(tensorName);
  if (!table) throw new InputError(`${displayPath(file)} has no tensor ${tensorName}; it has ${[...tensors.keys()].join(', ') || 'none'}. Are these word vectors?`);
  const { shape, values } = table;
  if (shape.length !== 2 || shape[1] === 0) throw new InputError(`${displayPath(file)}: ${tensorName} has shape [${shape}], expected [words, dimension]`);
  const [rows, dimension] = shape;
  if (rows !== words.length) {
    throw new InputError(`${displayPath(file)} has ${rows} rows, but ${wordVectorFiles.words} beside it ${words.length} words: the two files do not belong together. Take both from one source.`);
  }
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new InputError(`${displayPath(file)}: the vector of ${JSON.stringify(words[Math.floor(bad / dimension)])} (row ${Math.floor(bad / dimension)}) holds ${values[bad]}`);
  return new WordVectors(words, values, dimension);
}

/** SHA-256 of the content of both files. */
export function publishedWordVectorsHash(folder: string): string {
  return sha256(Object.values(wordVectorFiles).map((name) => sha256File(existing(path.join(folder, name)))).join('\n'));
}

/** The words of the most frequent rows: tables are ordered by frequency. Rarer words become [UNK]. */
export function mostFrequentWords({ words, matrix, dimension, size }: WordVectors, rows: number): WordVectors {
  const kept = Math.min(size, rows);
  return new WordVectors(words.slice(0, kept), matrix.slice(0, kept * dimension), dimension);
}

function readWords(file: string): string[] {
  const lines = readUtf8(existing(file)).split('\n');
  if (lines.pop() !== '') throw new InputError(`${displayPath(file)}: the last line has no line feed: the file is cut off`);
  const lineOf = new Map<string, number>();
  lines.forEach((word, row) => {
    const line = `${displayPath(file)}: line ${row + 1}`;
    if (row < specialWords.length && word !== specialWords[row]) throw new InputError(`${line} must be ${specialWords[row]}, found ${JSON.stringify(word)}`);
    if (word === '' || /\s/u.test(word)) throw new InputError(`${line}: ${JSON.stringify(word)} is no word; each line is one word without white space`);
    const earlier = lineOf.get(word);
    if (earlier !== undefined) throw new InputError(`${line} repeats the word ${JSON.stringify(word)} of line ${earlier}`);
    lineOf.set(word, row + 1);
  });
  if (lines.length < specialWords.length) throw new InputError(`${displayPath(file)}: has ${lines.length} lines; the first four must be ${specialWords.join(', ')}`);
  return lines;
}

function existing(file: string): string {
  if (existsSync(file)) return file;
  throw new InputError(`${displayPath(file)} is not there: a folder of word vectors holds ${Object.values(wordVectorFiles).join(' and ')}`);
}
