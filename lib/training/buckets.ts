import { Random } from '../common';

export interface BucketOptions {
  /** Most examples in a batch. */
  batchSize: number;
  /** Most tokens in a batch, padding counted (length × examples); null = no limit. One example always fits. */
  tokenBudget: number | null;
}

/** Lengths that differ by less than this share a bucket: batches still mix, and little is padding. */
const bucketWidth = 8;

const bucketLength = (length: number): number => Math.ceil(length / bucketWidth) * bucketWidth;

/**
 * Batches of indices into `lengths` (tokens of each example), each index exactly once. Examples are shuffled, sorted
 * stably by bucket, cut into batches, and the batches shuffled. The number of batches depends on the lengths and options
 * alone, not on the random numbers, because the budget counts bucket lengths.
 */
export function lengthBuckets(lengths: ArrayLike<number>, options: BucketOptions, random: Random): number[][] {
  const { batchSize, tokenBudget } = options;
  const order = random
    .shuffled(Array.from({ length: lengths.length }, (_, index) => index))
    .sort((a, b) => bucketLength(lengths[a]) - bucketLength(lengths[b]));
  const batches: number[][] = [];
  let batch: number[] = [];
  for (const index of order) {
    // Sorted, so the newcomer's bucket is the batch's longest.
    const tokens = bucketLength(lengths[index]) * (batch.length + 1);
    if (batch.length === batchSize || (batch.length > 0 && tokenBudget !== null && tokens > tokenBudget)) {
      batches.push(batch);
      batch = [];
    }
    batch.push(index);
  }
  if (batch.length > 0) batches.push(batch);
  return random.shuffled(batches);
}

/** The batches of one epoch (from 0): a pure function of the run's seed and the epoch, so that a resumed run needs no list. */
export function epochBatches(lengths: ArrayLike<number>, options: BucketOptions, seed: number, epoch: number): number[][] {
  return lengthBuckets(lengths, options, Random.from(seed, `batches/${epoch}`));
}
