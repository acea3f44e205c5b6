import assert from 'node:assert/strict';
import { corpusNotes, count, none, percent, percentSpread, points, pValue, setNotes } from '../../lib/experiments/format';

describe('numbers in tables', () => {
  it('scores and differences have two decimals of a percent', () => {
    assert.deepEqual([percent(0.75871), points(0.0016), points(-0.0016), points(0)], ['75.87', '+0.16', '−0.16', '+0.00']);
    assert.equal(percentSpread({ mean: 0.5, deviation: 0.01234, values: [] }), '50.00 ± 1.23');
    assert.equal(percentSpread({ mean: 0.5, deviation: undefined, values: [0.5] }), '50.00');
    assert.equal(count(1234567), '1,234,567');
  });

  it('p has three decimals, and no more than its bound below a thousandth', () => {
    assert.deepEqual([0.04951, 0.001, 0.00099999, 0, 1].map(pValue), ['0.050', '0.001', '<0.001', '<0.001', '1.000']);
    assert.deepEqual([null, undefined].map(pValue), [none, none]);
  });

  it('footnotes stand only where there is something to say', () => {
    assert.deepEqual(setNotes(['a=1', 'b.c=null']), ['Set for this table: a=1, b.c=null.']);
    assert.deepEqual(setNotes([]), []);
    assert.deepEqual(corpusNotes('x', ['one', 'two']), ['x: one.', 'x: two.']);
  });
});
