import * as tf from '@tensorflow/tfjs';
import assert from 'node:assert/strict';
import { prepareBackend } from '../../lib/backend';
import { InputError } from '../../lib/common';
import { loadRunData, makeResources, resolveConfig, runFeatures, channelResources } from '../../lib/experiments';
import { crossAttention, inference, Parameters } from '../../lib/layers';
import { buildModel, collate, disposeBatch, makeExamples, type TagModel } from '../../lib/models';
import { attentionWeights, channelSteps, ModelView } from '../../lib/notebook';
import { tiny } from '../experiments/corpus';

/** A tiny model of a variant on some documents of the embedded corpus, with their features. */
async function setting(variant: string, set: string[] = []) {
  const config = resolveConfig({ variant, corpus: 'sample', profile: 'quick', seed: 3, set: [...tiny, 'corpus.trainDocuments=4', 'corpus.tuningDocuments=4', 'corpus.scoredDocuments=12', ...set] });
  const data = await loadRunData(config.corpus);
  const channels = channelResources(config, await runFeatures(config, data), 'scored');
  const resources = { ...makeResources(config, data), ...(channels && { channels }) };
  const model = buildModel(config.model, { types: data.types, vocabularySize: resources.vocabulary.size, seed: 3 }) as TagModel;
  const document = data.parts.scored.filter(({ text }) => text.length < 60).sort((a, b) => b.entities.length - a.entities.length)[0];
  return { config, data, resources, model, document };
}

describe("the steps of paper A's model", () => {
  before(() => prepareBackend());

  it('end at what the model itself says, use all its parameters, and leave nothing behind', async () => {
    const { config, resources, model, document } = await setting('llm-medner');
    const before = tf.memory().numTensors;
    const { steps, tokens, enhanced, added, reach } = await channelSteps(model, config.model, document, resources);
    assert.equal(tf.memory().numTensors, before);
    const { hidden } = config.model.encoder;
    const [n, m, labels] = [tokens.length, enhanced.length, 19];
    for (const [step, shape] of Object.entries({ H_org: [1, n, hidden], 'H_aug mapped': [1, m, hidden], attention: [8, n, m], D: [1, n, 384], S: [1, n, labels] })) {
      assert.deepEqual(steps[step as 'S'].shape, shape, step);
    }
    assert.equal(Object.values(steps).reduce((sum, { parameters }) => sum + parameters, 0), model.parameters.size);

    const batch = collate(makeExamples([document], resources).examples);
    const [said, x] = tf.tidy(() => [model.logits(batch), model.encode(batch, inference)]);
    const h = tf.slice(x, [0, 0, 0], [1, n, hidden]);
    for (const [tensor, step] of [[said, 'S'], [h, 'h']] as const) {
      const values = await tensor.data<'float32'>();
      assert.ok(values.every((value, i) => Math.abs(value - steps[step].values[i]) < 1e-5), step);
    }
    tf.dispose([said, x, h]);
    disposeBatch(batch);

    // What is added at a token is at most the sum of its kinds' lengths, and nothing where no keyword stands.
    const difference = (t: number): number => Math.hypot(...Array.from({ length: hidden }, (_, i) => steps['H_org mapped'].values[t * hidden + i] - steps.H_org.values[t * hidden + i]));
    const { keyword, description, partOfSpeech, relation, own } = added.original;
    const at = resources.channels!.featuresOf(document.text).keywords.flatMap(({ original }) => original);
    assert.ok(at.length > 1);
    const { starts, ends } = makeExamples([document], resources).examples[0];
    tokens.forEach((token, t) => {
      const all = keyword[t] + description[t] + partOfSpeech[t] + relation[t];
      assert.ok(difference(t) <= all + 1e-5, token);
      assert.equal(keyword[t] > 0, at.some(({ start, end }) => starts[t] < end && start < ends[t]), `${token} at ${t}`);
      assert.ok(Math.abs(own[t] - Math.hypot(...steps.H_org.values.subarray(t * hidden, (t + 1) * hidden))) < 1e-4);
    });
    const middle = Math.floor(n / 2);
    reach.forEach((row, l) => row.forEach((seen, t) => assert.equal(seen, [0, l + 1].includes(Math.abs(t - middle)), `${l} at ${t - middle}`)));
    model.dispose();
  });

  it('are refused for another model', async () => {
    const { config, resources, model, document } = await setting('llm-medner-wo-conv');
    await assert.rejects(channelSteps(model, config.model, document, resources), (error) => error instanceof InputError && /full model/.test(error.message));
    model.dispose();
  });

  it("attention's weights are those of the layer: weighted values are what it gives", async () => {
    const parameters = new Parameters(1);
    const layer = crossAttention(parameters.scope('a'), 8, 2);
    const [x, y] = [tf.randomNormal<tf.Rank.R3>([1, 3, 8], 0, 1, 'float32', 5), tf.randomNormal<tf.Rank.R3>([1, 4, 8], 0, 1, 'float32', 6)];
    const given = layer.forward(x, y, tf.ones([1, 4]));
    const weights = attentionWeights(x, y, { query: parameters.get('a.query.weight'), key: parameters.get('a.key.weight'), heads: 2 });
    const sums = tf.sum(weights, 2);
    assert.ok((await sums.data()).every((sum) => Math.abs(sum - 1) < 1e-6));
    const values = tf.tidy(() => {
      const v = tf.transpose(tf.matMul(y.reshape([4, 8]), parameters.get('a.value.weight') as tf.Tensor2D, false, true).reshape([4, 2, 4]), [1, 0, 2]);
      return tf.transpose(tf.matMul(weights, v as tf.Tensor3D), [1, 0, 2]).reshape([3, 8]);
    });
    const [ours, theirs] = [await values.data(), await given.data()];
    assert.ok(ours.every((value, i) => Math.abs(value - theirs[i]) < 1e-5));
    tf.dispose([x, y, given, weights, sums, values]);
    parameters.dispose();
  });

  it('a view gives out the parameters that are there, in their shapes only', () => {
    const parameters = new Parameters(1);
    const [weight] = [parameters.scope('a').weight('weight', [2, 3], (size) => new Float32Array(size))];
    const view = new ModelView(parameters);
    const asked = (shape: number[]) => view.scope('a').weight('weight', shape, () => assert.fail('nothing is made anew'));
    assert.equal(asked([2, 3]), weight);
    asked([2, 3]);
    assert.equal(view.size, 6);
    assert.throws(() => asked([3, 2]), /a\.weight has shape \[2,3\], the layer wants \[3,2\]/);
    assert.throws(() => view.scope('b').weight('weight', [1], () => new Float32Array(1)), /no parameter b\.weight/);
    parameters.dispose();
  });
});
