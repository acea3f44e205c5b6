import type { Spread } from './statistics';

/** A fraction as percent with two decimals, as the papers print scores. */
export const percent = (share: number): string => (100 * share).toFixed(2);

/** Mean ± sample deviation in percent. */
export const percentSpread = ({ mean, deviation }: Spread): string => percent(mean) + (deviation === undefined ? '' : ` ± ${percent(deviation)}`);

/** A difference of fractions in points, with its sign. */
export const points = (difference: number): string => `${difference < 0 ? '−' : '+'}${percent(Math.abs(difference))}`;

export const count = (value: number): string => value.toLocaleString('en-US');
