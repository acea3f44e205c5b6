import { nothing } from './nothing';

/** Raised when the wording of the block or of its requirement changes. */
export const retrievalVersion = 1;

/** A lexicon entry as a model is told of it. */
export interface ReferenceTerm {
  term: string;
  /** In Chinese, as far as the type has a name. */
  types: readonly string[];
}

/** The name of the block of data. */
export const referenceName = '词条';

const heading = '参考词条';

/** Entries are looked up by similarity of characters: many have nothing to do with the text, and none may enter an answer from here. */
export function referenceRequirements(terms: readonly ReferenceTerm[] | undefined): string[] {
  return terms ? [`${heading}是按字面相近从医学词典中检出的，只供理解原文时参考，未必与原文有关；回答所用的词语仍须出自原文。`] : [];
}

/** One entry a line, `词条（类别）`, most similar first. */
export function referenceInputs(terms: readonly ReferenceTerm[] | undefined): { heading: string; name: string; text: string }[] {
  return terms ? [{ heading, name: referenceName, text: terms.map(({ term, types }) => `${term}（${types.join('、')}）`).join('\n') || nothing }] : [];
}
