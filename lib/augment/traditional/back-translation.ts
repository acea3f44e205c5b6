import { JobError } from '../../common';
import { cut, replaceSpans, type Passage } from '../passage';
import { sentences } from '../sentence';
import { noCounts, type Counts, type Outcome } from './outcome';
import { relocate } from './relocate';

/** Translates sentences into another language and back: one text for each, in their order. */
export type TranslateBack = (texts: readonly string[]) => Promise<string[]>;

/** Ends of sentences, which stay as they are in the passage: a translation's own would double them. */
const close = /[。！？；!?;.\s]+$/u;

/**
 * Back translation (paper A, section 4.9), sentence by sentence: a sentence comes back in other words. It is kept only if every entity can be located in it
 * exactly and without doubt; else the original stays, and the cause is counted. The marks between sentences stay.
 */
export async function backTranslated(passages: readonly Passage[], translate: TranslateBack): Promise<Outcome[]> {
  const split = passages.map((passage) => sentences(passage).map((span) => ({ span, piece: cut(passage, span) })));
  const texts = [...new Set(split.flatMap((list) => list.map(({ piece }) => piece.text)))];
  const answers = texts.length > 0 ? await translate(texts) : [];
  if (answers.length !== texts.length) throw new JobError(`the translator gave ${answers.length} texts back for ${texts.length} sentences`);
  const translation = new Map(texts.map((text, i) => [text, answers[i].trim().replace(close, '')]));
  return passages.map((passage, i): Outcome => {
    const counts: Counts = { ...noCounts(), sentences: split[i].length };
    const changes = split[i].flatMap(({ span, piece }) => {
      const text = translation.get(piece.text)!;
      const entities = relocate(piece, text);
      const fate = text === piece.text.replace(close, '') || text === '' ? 'same' : typeof entities === 'string' ? entities : 'kept';
      counts[fate]++;
      return fate === 'kept' ? [{ span, piece: { text, entities: entities as Exclude<typeof entities, string> } }] : [];
    });
    if (split[i].length === 0) return { result: 'no place', counts };
    return { result: changes.length > 0 ? replaceSpans(passage, changes) : 'unchanged', counts };
  });
}
