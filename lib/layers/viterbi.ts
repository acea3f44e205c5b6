/** What a linear-chain CRF adds to its emissions. */
export interface PathScores {
  labels: number;
  /** [labels, labels], from the row's label to the column's. */
  transitions: ArrayLike<number>;
  start: ArrayLike<number>;
  end: ArrayLike<number>;
}

/** Which labels may begin and end a sequence, and which may follow which (`pairs[from][to]`). */
export interface AllowedLabels {
  starts: readonly boolean[];
  ends: readonly boolean[];
  pairs: readonly (readonly boolean[])[];
}

/**
 * The label sequence of the highest score (Viterbi 1967): δ_t(j) = emissions[t, j] + max_i (δ_t−1(i) + transitions[i, j]),
 * then back along the maxima; of equal scores the lower label. What is not `allowed` scores −∞.
 *
 * @param emissions [length, labels], flat
 * @throws Error where no allowed sequence has a finite score
 */
export function bestPath(emissions: ArrayLike<number>, scores: PathScores, allowed?: AllowedLabels): number[] {
  const { labels } = scores;
  const length = emissions.length / labels;
  if (length === 0) return [];
  const barred = (open: boolean | undefined): number => (open === false ? -Infinity : 0);
  const into = new Float64Array(labels * labels); // into[j · labels + i]: from i to j
  for (let i = 0; i < labels; i++) {
    for (let j = 0; j < labels; j++) into[j * labels + i] = scores.transitions[i * labels + j] + barred(allowed?.pairs[i][j]);
  }

  let states = Float64Array.from({ length: labels }, (_, j) => scores.start[j] + barred(allowed?.starts[j]) + emissions[j]);
  let next = new Float64Array(labels);
  const before = new Int32Array(length * labels);
  for (let t = 1; t < length; t++) {
    for (let j = 0; j < labels; j++) {
      let best = -Infinity;
      let from = 0;
      for (let i = 0; i < labels; i++) {
        const score = states[i] + into[j * labels + i];
        if (score > best) {
          best = score;
          from = i;
        }
      }
      next[j] = best + emissions[t * labels + j];
      before[t * labels + j] = from;
    }
    [states, next] = [next, states];
  }

  let [best, label] = [-Infinity, -1];
  states.forEach((state, j) => {
    const score = state + scores.end[j] + barred(allowed?.ends[j]);
    if (score > best) [best, label] = [score, j];
  });
  if (label < 0) throw new Error(`no allowed sequence of ${length} labels has a finite score: the emissions are not finite, or too much is forbidden`);
  const path = new Array<number>(length);
  for (let t = length - 1; t >= 0; t--) {
    path[t] = label;
    label = before[t * labels + label];
  }
  return path;
}
