import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { prepareBackend } from '../../lib/backend';
import { inference } from '../../lib/layers';
import { encoderName, publishedEncoder, readPublishedConfig, readSafetensors } from '../../lib/models';
import { MaskedLanguageModel } from '../../lib/pretraining/masked-language-model';
import type { MaskedBatch } from '../../lib/pretraining/masking';
import { assertClose, readReference, reference } from '../layers/support';

interface Golden {
  ids: number[][];
  mask: number[][];
  positions: number[];
  labels: number[];
  logits: number[][];
  loss: number;
}

/** test/reference/roformer.py: transformers' RoFormerForMaskedLM with random weights, 2 layers of 16. */
describe("MaskedLanguageModel is transformers' RoFormerForMaskedLM", () => {
  const golden = readReference<Golden>('roformer', 'golden.json');
  const folder = reference('roformer');
  const length = golden.ids[0].length;
  const batch: MaskedBatch = { inputs: Int32Array.from(golden.ids.flat()), positions: Int32Array.from(golden.positions), labels: Int32Array.from(golden.labels) };
  const mask = Float32Array.from(golden.mask.flat());
  let model: MaskedLanguageModel;

  before(async () => {
    await prepareBackend({ quiet: true });
    const stored = [...readSafetensors(reference('roformer', 'model.safetensors'))].filter(([name]) => !/embed_positions|decoder/.test(name));
    model = new MaskedLanguageModel({ ...publishedEncoder(folder), vocabulary: readPublishedConfig(folder).vocab_size }, { seed: 0 });
    model.parameters.load(new Map(stored.map(([name, tensor]) => [encoderName(name), tensor])));
  });
  after(() => model.dispose());

  it('has rotary positions', () => assert.equal(publishedEncoder(folder).positions, 'rope'));

  it('logits at the hidden positions agree to 1e-4, the loss to 1e-5', async () => {
    assertClose(tf.tidy(() => model.logits(batch, mask, length).dataSync()), golden.logits, 1e-4);
    const guesses = await model.evaluate(batch, mask, length);
    assert.ok(Math.abs(guesses.loss - golden.loss) < 1e-5, `${guesses.loss} and ${golden.loss}`);
    const right = golden.logits.filter((row, i) => row.indexOf(Math.max(...row)) === golden.labels[i]).length;
    assert.deepEqual([guesses.correct, guesses.hidden], [right, golden.labels.length]);
  });

  it('the gradient of every parameter, the tied table too, agrees to 1e-4 of its largest entry; nothing leaks', () => {
    const expected = new Map([...readSafetensors(reference('roformer', 'gradients.safetensors'))].map(([name, tensor]) => [encoderName(name), tensor]));
    const before = tf.memory().numTensors;
    const { grads, value } = tf.variableGrads(() => model.loss(batch, mask, length, inference));
    for (const { name, variable } of model.parameters.list()) {
      const { values } = expected.get(name)!;
      const scale = Math.max(1e-3, ...values.map(Math.abs));
      assertClose(grads[variable.name].dataSync<'float32'>().map((v) => v / scale), values.map((v) => v / scale), 1e-4, name);
    }
    tf.dispose([value, ...Object.values(grads)]);
    assert.equal(tf.memory().numTensors, before);
  });
});
