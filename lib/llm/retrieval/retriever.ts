import { readTypedTerms } from '../../augment/lexicon';
import { canonicalJson, displayPath, sha256 } from '../../common';
import { embeddedLexicon } from '../../corpus/sample/lexicon';
import { retrievalVersion, type ReferenceTerm } from '../prompts/reference';
import { typeName } from '../type-names';
import { LexiconIndex } from './lexicon-index';

/** What the entries that a text gets depend on. */
export interface RetrievalIdentity {
  /** Of the block in the prompts. */
  version: number;
  /** Most entries a text. */
  entries: number;
  /** Distinct terms of the lexicon. */
  terms: number;
  /** SHA-256 of terms and types, in the lexicon's order: ties are broken by it. */
  lexicon: string;
}

export interface Retriever {
  readonly identity: RetrievalIdentity;
  /** The lexicon's files as given; none: the embedded lexicon. */
  readonly files: readonly string[];
  find(text: string): ReferenceTerm[];
}

/**
 * Finds lexicon entries to go with the questions on a text: the retrieval that paper A names as its future work.
 * @param files of `term<TAB>type` lines, or folders of TYPE.txt files; none: the embedded lexicon, which holds no term that is held out from the
 * embedded corpus's training part
 * @throws InputError naming the file and line that cannot be read so
 */
export function makeRetriever(count: number, files: readonly string[] = []): Retriever {
  const typesOf = new Map<string, Set<string>>();
  for (const { term, type } of files.length > 0 ? files.flatMap((file) => readTypedTerms(file)) : embeddedLexicon()) {
    const types = typesOf.get(term);
    if (types) types.add(type);
    else typesOf.set(term, new Set([type]));
  }
  const entries = [...typesOf].map(([term, types]) => ({ term, types: [...types].map((type) => typeName(type).name) }));
  const index = new LexiconIndex(entries);
  return {
    identity: { version: retrievalVersion, entries: count, terms: entries.length, lexicon: sha256(canonicalJson(entries)) },
    files: files.map(displayPath),
    find: (text) => index.find(text, count),
  };
}
