/** The value a share `p` of the way through the sorted values, between neighbours by proportion (numpy's default). */
export function quantile(values: ArrayLike<number>, p: number): number {
  const sorted = Float64Array.from(values).sort();
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  return sorted[low] + (at - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Half the distance between the quartiles. */
export const halfQuartileRange = (values: readonly number[]): number => (quantile(values, 0.75) - quantile(values, 0.25)) / 2;
