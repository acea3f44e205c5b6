import assert from 'node:assert/strict';
import { linearSchedule } from '../../lib/training';

describe('linear schedule', () => {
  it('rises by 1/warm-up to 1, then falls by equal parts, and no update gets 0', () => {
    const factor = linearSchedule({ warmupSteps: 4, totalSteps: 10 });
    const expected = [0.25, 0.5, 0.75, 1, 6 / 7, 5 / 7, 4 / 7, 3 / 7, 2 / 7, 1 / 7];
    expected.forEach((value, i) => assert.ok(Math.abs(factor(i + 1) - value) < 1e-15, `update ${i + 1}`));
    assert.equal(factor(11), 0);
  });

  it('without warm-up begins just below 1', () => {
    assert.deepEqual([1, 2, 3].map(linearSchedule({ warmupSteps: 0, totalSteps: 3 })), [3 / 4, 2 / 4, 1 / 4]);
  });
});
