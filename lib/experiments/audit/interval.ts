/** All values from the first to the second, both included. */
export type Interval = readonly [low: number, high: number];

/** Two numbers that are equal but for floating-point error touch. */
const tolerance = 1e-12;

/** What a number printed with so many decimals may have been before it was rounded: half a unit of its last place either way. */
export function rounded(value: number, decimals: number): Interval {
  const half = 0.5 * 10 ** -decimals;
  return [value - half, value + half];
}

/** What it may have been if digits were cut off rather than rounded: up to a unit more (less, for a negative number). */
export function truncated(value: number, decimals: number): Interval {
  const unit = 10 ** -decimals;
  return value < 0 ? [value - unit, value] : [value, value + unit];
}

export const exactly = (value: number): Interval => [value, value];

/** Whether some value lies in both. */
export function touches([low, high]: Interval, [otherLow, otherHigh]: Interval): boolean {
  const slack = tolerance * Math.max(1, Math.abs(low), Math.abs(high));
  return low <= otherHigh + slack && otherLow <= high + slack;
}

/** x − y over all x and y. */
export const minus = (x: Interval, y: Interval): Interval => [x[0] - y[1], x[1] - y[0]];

/** x / y over all x and all y > 0. */
export function over(x: Interval, y: Interval): Interval {
  return [Math.min(x[0] / y[0], x[0] / y[1]), Math.max(x[1] / y[0], x[1] / y[1])];
}

/** (x − y) / y over all x and y > 0: it falls with y, which stands on both sides, so the ends are attained. */
export const relativeChange = (x: Interval, y: Interval): Interval => [x[0] / y[1] - 1, x[1] / y[0] - 1];

/** The arithmetic mean over all choices. */
export function meanOf(intervals: readonly Interval[]): Interval {
  const mean = (end: 0 | 1): number => intervals.reduce((sum, interval) => sum + interval[end], 0) / intervals.length;
  return [mean(0), mean(1)];
}

/** F1 = 2PR / (P + R) over all P and R: it rises with both, so the ends are those of the ends. */
export function f1Of(precision: Interval, recall: Interval): Interval {
  const f1 = (p: number, r: number): number => (p + r === 0 ? 0 : (2 * p * r) / (p + r));
  return [f1(precision[0], recall[0]), f1(precision[1], recall[1])];
}

/** The midpoint. */
export const middle = ([low, high]: Interval): number => (low + high) / 2;
