// 300 updates in a process of their own, whose resident memory nothing else moves: prints {tensors, bytes, resident} as JSON.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs';
import { prepareBackend, torchMemory } from '../../lib/backend';
import { collate, disposeBatch } from '../../lib/models';
import { AdamW, epochBatches, trainingStep } from '../../lib/training';
import { toy, toyTraining } from './toy';

async function main(): Promise<void> {
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
  optimiser.dispose();
  model.dispose();
  process.stdout.write(JSON.stringify({ steps: batches.length, tensors: [...tensors], bytes: [...bytes], resident }));
}

void main();
