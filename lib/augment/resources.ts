import * as path from 'node:path';
import { projectRoot } from '../common';
import type { AugmentResources } from './augment';
import type { AugmentConfig } from './config';
import { readLexicon } from './lexicon';
import { readSynonyms, readUtf8 } from './synonyms';

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
    unlabelled: config.remote.unlabelled.flatMap((file) => readUtf8(resolved(file)).split(/\r\n|\n|\r/).map((line) => line.trim()).filter((line) => line !== '')),
  };
}
