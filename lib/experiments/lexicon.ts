import * as path from 'node:path';
import { canonicalJson, projectRoot, readLines, sha256 } from '../common';
import type { Document } from '../corpus';
import type { LexiconConfig, WordSegmenter } from '../models';
import { Lexicon, specialWords, type WordVectors } from '../text';

/** What a run record says about its lexicon. */
export interface LexiconRecord {
  words: number;
  /** Words that occur in the training texts outside a longer word. */
  counted: number;
  /** SHA-256 of words and counts. */
  hash: string;
}

/** The words of the segmented training texts, those with a vector, and those of the config's files, counted in the training texts. */
export function makeLexicon({ files }: LexiconConfig, train: readonly Document[], segmenter: WordSegmenter, wordVectors: WordVectors): Lexicon {
  const texts = train.map(({ text }) => text);
  const words = new Set(wordVectors.words.slice(specialWords.length));
  for (const text of texts) for (const word of segmenter.segment(text)) words.add(word.text);
  for (const file of files) for (const line of readLines(path.resolve(projectRoot, file))) words.add(line.split('\t', 1)[0].trim());
  return Lexicon.build(words, texts);
}

export function lexiconRecord({ words, counts }: Lexicon): LexiconRecord {
  return { words: words.length, counted: counts.filter((count) => count > 0).length, hash: sha256(canonicalJson([words, counts])) };
}
