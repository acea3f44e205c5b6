import * as path from 'node:path';
import { projectRoot, readLines } from '../common';
import type { AugmentResources } from './augment';
import type { AugmentConfig } from './config';
import { readLexicon } from './lexicon';
import { readSynonyms } from './synonyms';

/**
 * Reads the files that a config names. Relative paths are the project's.
 * @throws InputError naming the file that cannot be read as it should
 */
export function readAugmentResources(config: AugmentConfig, types: readonly string[]): AugmentResources {
  const resolved = (file: string): string => path.resolve(projectRoot, file);
  return {
    types,
    lexicons: config.remote.lexicons.map((lexicon) => readLexicon(resolved(lexicon.path), types, lexicon.types)),
    synonyms: config.substitution.synonymFiles.flatMap((file) => readSynonyms(resolved(file))),
    unlabelled: config.remote.unlabelled.flatMap((file) => readLines(resolved(file))),
  };
}
