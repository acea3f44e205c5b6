/**
 * Amdahl's law: where a stage takes the share p of a step and becomes s times as fast, the step takes 1 − p + p/s of its time,
 * and so saves p (1 − 1/s): never more than p.
 */
export interface Amdahl {
  /** The stage's share of a step. */
  p: number;
  /** How many times as fast it becomes. */
  s: number;
}

export const savedShare = ({ p, s }: Amdahl): number => p * (1 - 1 / s);

/** The share that a stage must have for a step to save `saved` when the stage becomes s times as fast. */
export const impliedShare = (saved: number, s: number): number => saved / (1 - 1 / s);

/** How many times fewer spans a band of width k scores in a window of n tokens than the upper triangle has: n (n + 1) / 2 against (2n + 1 − k) k / 2. */
export function bandSpeedup(n: number, k: number): number {
  const width = Math.min(k, n);
  return (n * (n + 1)) / ((2 * n + 1 - width) * width);
}
