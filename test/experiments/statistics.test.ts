import assert from 'node:assert/strict';
import { incompleteBeta, mean, sampleDeviation, welchTest } from '../../lib/experiments';
import { direction, onNumber, reproduction, verdictOn } from '../../lib/experiments';

const close = (actual: number, expected: number, tolerance = 1e-10): void => assert.ok(Math.abs(actual - expected) < tolerance, `${actual} ≠ ${expected}`);

describe('statistics over seeds', () => {
  it('give mean and sample deviation, and no deviation of one value', () => {
    close(mean([1, 2, 3, 6]), 3);
    close(sampleDeviation([2, 4, 4, 4, 5, 5, 7, 9])!, Math.sqrt(32 / 7));
    assert.equal(sampleDeviation([0.7]), undefined);
  });

  it('the incomplete beta function has its closed forms', () => {
    // I_x(1, b) = 1 − (1 − x)^b; I_x(2, 3) is a polynomial; I_{1/2}(a, a) = 1/2; I_x(1/2, 1/2) = 2/π arcsin √x.
    for (const x of [0.01, 0.3, 0.77, 0.999]) {
      close(incompleteBeta(x, 1, 4.5), 1 - (1 - x) ** 4.5);
      close(incompleteBeta(x, 2, 3), 6 * x ** 2 - 8 * x ** 3 + 3 * x ** 4);
      close(incompleteBeta(x, 0.5, 0.5), (2 / Math.PI) * Math.asin(Math.sqrt(x)));
    }
    close(incompleteBeta(0.5, 7.3, 7.3), 0.5);
  });

  it("Welch's test agrees with Student's distribution for 2 degrees of freedom, and is undefined without spread", () => {
    // Two samples of two with equal spread: ν = 2, where P(|T| > t) = 1 − t / √(2 + t²).
    const { t, degrees, p } = welchTest([3, 5], [1, 3])!;
    close(t, Math.SQRT2);
    close(degrees, 2);
    close(p, 1 - Math.SQRT2 / 2);
    assert.equal(welchTest([1], [1, 2]), undefined);
    assert.equal(welchTest([1, 1], [2, 2]), undefined);
    // Their mean is rounded.
    assert.equal(welchTest([0.7, 0.7, 0.7], [0.5, 0.5, 0.5]), undefined);
    assert.equal(sampleDeviation(Array<number>(10).fill(5 / 6)), 0);
  });
});

describe('verdicts', () => {
  const spread = (mean: number, deviation?: number) => ({ mean, deviation, values: [mean] });
  const baseline = { label: 'BERT', f1: spread(0.6), paper: 0.7 };

  it('on the paper\'s own ground compare with its number', () => {
    const on = (f1: number, deviation?: number) => reproduction({ f1: spread(f1, deviation), paper: 0.75, baseline, p: undefined });
    assert.equal(on(0.7451), 'reproduced');
    assert.equal(on(0.74), '1.00 below the paper');
    assert.equal(on(0.74, 0.006), 'reproduced');
    assert.equal(on(0.77), '2.00 above the paper');
    assert.equal(reproduction({ f1: spread(0.7), paper: null, baseline, p: undefined }), 'not printed');
  });

  it('elsewhere compare directions', () => {
    const of = (f1: number, paper: number | null, p?: number) => direction({ f1: spread(f1), paper, baseline, p });
    assert.equal(of(0.65, 0.75, 0.01), 'agrees: same direction');
    assert.equal(of(0.55, 0.75, 0.01), 'disagrees: opposite direction');
    assert.equal(of(0.65, 0.75, 0.2), 'no clear difference');
    assert.equal(of(0.65, null, 0.01), 'above BERT');
    assert.equal(of(0.65, 0.75), 'same direction (one seed)');
    assert.equal(of(0.65, null), '+5.00 (one seed)');
    const twice = (mean: number) => ({ mean, deviation: 0, values: [mean, mean] });
    assert.equal(direction({ f1: twice(0.65), paper: null, baseline: { ...baseline, f1: twice(0.6) }, p: undefined }), '+5.00 (no spread)');
    assert.equal(direction({ f1: spread(0.6), paper: 0.7, baseline: null, p: undefined }), 'baseline');
    // The paper's two numbers are one: there is no direction to agree with.
    assert.deepEqual([of(0.55, 0.7), of(0.55, 0.7, 0.01)], ['−5.00 (one seed)', 'below BERT']);
  });

  it('find no direction in a gain of nothing, whatever its sign in the last bit', () => {
    for (const f1 of [0.6, 0.1 + 0.2 + 0.3, 0.6 - 1e-15]) {
      for (const p of [undefined, 1]) for (const paper of [0.65, 0.75, null]) assert.equal(direction({ f1: spread(f1), paper, baseline, p }), 'no difference');
    }
  });

  it("call a row with the baseline's runs just that, on any ground", () => {
    const shared = { f1: spread(0.6), paper: 0.75, baseline: { ...baseline, sharesRuns: true }, p: undefined };
    for (const comparable of [false, true]) assert.equal(verdictOn(shared, comparable), 'same runs as BERT');
    const own = { ...shared, f1: spread(0.65), baseline: { ...baseline, sharesRuns: false } };
    assert.deepEqual([false, true].map((comparable) => verdictOn(own, comparable)), ['same direction (one seed)', '10.00 below the paper']);
    assert.deepEqual(['reproduced', '10.00 below the paper', 'not printed', 'below BERT', 'same runs as BERT'].map(onNumber), [true, true, false, false, false]);
  });
});
