import { logGamma, studentQuantile, studentTails } from './distributions';

/** Arithmetic mean of at least one value. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation (divisor n − 1); undefined for a single value, which shows no spread. */
export function sampleDeviation(values: readonly number[]): number | undefined {
  if (values.length < 2) return undefined;
  // The mean of equal values may be rounded, which would give them a spread of 1e-17 and a t-test its certainty.
  if (values.every((value) => value === values[0])) return 0;
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

export interface WelchTest {
  t: number;
  /** Welch-Satterthwaite degrees of freedom. */
  degrees: number;
  /** Two-sided. */
  p: number;
}

/**
 * Welch's t-test of equal means of two samples with unequal variances: t = (x̄ − ȳ) / √(s²ₓ/n + s²ᵧ/m). Undefined where a
 * sample has a single value or neither has any spread.
 */
export function welchTest(x: readonly number[], y: readonly number[]): WelchTest | undefined {
  const spreadX = (sampleDeviation(x) ?? NaN) ** 2 / x.length;
  const spreadY = (sampleDeviation(y) ?? NaN) ** 2 / y.length;
  const spread = spreadX + spreadY;
  if (!(spread > 0)) return undefined;
  const t = (mean(x) - mean(y)) / Math.sqrt(spread);
  const degrees = spread ** 2 / (spreadX ** 2 / (x.length - 1) + spreadY ** 2 / (y.length - 1));
  return { t, degrees, p: studentTails(t, degrees) };
}

/** Two samples of scores: how far apart their means are, and how surely. */
export interface MeanComparison extends WelchTest {
  /** x̄ − ȳ. */
  difference: number;
  /** Of the difference at `level`: ± the quantile of Student's t at Welch's degrees of freedom, times the standard error. */
  interval: [low: number, high: number];
  level: number;
  /** The difference in pooled standard deviations, corrected for small samples. */
  hedgesG: number;
}

/** Welch's test with its interval and an effect size. Undefined where `welchTest` is. */
export function compareMeans(x: readonly number[], y: readonly number[], level = 0.95): MeanComparison | undefined {
  const test = welchTest(x, y);
  if (!test) return undefined;
  const difference = mean(x) - mean(y);
  const [sx, sy] = [sampleDeviation(x)!, sampleDeviation(y)!];
  const half = studentQuantile(1 - level, test.degrees) * Math.sqrt(sx ** 2 / x.length + sy ** 2 / y.length);
  return { ...test, difference, interval: [difference - half, difference + half], level, hedgesG: hedgesG(x, y) };
}

/**
 * Hedges' g = J(ν) (x̄ − ȳ) / s with the pooled s² = ((n − 1)s²ₓ + (m − 1)s²ᵧ) / ν, ν = n + m − 2, and the exact correction
 * J(ν) = Γ(ν/2) / (√(ν/2) Γ((ν − 1)/2)), which takes Cohen's d's upward bias away (Hedges 1981, equation 6e).
 */
export function hedgesG(x: readonly number[], y: readonly number[]): number {
  const degrees = x.length + y.length - 2;
  const pooled = ((x.length - 1) * sampleDeviation(x)! ** 2 + (y.length - 1) * sampleDeviation(y)! ** 2) / degrees;
  const correction = Math.exp(logGamma(degrees / 2) - logGamma((degrees - 1) / 2)) / Math.sqrt(degrees / 2);
  return (correction * (mean(x) - mean(y))) / Math.sqrt(pooled);
}
