import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { compareMeans, hedgesG, studentQuantile, studentTails, welchTest } from '../../lib/evaluation';

interface Golden {
  comparisons: { x: number[]; y: number[]; t: number; degrees: number; p: number; interval: [number, number]; hedgesG: number }[];
  quantiles: { tails: number; degrees: number; t: number }[];
}

const golden = JSON.parse(readFileSync(path.join(__dirname, '../reference/significance.json'), 'utf8')) as Golden;

const near = (actual: number, expected: number, relative = 1e-9): void =>
  assert.ok(Math.abs(actual - expected) <= relative * Math.max(1e-12, Math.abs(expected)), `${actual} ≠ ${expected}`);

describe('significance of a difference of means', () => {
  it("Welch's t, degrees, p, interval and Hedges' g are SciPy's", () => {
    for (const { x, y, t, degrees, p, interval, hedgesG: g } of golden.comparisons) {
      const test = compareMeans(x, y)!;
      near(test.t, t);
      near(test.degrees, degrees);
      near(test.p, p);
      near(test.interval[0], interval[0], 1e-8);
      near(test.interval[1], interval[1], 1e-8);
      near(test.hedgesG, g);
    }
  });

  it("Student's quantiles are SciPy's, and undo the tails", () => {
    for (const { tails, degrees, t } of golden.quantiles) {
      near(studentQuantile(tails, degrees), t);
      near(studentTails(t, degrees), tails);
    }
  });

  it('the interval excludes 0 exactly where p is below its level', () => {
    for (const { x, y } of golden.comparisons) {
      const p = welchTest(x, y)!.p;
      for (const factor of [0.9, 1.1]) {
        const [low, high] = compareMeans(x, y, 1 - factor * p)!.interval;
        assert.equal(low > 0 || high < 0, factor > 1);
      }
    }
  });

  it("Hedges' g of two and two has the closed form √(1/π) of Cohen's d", () => {
    // ν = 2: J = Γ(1) / (1 · Γ(1/2)) = 1/√π; d = (4 − 2) / √2.
    near(hedgesG([3, 5], [1, 3]), Math.SQRT2 / Math.sqrt(Math.PI));
    assert.equal(compareMeans([1, 1], [2, 2]), undefined);
    assert.equal(compareMeans([1], [2, 3]), undefined);
  });
});
