import assert from 'node:assert/strict';
import type { MeasuredRow } from '../../lib/experiments';
import { claimNote, judgeBest } from '../../lib/experiments/claim';
import { spread } from '../../lib/experiments/statistics';

/** A row with what the claim looks at. */
const row = (label: string, printed: number | null, ...f1: number[]): MeasuredRow =>
  ({ label, f1: spread(f1), paper: printed === null ? null : { f1: printed } }) as unknown as MeasuredRow;

const close = (actual: number, expected: number): void => assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} ≠ ${expected}`);

describe('the claim that a row is the best', () => {
  it("is judged against the best of the paper's other rows by our mean, not by the paper's", () => {
    // Two of two seeds with equal spread: p = 1 − t / √(2 + t²), t = difference / (√2 · 0.01).
    const pOf = (difference: number): number => 1 - difference / (Math.SQRT2 * 0.01) / Math.hypot(Math.SQRT2, difference / (Math.SQRT2 * 0.01));
    const rows = [row('BERT', 0.7, 0.49, 0.51), row('GP', 0.74, 0.69, 0.71), row('SoftLexicon', 0.75, 0.64, 0.66), row('ours', 0.76, 0.79, 0.81)];
    const claim = judgeBest(rows, 'ours')!;
    assert.deepEqual([claim.row, claim.rival, claim.verdict, claim.paper], ['ours', 'GP', 'best', { f1: 0.76, next: 0.75 }]);
    close(claim.gain, 0.1);
    close(claim.p!, pOf(0.1));
    assert.equal(claimNote(claim), 'Paper: ours is best (76.00, next 75.00). Here: +10.00 against GP, the best of the others (p = 0.019): best.');
  });

  it('fails where the row is below the rival, and is not shown where chance would do it, or one seed is all there is', () => {
    const verdict = (ours: number[], rival: number[]) => judgeBest([row('rival', 0.7, ...rival), row('ours', 0.8, ...ours)], 'ours')!;
    const below = verdict([0.59, 0.61], [0.79, 0.81]);
    assert.equal(below.verdict, 'not best');
    assert.equal(claimNote(below), 'Paper: ours is best (80.00, next 70.00). Here: −20.00 against rival, the best of the others (p = 0.005): not best.');
    for (const [ours, sign] of [[[0.71, 0.73], '+'], [[0.67, 0.69], '−']] as const) {
      const unclear = verdict([...ours], [0.69, 0.71]);
      assert.equal(unclear.verdict, 'no clear difference, not shown');
      assert.match(claimNote(unclear), new RegExp(`Here: \\${sign}2\\.00 against rival, the best of the others \\(p = 0\\.293\\): no clear difference, not shown\\.$`));
    }
    const once = verdict([0.9], [0.7]);
    assert.deepEqual([once.p, once.verdict], [null, 'one seed: not shown']);
    assert.match(claimNote(once), /Here: \+20\.00 against rival, the best of the others; one seed: not shown\.$/);
    assert.equal(verdict([0.9, 0.9], [0.7, 0.7]).verdict, 'no spread: not shown');
  });

  it('has no rival in a row that the paper does not print, and says nothing where none is left', () => {
    const own = row('own', null, 0.99, 0.98);
    assert.equal(judgeBest([row('BERT', 0.7, 0.49, 0.51), row('ours', 0.76, 0.79, 0.81), own], 'ours')!.rival, 'BERT');
    assert.equal(judgeBest([own, row('ours', 0.76, 0.79, 0.81)], 'ours'), undefined);
    assert.equal(judgeBest([row('BERT', 0.7, 0.49, 0.51), row('ours', null, 0.79, 0.81)], 'ours'), undefined);
    assert.throws(() => judgeBest([own], 'ours'), /ours, is none of own/);
  });
});
