import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dot, fitLogistic, sigmoid } from '../../lib/augment/logistic';

describe('logistic regression', () => {
  it('a constant alone gives the log odds of the outcomes', () => {
    const [weight] = fitLogistic(new Float64Array(10).fill(1), 1, Uint8Array.from([1, 1, 1, 1, 1, 1, 1, 0, 0, 0]), 0);
    assert.ok(Math.abs(weight - Math.log(7 / 3)) < 1e-9);
  });

  it('a constant and a mark give the log odds of the unmarked and the log odds ratio', () => {
    const cases = [...Array(8).fill([0, 1]), ...Array(24).fill([0, 0]), ...Array(30).fill([1, 1]), ...Array(10).fill([1, 0])] as [number, number][];
    const weights = fitLogistic(Float64Array.from(cases.flatMap(([mark]) => [1, mark])), 2, Uint8Array.from(cases.map(([, outcome]) => outcome)), 0);
    assert.ok(Math.abs(weights[0] - Math.log(8 / 24)) < 1e-9);
    assert.ok(Math.abs(weights[1] - Math.log((30 / 10) / (8 / 24))) < 1e-9);
  });

  it('the gradient of the penalised loss is nothing at the weights found', () => {
    const value = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(fc.property(fc.array(fc.tuple(value, value, fc.integer({ min: 0, max: 1 })), { minLength: 1, maxLength: 60 }), fc.constantFrom(0.1, 1, 5), (cases, ridge) => {
      const rows = cases.map(([a, b]) => [1, a, b]);
      const weights = fitLogistic(Float64Array.from(rows.flat()), 3, Uint8Array.from(cases.map(([, , outcome]) => outcome)), ridge);
      for (let j = 0; j < 3; j++) {
        const gradient = rows.reduce((sum, row, i) => sum + (sigmoid(dot(weights, row)) - cases[i][2]) * row[j], ridge * weights[j]);
        assert.ok(Math.abs(gradient) < 1e-6, `${gradient}`);
      }
    }), { numRuns: 300, seed: 4 });
  });
});
