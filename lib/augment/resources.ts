import * as path from 'node:path';
import { linesOf, projectRoot } from '../common';
import { findSources, readPassages } from '../text/files/sources';
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
    unlabelled: unlabelledText(config.remote.unlabelled.map(resolved)),
  };
}

/** Every line of every passage, without white space around it. */
function unlabelledText(sources: readonly string[]): string[] {
  const lines: string[] = [];
  for (const file of findSources(sources).files) {
    for (const passage of readPassages(file)) for (const line of linesOf(passage)) if (line.trim()) lines.push(line.trim());
  }
  return lines;
}
