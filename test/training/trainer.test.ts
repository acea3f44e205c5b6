import * as tf from '@tensorflow/tfjs';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import * as path from 'node:path';
import type { Precision } from '../../lib/backend';
import { Interrupted, JobError } from '../../lib/common';
import { CheckpointStore, train, type TrainingHooks } from '../../lib/training';
import { needsTorch } from '../backend/support';
import { toy, toyTraining, weightsHash, type Toy } from './toy';

describe('training', () => {
  let made: Toy;
  let folder: string;
  /** Weights of a training that nothing interrupted. */
  let unbroken: string;

  before(async () => {
    made = await toy();
    unbroken = await trained();
  });
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'medner-training-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const store = (): CheckpointStore => new CheckpointStore(folder, 'toy');

  async function trained(checkpoints?: CheckpointStore, hooks?: TrainingHooks, signal?: AbortSignal): Promise<string> {
    const model = made.model();
    try {
      await train(model, made.train.examples, made.dev, toyTraining, {
        seed: 5,
        hooks,
        signal,
        checkpoints: checkpoints && { store: checkpoints, everySeconds: 0 },
      });
      return await weightsHash(model);
    } finally {
      model.dispose();
    }
  }

  it('learns, keeps the best epoch, reports each step and frees what it made', async () => {
    const before = tf.memory().numTensors;
    const model = made.model();
    const steps: number[] = [];
    const result = await train(model, made.train.examples, made.dev, { ...toyTraining, epochs: 12 }, {
      seed: 5,
      hooks: { onStep: ({ step, totalSteps }) => void steps.push(step / totalSteps) },
    });
    model.dispose();
    assert.equal(tf.memory().numTensors, before);
    assert.equal(steps.length, 12 * 5);
    assert.equal(steps.at(-1), 1);
    assert.equal(result.curve.length, 12);
    assert.ok(result.losses.at(-1)!.loss < result.losses[0].loss / 3);
    assert.ok(result.processorSeconds! > 0 && result.processorSeconds! <= result.seconds * availableParallelism() * 1.1, `${result.processorSeconds} of ${result.seconds} s`);
    assert.equal(result.best!.score, Math.max(...result.curve.map(({ f1 }) => f1)));
    assert.ok(result.best!.score > 0.8, `F1 ${result.best!.score}`);
  });

  it('learns in bfloat16 too, near the losses of float32, with the same bits each time', async function () {
    await needsTorch(this);
    const before = tf.memory().numTensors;
    const trainedIn = async (precision: Precision): Promise<{ first: number; best: number; hash: string }> => {
      const model = made.model(precision);
      const { losses, best } = await train(model, made.train.examples, made.dev, { ...toyTraining, epochs: 12 }, { seed: 5 });
      const hash = await weightsHash(model);
      model.dispose();
      return { first: losses[0].loss, best: best!.score, hash };
    };
    const [precise, rough, again] = [await trainedIn('float32'), await trainedIn('bfloat16'), await trainedIn('bfloat16')];
    assert.equal(tf.memory().numTensors, before);
    assert.ok(Math.abs(rough.first - precise.first) < 0.02 && rough.first !== precise.first, `first losses ${rough.first}, ${precise.first}`);
    assert.ok(rough.best > 0.8, `F1 ${rough.best}`);
    assert.equal(again.hash, rough.hash);
  });

  it('is a function of its seed', async () => {
    assert.equal(await trained(), unbroken);
  });

  for (const at of [1, 7, 10, 20]) {
    it(`ends with the same bits after an error at update ${at} and a resume`, async () => {
      const crash: TrainingHooks = {
        onStep: ({ step }) => {
          if (step === at) throw new Error('pulled the plug');
        },
      };
      await assert.rejects(trained(store(), crash), /pulled the plug/);
      assert.equal(await trained(store()), unbroken);
    });
  }

  it('writes a checkpoint when interrupted, and continues from it', async () => {
    const controller = new AbortController();
    const stop: TrainingHooks = { onStep: ({ step }) => void (step === 8 && controller.abort()) };
    await assert.rejects(trained(store(), stop, controller.signal), Interrupted);
    const { step, seconds, processorSeconds } = store().load()!.progress;
    assert.equal(step, 8);
    assert.ok(seconds > 0 && processorSeconds! > 0);
    assert.equal(await trained(store()), unbroken);
  });

  it('takes the generation before when the newest checkpoint is torn, and begins anew when both are', async () => {
    const crash: TrainingHooks = {
      onStep: ({ step }) => {
        if (step === 12) throw new Error('pulled the plug');
      },
    };
    await assert.rejects(trained(store(), crash));
    const states = readdirSync(folder).filter((name) => name.startsWith('state')).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    assert.equal(states.length, 2);
    const tear = (name: string): void => {
      const bytes = readFileSync(path.join(folder, name));
      writeFileSync(path.join(folder, name), bytes.subarray(0, bytes.length / 2));
    };
    tear(states[1]);
    assert.equal(store().load()!.progress.step, 10);
    tear(states[0]);
    assert.equal(store().load(), null);
    assert.equal(await trained(store()), unbroken);
  });

  it('ignores a checkpoint of another configuration', async () => {
    await trained(store());
    assert.equal(new CheckpointStore(folder, 'other').load(), null);
    store().clear();
    assert.deepEqual(readdirSync(folder), []);
  });

  it('ends with the same bits after kill -9 and a resume in another process', async () => {
    const script = path.join(__dirname, 'train-toy.ts');
    const start = (...options: string[]) =>
      spawn(process.execPath, ['--require', 'tsx/cjs', script, folder, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
    const killed = start('--slow');
    let seen = '';
    for await (const chunk of killed.stdout) {
      seen += String(chunk);
      if (/checkpoint 7\n/.test(seen)) killed.kill('SIGKILL');
    }
    assert.doesNotMatch(seen, /hash/);
    let output = '';
    for await (const chunk of start().stdout) output += String(chunk);
    const { resumed, hash } = JSON.parse(output.trim().split('\n').at(-1)!) as { resumed: number; hash: string };
    assert.equal(resumed, 1);
    assert.equal(hash, unbroken);
  });

  it('stops on a loss that is not finite, names the documents and leaves the weights alone', async () => {
    const model = made.model();
    const bias = model.parameters.get('classifier.bias');
    tf.tidy(() => bias.assign(tf.fill(bias.shape, NaN)));
    const before = await weightsHash(model);
    const attempt = train(model, made.train.examples, made.dev, toyTraining, { seed: 5 });
    await assert.rejects(attempt, (error) => error instanceof JobError && /became NaN/.test(error.message) && /train-\d+, train-\d+/.test(error.message));
    assert.equal(await weightsHash(model), before);
    model.dispose();
  });
});
