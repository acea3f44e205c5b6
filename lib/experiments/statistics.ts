import { mean, sampleDeviation } from '../evaluation';

export { incompleteBeta, mean, sampleDeviation, welchTest, type WelchTest } from '../evaluation';

/** A figure over seeds. */
export interface Spread {
  mean: number;
  /** Sample standard deviation; undefined for one seed. */
  deviation?: number;
  values: number[];
}

export function spread(values: readonly number[]): Spread {
  return { mean: mean(values), deviation: sampleDeviation(values), values: [...values] };
}
