import { InputError, Random, sha256 } from '../common';
import type { Document, SplitName } from './types';

export const splitSchemes = ['official', '8:1:1', '70:15:15'] as const;

/** `official`: the files as published. The others are seeded random splits by document. */
export type SplitScheme = (typeof splitSchemes)[number];

/** Shares of dev and of test. */
const shares = { '8:1:1': 0.1, '70:15:15': 0.15 } as const;

/**
 * A seeded random split into train, dev and test. Documents of equal text stay together, so that none is trained on
 * and scored on; each split keeps the documents' order. Equal input and seed give equal splits on every machine.
 */
export function splitDocuments(documents: readonly Document[], scheme: Exclude<SplitScheme, 'official'>, seed: number): Record<SplitName, Document[]> {
  if (documents.length < 3) throw new InputError(`a ${scheme} split needs at least 3 documents; there are ${documents.length}`);
  const groups = new Map<string, number[]>();
  documents.forEach(({ text }, i) => {
    const group = groups.get(text);
    if (group) group.push(i);
    else groups.set(text, [i]);
  });
  const size = Math.max(1, Math.round(documents.length * shares[scheme]));
  const chosen: Record<SplitName, number[]> = { train: [], dev: [], test: [] };
  for (const group of Random.from(seed, `split ${scheme}`).shuffled([...groups.values()])) {
    const split = chosen.test.length + group.length <= size ? 'test' : chosen.dev.length + group.length <= size ? 'dev' : 'train';
    chosen[split].push(...group);
  }
  const inOrder = (split: SplitName) => chosen[split].sort((a, b) => a - b).map((i) => documents[i]);
  return { train: inOrder('train'), dev: inOrder('dev'), test: inOrder('test') };
}

/** Identifies a split: SHA-256 of its document ids, in order, a line each. */
export function documentsHash(documents: readonly Document[]): string {
  return sha256(documents.map(({ id }) => id + '\n').join(''));
}
