import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { Interrupted, JobError } from '../../lib/common';
import { Parameters } from '../../lib/layers';
import { collate, disposeBatch, type Model } from '../../lib/models';
import {
  AdamW, addAdversarialGradients, CheckpointStore, layerFactors, train, trainingStep, WeightAverages, type TrainingConfig, type TrainingHooks,
} from '../../lib/training';
import { assertClose, assertNoLeak } from '../layers/support';
import { toy, toyTraining, weightsHash, type Toy } from './toy';

const options = {
  'adversarial training': { adversarial: 0.5 },
  averaging: { averaging: 0.9 },
  'R-Drop': { rDrop: 2 },
  'layer-wise decay': { layerDecay: 0.5 },
  'all of them': { adversarial: 0.5, averaging: 0.9, rDrop: 2, layerDecay: 0.5 },
} satisfies Record<string, Partial<TrainingConfig>>;

describe('training options', () => {
  let made: Toy;
  let plain: string;
  before(async () => {
    made = await toy();
    plain = await trained({});
  });

  async function trained(extra: Partial<TrainingConfig>, store?: CheckpointStore, hooks?: TrainingHooks, signal?: AbortSignal): Promise<string> {
    const model = made.model();
    try {
      const checkpoints = store && { store, everySeconds: 0 };
      await train(model, made.train.examples, made.dev, { ...toyTraining, epochs: 3, ...extra }, { seed: 5, hooks, signal, checkpoints });
      return await weightsHash(model);
    } finally {
      model.dispose();
    }
  }

  for (const [name, extra] of Object.entries(options)) {
    it(`${name}: other weights, the same again and after every kind of interruption, no tensor left`, async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'medner-options-'));
      try {
        await assertNoLeak(async () => {
          const unbroken = await trained(extra);
          assert.notEqual(unbroken, plain);
          for (const at of [3, 5, 12]) {
            const store = new CheckpointStore(path.join(folder, String(at)), name);
            const crash: TrainingHooks = { onStep: ({ step }) => { if (step === at) throw new Error('pulled the plug'); } };
            await assert.rejects(trained(extra, store, crash), /pulled the plug/);
            const controller = new AbortController();
            const stop: TrainingHooks = { onStep: ({ step }) => void (step === at + 2 && controller.abort()) };
            await assert.rejects(trained(extra, store, stop, controller.signal), Interrupted);
            assert.equal(await trained(extra, store), unbroken, `interrupted at ${at}`);
          }
        });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }

  it('off, or at values that do nothing, leave every bit as it was', async () => {
    assert.equal(await trained({ adversarial: undefined, rDrop: undefined, averaging: undefined, layerDecay: undefined }), plain);
    assert.equal(await trained({ layerDecay: 1 }), plain);
  });

  it('with all of them a toy is still learned, and the averages are what is scored and kept', async () => {
    const model = made.model();
    const config = { ...toyTraining, epochs: 12, ...options['all of them'] };
    const { best, curve } = await train(model, made.train.examples, made.dev, config, { seed: 5 });
    assert.equal(curve[best!.epoch].f1, best!.score);
    assert.ok(best!.score > 0.8, `F1 ${best!.score}`);
    model.dispose();
  });
});

