import { halfQuartileRange, median } from '../lib/common';

export { median };

/** Half the distance between the quartiles, as a share of the median. */
export const halfQuartileSpread = (values: readonly number[]): number => halfQuartileRange(values) / median(values);
