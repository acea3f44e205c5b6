/**
 * Isotonic regression (pool adjacent violators; Ayer et al. 1955, doi:10.1214/aoms/1177728423): the rising step function of the scores nearest to the outcomes in squares,
 * each step's mean taken with one success and one failure more, so that a step of few cases is no certainty. Calibrates a classifier (Zadrozny and Elkan 2002).
 * @returns the share of successes expected at a score; 1/2 where there was nothing to learn from
 */
export function fitIsotonic(scores: readonly number[], outcomes: readonly boolean[]): (score: number) => number {
  const order = scores.map((_, i) => i).sort((a, b) => scores[a] - scores[b]);
  const steps: { from: number; sum: number; count: number }[] = [];
  for (let i = 0; i < order.length;) {
    // Equal scores cannot be told apart and share a step.
    const from = scores[order[i]];
    const step = { from, sum: 0, count: 0 };
    for (; i < order.length && scores[order[i]] === from; i++, step.count++) if (outcomes[order[i]]) step.sum++;
    steps.push(step);
    for (let k = steps.length - 1; k > 0 && steps[k - 1].sum * steps[k].count >= steps[k].sum * steps[k - 1].count; k--) {
      const { sum, count } = steps.pop()!;
      steps[k - 1].sum += sum;
      steps[k - 1].count += count;
    }
  }
  if (steps.length === 0) return () => 0.5;
  const values = steps.map(({ sum, count }) => (sum + 1) / (count + 2));
  // Pulling small steps to 1/2 may disturb the order: a later step is never under an earlier one.
  for (let i = 1; i < values.length; i++) values[i] = Math.max(values[i], values[i - 1]);
  return (score) => {
    let [low, high] = [0, steps.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (steps[middle].from <= score) low = middle;
      else high = middle - 1;
    }
    return values[low];
  };
}
