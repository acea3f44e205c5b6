import * as tf from '@tensorflow/tfjs';
import assert from 'node:assert/strict';
import { JobError, OutOfMemoryError } from '../../lib/common';
import { collate, disposeBatch, type Model } from '../../lib/models';
import { AdamW, trainingStep } from '../../lib/training';
import { needsTorch } from '../backend/support';
import { toy } from './toy';

describe('a training step that does not fit in memory', () => {
  before(async function () { await needsTorch(this); });

  it('names kernel, shapes, the batch and what to lower; leaves the weights alone and nothing behind', async () => {
    const made = await toy();
    const model = made.model();
    const optimiser = new AdamW(model.parameters.list(), { weightDecay: 0 });
    const batch = collate(made.train.examples.slice(0, 3));
    const before = await model.parameters.save();
    const tensors = tf.memory().numTensors;
    // 2⁴⁶ floats: no machine has them.
    const greedy: Model = { ...model, parameters: model.parameters, loss: (given, context) => tf.add(model.loss(given, context), tf.sum(tf.tile(tf.ones([1 << 10, 1]), [1 << 16, 1 << 20]))) };
    const rates = { encoder: 0.1, head: 0.1 };
    await assert.rejects(trainingStep(greedy, optimiser, batch, { training: false, nextSeed: () => 0 }, rates, null), (error) => {
      assert.ok(error instanceof OutOfMemoryError && error instanceof JobError);
      assert.match(error.message, new RegExp(
        `out of memory in Tile on float32 \\[1024, 1\\], with \\d+ MiB held by tensors \\(libtorch: .*\\), in an update on a batch of 3 windows × ${batch.length} tokens; ` +
          'lower training.batchSize, training.tokenBudget or tokenization.maxLength',
      ));
      return true;
    });
    assert.equal(tf.memory().numTensors, tensors);
    assert.deepEqual(await model.parameters.save(), before);
    // The next one, which fits, goes on as if nothing had been.
    const { loss } = await trainingStep(model, optimiser, batch, { training: false, nextSeed: () => 0 }, rates, null);
    assert.ok(loss > 0);
    disposeBatch(batch);
    optimiser.dispose();
    model.dispose();
  });
});
