/** Writes data/vocabulary/sample.txt, the embedded corpus's vocabulary: npx tsx lib/text/build-vocabulary.ts */
import { readFileSync } from 'node:fs';
import { inProject } from '../common';
import { parseJsonl } from '../corpus/jsonl';
import { Vocabulary } from './vocabulary';

export const sampleVocabularyFile = inProject('data', 'vocabulary', 'sample.txt');

/** From the training and the unlabelled text only: what the other splits alone hold is [UNK], as for any unseen text. */
export function buildSampleVocabulary(): Vocabulary {
  const train = inProject('data', 'sample', 'train.jsonl');
  const unlabelled = readFileSync(inProject('data', 'sample', 'unlabelled.txt'), 'utf8');
  return Vocabulary.build([...parseJsonl(readFileSync(train, 'utf8'), train).map(({ text }) => text), ...unlabelled.split('\n')]);
}

if (require.main === module) {
  const vocabulary = buildSampleVocabulary();
  vocabulary.save(sampleVocabularyFile);
  process.stderr.write(`${sampleVocabularyFile}: ${vocabulary.size} tokens\n`);
}
