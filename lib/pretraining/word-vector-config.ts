import { z } from 'zod';
import { InputError } from '../common';
import { word2VecSchema } from '../text';
import { TextConfig } from './config';

/** All that published word vectors depend on besides the contents of the files it names. */
export const WordVectorTraining = z.strictObject({
  /** As of a pre-training. Nothing is held out: no loss is measured. */
  text: TextConfig.pick({ sources: true, corpora: true, guarded: true }),
  /** Files with the segmenter's extra words, one a line. None by default, since a run that takes the vectors has none either. */
  dictionaries: z.array(z.string()),
  training: word2VecSchema,
  /** Rows that are published: the special words, then the most frequent. Rarer words are [UNK] to those who take the vectors. */
  rows: z.int().min(5),
});
export type WordVectorTraining = z.infer<typeof WordVectorTraining>;

export const wordVectorDefaults: WordVectorTraining = {
  text: { sources: [], corpora: [], guarded: [] },
  dictionaries: [],
  // Chosen by `typeAgreement` on a quarter of medner-mini's text, where two seeds differ by 0.1 points. The window matters: 2, 3, 5 and 8
  // words to each side gave 70.7, 70.4, 67.8 and 64.3 %, as near neighbours tell what a word is, and far ones what the text is about. Passes
  // do not (3, 5, 10: 67.7, 67.8, 67.4 % at window 5), nor the least count (2, 5, 11: 67.2, 67.8, 67.7 %).
  training: word2VecSchema.parse({ window: 3, epochs: 3, learningRate: 0.025, minCount: 5 }),
  // Of 100 halves each, with their words: just under 5 MB.
  rows: 24_000,
};

/** @throws InputError naming each wrong field, what it must be and what it is */
export function checkWordVectorTraining(value: unknown): WordVectorTraining {
  const parsed = WordVectorTraining.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'config'}: ${message}`);
    throw new InputError(`the word vectors' configuration is wrong: ${problems.join('; ')}`);
  }
  const { sources, corpora } = parsed.data.text;
  if (sources.length + corpora.length === 0) throw new InputError('word vectors need text: name a file, a folder or a corpus');
  return parsed.data;
}
