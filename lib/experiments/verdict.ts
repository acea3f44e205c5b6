import { percent, points } from './format';
import type { Spread } from './statistics';

/** One row's F1 beside the paper's, and both beside the baseline row's. */
export interface Comparison {
  f1: Spread;
  paper: number | null;
  /** The row that gains are counted from; null on that row itself. */
  baseline: { label: string; f1: Spread; paper: number | null; sharesRuns?: boolean } | null;
  /** Of Welch's test of this row's F1 against the baseline's; undefined where there is none. */
  p: number | undefined;
}

/** Differences whose p is below this count as seen. */
export const significance = 0.05;

/** How far a re-run with the paper's own corpus and settings may lie from its number: two deviations, at least half a point. */
const tolerance = ({ deviation = 0 }: Spread): number => Math.max(2 * deviation, 0.005);

/** The same in words, for a table where `onNumber` holds of a verdict. */
export const toleranceText = "reproduced: within two sample standard deviations of the paper's F1, or half a point where that is more.";

/** Whether a verdict is `reproduction`'s on a printed number. */
export const onNumber = (verdict: string): boolean => verdict === 'reproduced' || verdict.endsWith(' the paper');

/** Means over seeds that differ by less are equal: their sums are rounded. */
const rounding = 1e-12;

/** Of a row whose runs are the baseline's, nothing but that: it is the baseline by another name, whatever the paper prints of the two. */
export function verdictOn(comparison: Comparison, comparable: boolean): string {
  if (comparison.baseline?.sharesRuns) return `same runs as ${comparison.baseline.label}`;
  return comparable ? reproduction(comparison) : direction(comparison);
}

/** What re-running says about a printed number that was measured on the same corpus with the same settings. */
export function reproduction({ f1, paper }: Comparison): string {
  if (paper === null) return 'not printed';
  const difference = f1.mean - paper;
  if (Math.abs(difference) <= tolerance(f1)) return 'reproduced';
  return `${percent(Math.abs(difference))} ${difference > 0 ? 'above' : 'below'} the paper`;
}

/** What it says where corpus or scale differ: only whether the row gains on the baseline as the paper's does. */
export function direction({ f1, paper, baseline, p }: Comparison): string {
  if (!baseline) return 'baseline';
  const gain = f1.mean - baseline.f1.mean;
  if (Math.abs(gain) < rounding) return 'no difference';
  const seen = p !== undefined && p < significance;
  // Two equal printed numbers have no direction.
  const printed = paper !== null && baseline.paper !== null && paper !== baseline.paper ? paper - baseline.paper : null;
  if (p === undefined) {
    const why = Math.min(f1.values.length, baseline.f1.values.length) < 2 ? 'one seed' : 'no spread';
    if (printed === null) return `${points(gain)} (${why})`;
    return `${gain > 0 === printed > 0 ? 'same' : 'opposite'} direction (${why})`;
  }
  if (!seen) return 'no clear difference';
  if (printed === null) return gain > 0 ? `above ${baseline.label}` : `below ${baseline.label}`;
  return gain > 0 === printed > 0 ? 'agrees: same direction' : 'disagrees: opposite direction';
}
