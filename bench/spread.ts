import type { BenchRow } from '../lib/cli/bench';
import { halfQuartileRange, median } from '../lib/common';

export { median };

/** Half the distance between the quartiles, as a share of the median. */
export const halfQuartileSpread = (values: readonly number[]): number => halfQuartileRange(values) / median(values);

/** What takes this long, in seconds, and has no peer. */
export const secondsRow = (bench: string, name: string, seconds: readonly number[], load: number): BenchRow =>
  ({ bench, case: name, metric: 's', ours: median(seconds), peer: null, ratio: null, spread: halfQuartileSpread(seconds), load });
