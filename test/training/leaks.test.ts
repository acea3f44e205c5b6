import * as tf from '@tensorflow/tfjs';
import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { prepareBackend, torchMemory } from '../../lib/backend';
import { collate, disposeBatch } from '../../lib/models';
import { AdamW, epochBatches, trainingStep } from '../../lib/training';
import { needsTorch } from '../backend/support';
import { toy, toyTraining } from './toy';

const megabyte = 2 ** 20;

describe('training steps', () => {
  before(async function () { await needsTorch(this); });

  it('keep no tensor, no byte of libtorch and no resident memory, 300 of them', async () => {
    await prepareBackend({ backend: 'torch', threads: 1, quiet: true });
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const made = await toy();
    await prepareBackend({ backend: 'torch', threads: 1, quiet: true });
    const { examples } = made.train;
    const model = made.model();
    const optimiser = new AdamW(model.parameters.list(), { weightDecay: 0.01 });
    const lengths = examples.map(({ ids }) => ids.length);
    const batches = Array.from({ length: 60 }, (_, epoch) => epochBatches(lengths, toyTraining, 1, epoch)).flat();
    assert.equal(batches.length, 300);

    const tensors = new Set<number>();
    const bytes = new Set<number>();
    const resident: number[] = [];
    let seed = 0;
    for (const [step, indices] of batches.entries()) {
      const batch = collate(indices.map((index) => examples[index]));
      await trainingStep(model, optimiser, batch, { training: true, nextSeed: () => seed++ }, { encoder: 1e-3, head: 1e-3 }, 1);
      disposeBatch(batch);
      tensors.add(tf.memory().numTensors);
      bytes.add(torchMemory()!.bytes);
      if (step % 25 === 24) {
        collectGarbage();
        resident.push(process.memoryUsage.rss());
      }
    }
    assert.equal(tensors.size, 1, `tensors after a step: ${[...tensors].join(', ')}`);
    assert.equal(bytes.size, 1, `bytes of libtorch after a step: ${[...bytes].join(', ')}`);
    // The compiler and the allocators fill their stores in the first half.
    const late = resident.slice(6);
    const growth = Math.min(...late.slice(-3)) - Math.min(...late.slice(0, 3));
    assert.ok(growth < 3 * megabyte, `resident memory grew by ${(growth / megabyte).toFixed(1)} MiB in the last 150 steps: ${resident.map((r) => (r / megabyte).toFixed(1)).join(' ')}`);
    optimiser.dispose();
    model.dispose();
  });
});
