/** How a figure draws its bars: Plotly's fields of an error bar. */
export interface BarStyle {
  color: string;
  thickness: number;
  width: number;
}

/** The length of a point's bar in percent. */
export const inPercent = ({ deviation }: { deviation?: number }): number | undefined => (deviation === undefined ? undefined : 100 * deviation);

/** In the place of a bar that is not there. Plotly draws none for what is no number; a null, which is all that JSON keeps of NaN, it takes for 0. */
const noBar = 'none';

/**
 * Bars of one standard deviation either way, in the axis's unit; undefined where there is one seed, which has no spread: a bar of length 0 would
 * say that it is 0. No field at all where no point has a spread.
 */
export function errorBars(axis: 'error_x' | 'error_y', deviations: readonly (number | undefined)[], style: BarStyle): object {
  return bars(axis, { array: deviations }, style);
}

/** The same with a length of its own either way; both are undefined where there is one seed. */
export function unevenErrorBars(axis: 'error_x' | 'error_y', up: readonly (number | undefined)[], down: readonly (number | undefined)[], style: BarStyle): object {
  return bars(axis, { symmetric: false, array: up, arrayminus: down }, style);
}

function bars(axis: string, { array, arrayminus, ...rest }: { symmetric?: false; array: readonly (number | undefined)[]; arrayminus?: readonly (number | undefined)[] }, style: BarStyle): object {
  if (array.every((length) => length === undefined)) return {};
  const drawn = (lengths: readonly (number | undefined)[]): (number | string)[] => lengths.map((length) => length ?? noBar);
  return { [axis]: { type: 'data', ...rest, array: drawn(array), ...(arrayminus && { arrayminus: drawn(arrayminus) }), ...style } };
}
