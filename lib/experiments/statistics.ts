/** Arithmetic mean of at least one value. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation (divisor n − 1); undefined for a single value, which shows no spread. */
export function sampleDeviation(values: readonly number[]): number | undefined {
  if (values.length < 2) return undefined;
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

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
  return { t, degrees, p: incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) };
}

/** ln Γ(x) for x > 0: Stirling's series, after x is raised above 10 by Γ(x + 1) = x Γ(x). Error below 1e-12. */
function logGamma(x: number): number {
  let shift = 0;
  for (; x < 10; x++) shift -= Math.log(x);
  const inverse = 1 / (x * x);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / x;
  return shift + (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}

/** The regularised incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22, Lentz's method). */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  // The fraction converges fast below the mean; above it, I_x(a, b) = 1 − I_{1−x}(b, a).
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log(1 - x) + logGamma(a + b) - logGamma(a) - logGamma(b)) / a;
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < 300; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    value *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return front * value;
}