describe('adversarial training', () => {
  /** A model of one table E, whose loss is Σ c ∘ E². */
  function quadratic(values: number[]): { model: Model; table: tf.Variable; weights: tf.Tensor } {
    const parameters = new Parameters(0);
    const table = parameters.scope('bert.embeddings', 'encoder').weight('word_embeddings.weight', [2, 2], () => Float32Array.from(values));
    const weights = tf.tensor2d([[1, 2], [3, 4]]);
    const model: Model = { parameters, loss: () => tf.sum(tf.mul(weights, tf.square(table))).asScalar(), predict: async () => [], dispose: () => parameters.dispose() };
    return { model, table, weights };
  }

  it('adds the gradient at E + ε g / ‖g‖ and sets E back to the very values', async () => {
    await toy();
    await assertNoLeak(() => {
      const start = [0.1, -0.2, 0.3, 0.7];
      const { model, table, weights } = quadratic(start);
      const gradientsOf = () => {
        const { value, grads } = tf.variableGrads(() => model.loss(undefined as never, undefined as never));
        value.dispose();
        return grads;
      };
      const before = table.dataSync().slice();
      const gradients = gradientsOf();
      addAdversarialGradients(model.parameters.list(), gradients, 0.6, gradientsOf);
      const c = [1, 2, 3, 4];
      const g = start.map((e, i) => 2 * c[i] * e);
      const norm = Math.hypot(...g);
      assertClose(gradients[table.name].dataSync(), start.map((e, i) => g[i] + 2 * c[i] * (e + (0.6 * g[i]) / norm)), 1e-6);
      assert.deepEqual(table.dataSync(), before);

      assert.throws(() => addAdversarialGradients(model.parameters.list(), gradients, 0.6, () => { throw new Error('no memory'); }), /no memory/);
      assert.deepEqual(table.dataSync(), before);
      tf.dispose([weights, ...Object.values(gradients)]);
      model.dispose();
    });
  });

  it('moves nothing where the gradient is 0, and refuses a model without token embeddings', async () => {
    await toy();
    await assertNoLeak(() => {
      const { model, table, weights } = quadratic([0, 0, 0, 0]);
      const gradients = { [table.name]: tf.zeros([2, 2]) };
      addAdversarialGradients(model.parameters.list(), gradients, 1, () => ({ [table.name]: table.clone() }));
      assert.deepEqual([...gradients[table.name].dataSync()], [0, 0, 0, 0]);
      assert.throws(() => addAdversarialGradients([], {}, 1, () => ({})), /wants one table of token embeddings, and the model has 0/);
      tf.dispose([weights, ...Object.values(gradients)]);
      model.dispose();
    });
  });

  it('in a step changes the gradients and reports the clean loss; a loss that is not finite leaves all as it was', async () => {
    const made = await toy();
    const batch = collate(made.train.examples.slice(0, 4));
    const rates = { encoder: 1e-3, head: 1e-3 };
    const results = [];
    for (const adversarial of [undefined, 1]) {
      const model = made.model();
      const optimiser = new AdamW(model.parameters.list(), { weightDecay: 0 });
      results.push(await trainingStep(model, optimiser, batch, { training: false, nextSeed: () => 0 }, rates, null, { adversarial }));
      if (adversarial) {
        const bias = model.parameters.get('classifier.bias');
        tf.tidy(() => bias.assign(tf.fill(bias.shape, NaN)));
        const before = await weightsHash(model);
        const attempt = trainingStep(model, optimiser, batch, { training: false, nextSeed: () => 0 }, rates, null, { adversarial });
        await assert.rejects(attempt, JobError);
        assert.equal(await weightsHash(model), before);
      }
      optimiser.dispose();
      model.dispose();
    }
    disposeBatch(batch);
    const [clean, both] = results;
    assert.equal(both.loss, clean.loss);
    // Near where it is, the loss is so flat that the second gradient is about the first.
    assert.ok(both.gradientNorm > 1.5 * clean.gradientNorm && both.gradientNorm < 3 * clean.gradientNorm, `${clean.gradientNorm}, ${both.gradientNorm}`);
  });
});

describe('averages of weights', () => {
  it('follow the closed form with its warm-up, are swapped in and out exactly, and continue from what they saved', async () => {
    await toy();
    await assertNoLeak(async () => {
      const parameters = new Parameters(0);
      const weight = parameters.scope('').weight('weight', [2], () => Float32Array.from([1, -1]));
      let averages = new WeightAverages(parameters.list(), 0.5);
      const expected = [1, -1];
      for (let step = 1; step <= 12; step++) {
        const now = [Math.sin(step), step / 7];
        tf.tidy(() => weight.assign(tf.tensor1d(now)));
        averages.update(step);
        const d = Math.min(0.5, (1 + step) / (10 + step));
        now.forEach((value, i) => (expected[i] = d * expected[i] + (1 - d) * value));
        if (step === 6) {
          const stored = await averages.save();
          assert.deepEqual([...stored.keys()], ['a/weight']);
          averages.dispose();
          averages = new WeightAverages(parameters.list(), 0.5);
          averages.load(stored);
        }
        const own = weight.dataSync().slice();
        await averages.within(async () => assertClose(await weight.data(), expected, 1e-6));
        await assert.rejects(averages.within(() => Promise.reject(new Error('stopped'))), /stopped/);
        assert.deepEqual(weight.dataSync(), own);
      }
      assert.throws(() => averages.load(new Map()), /holds no fitting a\/weight/);
      averages.dispose();
      parameters.dispose();
    });
  });
});

describe('layer-wise decay', () => {
  it('lowers the rate from layer to layer, down to the embeddings, and leaves the head alone', async () => {
    await toy();
    const parameters = new Parameters(0);
    const encoder = parameters.scope('bert', 'encoder');
    const one = (name: string) => encoder.weight(name, [1], () => Float32Array.of(1));
    ['embeddings.word_embeddings.weight', 'embeddings.LayerNorm.weight', 'encoder.layer.0.output.dense.weight', 'encoder.layer.1.output.dense.weight', 'encoder.layer.2.output.dense.weight'].forEach(one);
    parameters.scope('pointer').bias('bias', [1]);
    assert.deepEqual(layerFactors(parameters.list(), 0.5), [0.125, 0.125, 0.25, 0.5, 1, 1]);
    const optimiser = new AdamW(parameters.list(), { weightDecay: 0, rateFactors: layerFactors(parameters.list(), 0.5) });
    const gradients = parameters.list().map(() => tf.tensor1d([1]));
    optimiser.apply(gradients, { encoder: 0.1, head: 1 });
    // Adam's first step is the rate, whatever the gradient.
    assertClose(parameters.list().map(({ variable }) => variable.dataSync()[0]), [0.9875, 0.9875, 0.975, 0.95, 0.9, -1], 1e-5);
    one('pooler.dense.weight');
    assert.throws(() => layerFactors(parameters.list(), 0.5), /bert\.pooler\.dense\.weight is of the encoder, but of no layer/);
    tf.dispose(gradients);
    optimiser.dispose();
    parameters.dispose();
  });
});
