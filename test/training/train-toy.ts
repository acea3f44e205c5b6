// A process that trains the toy model and prints its weights' hash, or all of them: `train-toy.ts FOLDER [--slow] [--weights]`. The tests kill it.
import { CheckpointStore, train } from '../../lib/training';
import { toy, toyTraining, weightsHash } from './toy';

async function main(): Promise<void> {
  const { train: set, dev, model: make } = await toy();
  const model = make();
  const slow = process.argv.includes('--slow');
  const { resumed } = await train(model, set.examples, dev, toyTraining, {
    seed: 5,
    checkpoints: { store: new CheckpointStore(process.argv[2], 'toy'), everySeconds: 0 },
    hooks: {
      onStep: () => new Promise((resolve) => setTimeout(resolve, slow ? 50 : 0)),
      onCheckpoint: ({ step }) => void process.stdout.write(`checkpoint ${step}\n`),
    },
  });
  const weights = process.argv.includes('--weights') ? [...(await model.parameters.save()).values()].flatMap(({ values }) => [...values]) : undefined;
  process.stdout.write(`${JSON.stringify({ resumed, hash: await weightsHash(model), weights })}\n`);
}

void main();
