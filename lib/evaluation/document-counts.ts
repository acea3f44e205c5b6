import { InputError } from '../common';
import type { Document, Entity } from '../corpus/types';
import { eachOutcome, type Outcome } from './outcomes';

/** Right, wrong and missed entities of each document, in the documents' order. */
export type DocumentCounts = Record<Outcome, Int32Array>;

/**
 * The counts whose sums `score` turns into micro figures, document by document. Predictions are matched by id.
 * @throws InputError where a document has no prediction: then the files do not belong together
 */
export function documentCounts(gold: readonly Document[], predicted: readonly { id: string; entities: Entity[] }[]): DocumentCounts {
  const answers = new Map(predicted.map(({ id, entities }) => [id, entities]));
  const counts = emptyCounts(gold.length);
  gold.forEach(({ id, entities }, i) => {
    const answer = answers.get(id);
    if (!answer) throw new InputError(`the predictions have no document "${id}", which gold has. Are these predictions for another split?`);
    eachOutcome(entities, answer, (outcome) => counts[outcome][i]++);
  });
  return counts;
}

export function emptyCounts(documents: number): DocumentCounts {
  return { tp: new Int32Array(documents), fp: new Int32Array(documents), fn: new Int32Array(documents) };
}

/** The counts of several runs on the same documents, added. */
export function pooledCounts(runs: readonly DocumentCounts[]): DocumentCounts {
  const sum = emptyCounts(runs[0].tp.length);
  for (const run of runs) {
    for (const field of ['tp', 'fp', 'fn'] as const) run[field].forEach((value, i) => (sum[field][i] += value));
  }
  return sum;
}
