/** At most this many Newton steps; a dozen are enough from zero. */
const mostSteps = 50;

/**
 * Logistic regression by Newton's method: the weights w that minimise Σ_i log(1 + e^(−s_i w·x_i)) + ridge/2 |w|², s_i = ±1. `rows` holds the x_i
 * one after another, `width` numbers each; a constant must be among them if there is to be one.
 */
export function fitLogistic(rows: Float64Array, width: number, outcomes: Uint8Array, ridge = 1): Float64Array {
  const weights = new Float64Array(width);
  for (let step = 0; step < mostSteps; step++) {
    const gradient = weights.map((weight) => -ridge * weight);
    const hessian = Array.from({ length: width }, (_, i) => Float64Array.from({ length: width }, (__, j) => (i === j ? ridge : 0)));
    for (let i = 0; i < outcomes.length; i++) {
      const x = rows.subarray(i * width, (i + 1) * width);
      const p = sigmoid(dot(weights, x));
      const curvature = p * (1 - p);
      for (let j = 0; j < width; j++) {
        gradient[j] += (outcomes[i] - p) * x[j];
        const scaled = curvature * x[j];
        const row = hessian[j];
        for (let k = 0; k <= j; k++) row[k] += scaled * x[k];
      }
    }
    const change = solve(hessian, gradient);
    let largest = 0;
    for (let j = 0; j < width; j++) {
      weights[j] += change[j];
      largest = Math.max(largest, Math.abs(change[j]));
    }
    if (largest < 1e-8) break;
  }
  return weights;
}

export const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Solves A x = b for a positive definite A, of which only the lower triangle is read (Cholesky). */
function solve(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const n = right.length;
  const lower = matrix.map((row) => row.slice());
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i][j];
      for (let k = 0; k < j; k++) sum -= lower[i][k] * lower[j][k];
      lower[i][j] = i === j ? Math.sqrt(sum) : sum / lower[j][j];
    }
  }
  const x = right.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= lower[i][k] * x[k];
    x[i] /= lower[i][i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= lower[k][i] * x[k];
    x[i] /= lower[i][i];
  }
  return x;
}
