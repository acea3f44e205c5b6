import * as path from 'node:path';
import { InputError, projectRoot } from '../../common';
import { readSynonyms, type SynonymSet } from '../synonyms';
import { backTranslated, type TranslateBack } from './back-translation';
import type { TraditionalConfig } from './config';
import { mask } from './masking';
import type { Outcome, Subject } from './outcome';
import { replaceEntities } from './replacement';
import { SynonymWords } from './synonym-words';
import { replaceSynonyms } from './synonyms';

/** What methods draw on besides the documents. */
export interface TraditionalResources {
  /** For `synonyms`: read from its files. */
  synonyms?: readonly SynonymSet[];
  /** For `back-translation`. */
  translate?: TranslateBack;
}

/** A method as a function of what it is to change: one outcome for each, in their order. */
export type TraditionalMethod = (subjects: readonly Subject[]) => Promise<Outcome[]>;

/** @throws InputError where back translation has no translator */
export function traditionalMethod(config: TraditionalConfig, { synonyms = [], translate }: TraditionalResources): TraditionalMethod {
  switch (config.method) {
    case 'masking':
      return async (subjects) => subjects.map(({ passage, random }) => mask(passage, config, random));
    case 'replacement':
      return async (subjects) => subjects.map(({ passage, mentions, random }) => replaceEntities(passage, mentions, config, random));
    case 'synonyms': {
      const words = new SynonymWords(synonyms, config.shortestWord);
      return async (subjects) => subjects.map(({ passage, mentions, random }) => replaceSynonyms(passage, words, mentions, config, random));
    }
    case 'back-translation': {
      if (!translate) throw new InputError(`back translation needs translation models (${config.there} and ${config.back}), and nothing here can run them`);
      return (subjects) => backTranslated(subjects.map(({ passage }) => passage), translate);
    }
  }
}

/** Synonym sets of the files that a config names; none for other methods. Relative paths are the project's. */
export function readTraditionalSynonyms(config: TraditionalConfig): SynonymSet[] {
  return config.method === 'synonyms' ? config.files.flatMap((file) => readSynonyms(path.resolve(projectRoot, file))) : [];
}
