import { InputError, quantile, Random } from '../common';
import type { BootstrapOptions } from './bootstrap';
import type { DocumentCounts } from './document-counts';

/** Percentile intervals of one system's micro figures. */
export interface BootstrapIntervals {
  precision: [low: number, high: number];
  recall: [low: number, high: number];
  f1: [low: number, high: number];
  level: number;
  resamples: number;
  documents: number;
}

/**
 * The bootstrap over documents of a single system (Efron 1979): n documents are drawn with replacement, and the micro figures of each draw noted. It tells
 * what other documents of the kind might have given, with the system as it is. A figure whose denominator is 0 is 0, as in `score`.
 */
export function bootstrapIntervals({ tp, fp, fn }: DocumentCounts, { resamples = 10_000, seed = 0, level = 0.95 }: BootstrapOptions = {}): BootstrapIntervals {
  const documents = tp.length;
  if (documents === 0) throw new InputError('a bootstrap over documents needs one at least; found none');
  const random = Random.from(seed, 'bootstrap');
  const figures = { precision: new Float64Array(resamples), recall: new Float64Array(resamples), f1: new Float64Array(resamples) };
  for (let sample = 0; sample < resamples; sample++) {
    let [right, wrong, missed] = [0, 0, 0];
    for (let i = 0; i < documents; i++) {
      const drawn = random.below(documents);
      right += tp[drawn];
      wrong += fp[drawn];
      missed += fn[drawn];
    }
    figures.precision[sample] = share(right, right + wrong);
    figures.recall[sample] = share(right, right + missed);
    figures.f1[sample] = share(2 * right, 2 * right + wrong + missed);
  }
  const interval = (values: Float64Array): [number, number] => [quantile(values, (1 - level) / 2), quantile(values, (1 + level) / 2)];
  return { precision: interval(figures.precision), recall: interval(figures.recall), f1: interval(figures.f1), level, resamples, documents };
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
