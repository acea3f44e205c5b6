import { Random } from '../common';
import type { Document } from '../corpus/types';
import { collate, disposeBatch, mergePredictions } from '../models';
import type { Example, Model, ScoredEntity } from '../models/types';
import { lengthBuckets } from './buckets';

export interface PredictedDocument extends Document {
  entities: ScoredEntity[];
}

/** Without gradients a batch may be larger than in training: 64 windows, 8,192 tokens with padding. */
const batching = { batchSize: 64, tokenBudget: 8192 };

/**
 * The batches in which windows of these lengths are predicted. Their order changes no prediction; a fixed one keeps sums of
 * equal runs equal.
 */
export const predictionBatches = (lengths: ArrayLike<number>): number[][] => lengthBuckets(lengths, batching, Random.from(0));

/**
 * A model's entities for whole documents: windows are predicted in length buckets and merged.
 * `examples` are the documents' windows, in text order within a document. Entities come ordered by start, end, type.
 */
export async function predictDocuments(
  model: Model,
  { documents, examples }: { documents: readonly Document[]; examples: readonly Example[] },
  onProgress?: (share: number) => void,
): Promise<PredictedDocument[]> {
  const found: ScoredEntity[][] = examples.map(() => []);
  const batches = predictionBatches(examples.map(({ ids }) => ids.length));
  for (const [done, indices] of batches.entries()) {
    const batch = collate(indices.map((index) => examples[index]));
    try {
      const entities = await model.predict(batch);
      indices.forEach((index, i) => (found[index] = entities[i]));
    } finally {
      disposeBatch(batch);
    }
    onProgress?.((done + 1) / batches.length);
  }
  const merged = mergePredictions(examples, found, documents.length);
  return documents.map((document, index) => ({ ...document, entities: merged[index] }));
}
