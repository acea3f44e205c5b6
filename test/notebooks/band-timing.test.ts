import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { prepareBackend } from '../../lib/backend';
import { candidateSpans } from '../../lib/experiments';
import { timeBand } from '../../lib/notebook';

describe('the band beside the dense matrix', () => {
  before(() => prepareBackend({ quiet: true }));

  for (const [n, k] of [[24, 5], [40, 1], [12, 30]]) {
    it(`scores the same spans alike, and as many as the formula says: n = ${n}, k = ${k}`, async () => {
      const before = tf.memory().numTensors;
      const { spans, difference, ms } = await timeBand({ n, k, batch: 2, types: 3, inputs: 16 }, 2);
      assert.equal(tf.memory().numTensors, before);
      assert.ok(difference < 1e-5, String(difference));
      const inside = n - 2; // [CLS] and [SEP] are in no span
      assert.deepEqual(spans, { dense: candidateSpans(inside, inside), band: candidateSpans(inside, Math.min(k, inside)) });
      assert.ok(ms.dense > 0 && ms.band > 0);
    });
  }
});
