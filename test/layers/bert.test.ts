import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { prepareBackend } from '../../lib/backend';
import { bert, inference, Parameters } from '../../lib/layers';
import { readPublishedConfig, readSafetensors } from '../../lib/models';
import { encoderShapes, isDropped } from '../../lib/models/published-names';
import { assertClose, readReference, reference } from './support';

interface Golden {
  ids: number[][];
  mask: number[][];
  weights: number[][][];
  hidden: number[][][];
}

/** test/reference/bert.py: transformers' BertModel with random weights, 2 layers of 16. */
describe("bert is transformers' BertModel", () => {
  const golden = readReference<Golden>('bert', 'golden.json');
  const published = readPublishedConfig(reference('bert'));
  const config = {
    vocabulary: published.vocab_size, layers: published.num_hidden_layers, hidden: published.hidden_size, heads: published.num_attention_heads,
    feedForward: published.intermediate_size, maxPositions: published.max_position_embeddings, typeVocabulary: published.type_vocab_size,
    dropout: published.hidden_dropout_prob, attentionDropout: published.attention_probs_dropout_prob,
    layerNormEpsilon: published.layer_norm_eps, positions: 'absolute' as const,
  };
  let parameters: Parameters;
  let encoder: ReturnType<typeof bert>;

  before(async () => {
    await prepareBackend({ quiet: true });
    parameters = new Parameters(0);
    encoder = bert(parameters.scope('bert', 'encoder'), config);
    const tensors = readSafetensors(reference('bert', 'model.safetensors'));
    parameters.load(new Map([...tensors].filter(([name]) => !isDropped(name))));
  });
  after(() => parameters.dispose());

  const forward = () => encoder.forward(tf.tensor2d(golden.ids, undefined, 'int32'), tf.tensor2d(golden.mask), inference);

  it('names and shapes of the parameters are those of encoderShapes', () => {
    assert.deepEqual(new Map(parameters.list().map(({ name, variable }) => [name, variable.shape])), encoderShapes(published));
  });

  it('hidden states of tokens agree to 1e-5', () => {
    const hidden = tf.tidy(() => forward().mul(tf.tensor2d(golden.mask).expandDims(2)).dataSync());
    const expected = golden.hidden.map((rows, b) => rows.map((row, i) => row.map((value) => value * golden.mask[b][i])));
    assertClose(hidden, expected, 1e-5);
  });

  it('the gradient of every parameter agrees to 1e-4 of its largest entry', () => {
    const expected = readSafetensors(reference('bert', 'gradients.safetensors'));
    const { grads, value } = tf.variableGrads(() => forward().mul(tf.tensor3d(golden.weights)).sum().asScalar());
    for (const { name, variable } of parameters.list()) {
      const { values } = expected.get(name)!;
      const scale = Math.max(1e-2, ...values.map(Math.abs));
      const actual = grads[variable.name].dataSync<'float32'>();
      assertClose(actual.map((v) => v / scale), values.map((v) => v / scale), 1e-4, name);
    }
    tf.dispose([value, ...Object.values(grads)]);
  });

  it('refuses a window longer than its positions', () => {
    assert.throws(() => tf.tidy(() => encoder.forward(tf.zeros([1, 13], 'int32'), tf.ones([1, 13]), inference)), /13 tokens.*12 positions/);
  });

  it('padding changes nothing', () => {
    const run = (ids: number[][], mask: number[][]) =>
      tf.tidy(() => encoder.forward(tf.tensor2d(ids, undefined, 'int32'), tf.tensor2d(mask), inference).slice([0, 0, 0], [1, 3, 16]).dataSync());
    assertClose(run([[2, 9, 3, 0, 7]], [[1, 1, 1, 0, 0]]), Float32Array.from(run([[2, 9, 3]], [[1, 1, 1]])), 1e-6);
  });
});
