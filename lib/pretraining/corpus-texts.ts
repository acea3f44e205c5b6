import * as path from 'node:path';
import { catalog, isCorpus, loadCorpus, splitSchemes, type Document } from '../corpus';
import { InputError, projectRoot } from '../common';
import { findSources, readPassages } from '../text/files/sources';
import type { TextConfig } from './config';
import type { GuardedText } from './guard';

export interface CorpusTexts {
  /** Texts to train on: those of `corpora` that stand in the training split of every scheme. */
  passages: GuardedText[];
  /** Texts that nothing trained on may contain. */
  guarded: GuardedText[];
}

/**
 * The texts that corpora give and forbid. Forbidden is every document outside the training split of a scheme that the papers
 * split by: as published, 8:1:1 and 70:15:15 with the default split seed. So the encoder can be judged under any of them, and under no
 * random split with another seed. Where dev is scored as published, the tenth of train that a run sets apart to choose its epoch is
 * training text here.
 */
export async function corpusTexts({ corpora, guarded }: Pick<TextConfig, 'corpora' | 'guarded'>): Promise<CorpusTexts> {
  const texts: CorpusTexts = { passages: [], guarded: [] };
  const unknown = corpora.filter((name) => !isCorpus(name));
  if (unknown.length) throw new InputError(`text.corpora names ${unknown.join(', ')}; there are ${catalog.map(({ id }) => id).join(', ')}. Give other text as a source.`);
  for (const name of new Set([...corpora, ...guarded.filter(isCorpus)])) {
    const { documents, scored } = await everyScheme(name);
    const named = ({ id, text }: Document): GuardedText => ({ id: `${name}:${id}`, text });
    texts.guarded.push(...documents.filter(({ text }) => scored.has(text)).map(named));
    if (corpora.includes(name)) texts.passages.push(...documents.filter(({ text }) => !scored.has(text)).map(named));
  }
  for (const file of findSources(guarded.filter((name) => !isCorpus(name)).map((file) => path.resolve(projectRoot, file))).files) {
    let number = 0;
    for (const text of readPassages(file)) texts.guarded.push({ id: `${file.name}#${++number}`, text });
  }
  return texts;
}

/** All documents of a corpus, and the texts that stand outside the training split under some scheme. */
async function everyScheme(name: string): Promise<{ documents: Document[]; scored: Set<string> }> {
  const documents: Document[] = [];
  const scored = new Set<string>();
  for (const split of splitSchemes) {
    const { splits } = await loadCorpus(name, { split });
    if (split === 'official') documents.push(...Object.values(splits).flat());
    for (const document of [...(splits.dev ?? []), ...(splits.test ?? [])]) scored.add(document.text);
  }
  return { documents, scored };
}
