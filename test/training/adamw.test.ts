import * as tf from '@tensorflow/tfjs';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { prepareBackend } from '../../lib/backend';
import { constant, Parameters } from '../../lib/layers/parameters';
import { AdamW } from '../../lib/training';

interface Golden {
  start: { weight: number[][]; bias: number[] };
  steps: { rates: { encoder: number; head: number }; gradients: { weight: number[][]; bias: number[] }; weight: number[][]; bias: number[] }[];
}

// Made by test/reference/adamw.py with torch 2.13.
const golden = JSON.parse(readFileSync(path.join(__dirname, '../reference/adamw.json'), 'utf8')) as Golden;

function parameters(): Parameters {
  const made = new Parameters(0);
  made.scope('', 'encoder').weight('weight', [3, 4], constant(Float32Array.from(golden.start.weight.flat())));
  made.scope('', 'head').bias('bias', [4], constant(Float32Array.from(golden.start.bias)));
  return made;
}

const update = (optimiser: AdamW, { gradients, rates }: Golden['steps'][number]): void =>
  tf.tidy(() => optimiser.apply([tf.tensor2d(gradients.weight), tf.tensor1d(gradients.bias)], rates));

function close(actual: ArrayLike<number>, expected: number[]): void {
  expected.forEach((value, i) => assert.ok(Math.abs(actual[i] - value) < 2e-6, `${i}: ${actual[i]} ≠ ${value}`));
}

describe('AdamW', () => {
  before(() => prepareBackend({ quiet: true }));

  it('equals torch.optim.AdamW over two groups with changing rates', () => {
    const model = parameters();
    const optimiser = new AdamW(model.list(), { weightDecay: 0.1 });
    for (const step of golden.steps) {
      update(optimiser, step);
      close(model.get('weight').dataSync(), step.weight.flat());
      close(model.get('bias').dataSync(), step.bias);
    }
    optimiser.dispose();
    model.dispose();
  });

  it('continues from saved moments with the same bits, and leaks no tensor', async () => {
    const before = tf.memory().numTensors;
    const whole = parameters();
    const one = new AdamW(whole.list(), { weightDecay: 0.1 });
    golden.steps.forEach((step) => update(one, step));

    const first = parameters();
    const two = new AdamW(first.list(), { weightDecay: 0.1 });
    golden.steps.slice(0, 3).forEach((step) => update(two, step));
    const second = parameters();
    second.load(await first.save());
    const three = new AdamW(second.list(), { weightDecay: 0.1 });
    three.load(await two.save(), two.steps);
    golden.steps.slice(3).forEach((step) => update(three, step));

    assert.deepEqual(await second.save(), await whole.save());
    [one, two, three, whole, first, second].forEach((owner) => owner.dispose());
    assert.equal(tf.memory().numTensors, before);
  });
});
