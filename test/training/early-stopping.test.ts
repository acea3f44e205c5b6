import assert from 'node:assert/strict';
import { improves, outOfPatience } from '../../lib/training';

describe('early stopping', () => {
  it('keeps the earlier of equal scores', () => {
    assert.equal(improves(null, 0), true);
    assert.equal(improves({ score: 0.5, epoch: 1 }, 0.5), false);
    assert.equal(improves({ score: 0.5, epoch: 1 }, 0.51), true);
  });

  it('stops after `patience` epochs without a better score, never while the score is 0 or patience null', () => {
    const best = { score: 0.5, epoch: 3 };
    assert.deepEqual([3, 4, 5].map((epoch) => outOfPatience(best, epoch, 2)), [false, false, true]);
    assert.equal(outOfPatience({ score: 0, epoch: 0 }, 9, 2), false);
    assert.equal(outOfPatience(best, 99, null), false);
    assert.equal(outOfPatience(null, -1, 2), false);
  });
});
