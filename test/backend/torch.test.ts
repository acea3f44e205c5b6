import * as assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { adamStep, attention, dropout, embedding, gelu, layerNorm, linear, prepareBackend, softmaxCrossEntropy, torchMemory } from '../../lib/backend';
import { assertClose, needsTorch } from './support';

describe('the torch backend', () => {
  before(async function () { await needsTorch(this); });
  beforeEach(async () => { await prepareBackend({ backend: 'torch', quiet: true }); });

  it('counts the bytes that libtorch holds: views share, copies add, disposal frees, the peak stays', () => {
    const start = torchMemory(true)!.bytes;
    const x = tf.zeros([1000]);
    assert.equal(torchMemory()!.bytes - start, 4000);
    const view = tf.reshape(x, [10, 100]);
    assert.equal(torchMemory()!.bytes - start, 4000);
    const copy = tf.add(x, 1);
    assert.equal(torchMemory()!.bytes - start, 8000);
    x.dispose();
    assert.equal(torchMemory()!.bytes - start, 8000, 'the view still needs the storage');
    tf.dispose([view, copy]);
    assert.equal(torchMemory()!.bytes, start);
    assert.ok(torchMemory()!.peakBytes - start >= 8000);
  });

  it('keeps data as long as one of its references lives', () => {
    const x = tf.tensor1d([1, 2, 3]);
    const clone = x.clone();
    x.dispose();
    assert.deepEqual(Array.from(clone.dataSync()), [1, 2, 3]);
    clone.dispose();
    assert.throws(() => clone.dataSync(), /disposed/);
  });

  it('moves tensors from and to other backends', async () => {
    await prepareBackend({ backend: 'cpu' });
    const x = tf.tensor2d([[1, 2], [3, 4]]);
    const flags = tf.tensor1d([1, 0], 'bool');
    await prepareBackend({ backend: 'torch' });
    const y = tf.add(x, 1);
    const not = tf.logicalNot(flags);
    await prepareBackend({ backend: 'cpu' });
    assert.deepEqual(Array.from(tf.tidy(() => tf.mul(y, 2).dataSync())), [4, 6, 8, 10]);
    assert.deepEqual(Array.from(not.dataSync()), [0, 1]);
    tf.dispose([x, y, flags, not]);
  });

  it('stores strings, whose kernels run in JavaScript', () => {
    const [joined, same] = tf.tidy(() => {
      const words = tf.tensor1d(['咳嗽', '𠮷']);
      return [tf.concat([words, words]).arraySync(), tf.equal(words, tf.tensor1d(['咳嗽', '发热'])).arraySync()];
    });
    assert.deepEqual(joined, ['咳嗽', '𠮷', '咳嗽', '𠮷']);
    assert.deepEqual(same, [1, 0]);
  });

  it('reads and writes nothing, a scalar, and views with strides', () => {
    tf.tidy(() => {
      assert.deepEqual(tf.zeros([0, 3]).arraySync(), []);
      assert.equal(tf.scalar(2.5).arraySync(), 2.5);
      assert.deepEqual(tf.transpose(tf.tensor2d([[1, 2], [3, 4]])).arraySync(), [[1, 3], [2, 4]]);
      assert.deepEqual(tf.slice(tf.range(0, 6).reshape([2, 3]), [0, 1], [2, 2]).arraySync(), [[1, 2], [4, 5]]);
      assert.deepEqual(tf.tensor1d([0, 3, 1], 'bool').arraySync(), [0, 1, 1]);
    });
  });

  it('names kernel and shapes when libtorch refuses', () => {
    tf.tidy(() => {
      assert.throws(() => tf.gather(tf.ones([3, 2]), tf.tensor1d([5], 'int32')), /GatherV2 on float32 \[3, 2\], int32 \[1\]: .*index/i);
      assert.throws(() => embedding(tf.ones([3, 2]), tf.tensor1d([-1], 'int32')), /GatherV2 on float32 \[3, 2\]/);
      assert.throws(() => softmaxCrossEntropy(tf.ones([1, 2]), tf.tensor1d([9], 'int32')), /FusedCrossEntropy on float32 \[1, 2\]/);
    });
  });

  it('says what to lower when memory runs out', () => {
    assert.throws(() => tf.fill([1 << 20, 1 << 20, 64], 1), /out of memory in Fill.*lower the batch size/);
  });

  it('times, and returns many results at once', async () => {
    const { kernelMs } = await tf.time(() => tf.tidy(() => { tf.matMul(tf.ones([64, 64]), tf.ones([64, 64])); }));
    assert.ok(Number(kernelMs) >= 0);
    tf.tidy(() => assert.equal(tf.unstack(tf.range(0, 20000)).length, 20000));
  });

  it('gives the same bits for the same inputs, and nearly the same with another number of threads', async () => {
    const step = (): number[] => tf.tidy(() => {
      const x = tf.randomNormal([300, 64], 0, 1, 'float32', 1);
      const w = tf.randomNormal([64, 64], 0, 1, 'float32', 2);
      return tf.grads((a, b) => tf.sum(gelu(dropout(linear(a, b), 0.1, 3))))([x, w]).flatMap((gradient) => Array.from(gradient.dataSync()));
    });
    await prepareBackend({ backend: 'torch', threads: 1 });
    const one = step();
    assert.deepEqual(step(), one);
    await prepareBackend({ backend: 'torch', threads: 2 });
    assertClose(step(), one, 1e-5, 'gradients');
  });

  it('leaves no tensor and no byte behind in 300 training steps', async () => {
    // So small a model gains nothing from a second thread.
    await prepareBackend({ backend: 'torch', threads: 1 });
    const random = (shape: number[], seed: number): tf.Variable => tf.tidy(() => tf.variable(tf.randomNormal(shape, 0, 0.1, 'float32', seed)));
    const [table, weight, scale, shift, out] = [random([50, 8], 1), random([8, 8], 2), random([8], 3), random([8], 4), random([3, 8], 5)];
    const parameters = [table, weight, scale, shift, out];
    const [m, v] = [0, 1].map(() => parameters.map(({ shape }) => tf.tidy(() => tf.variable(tf.zeros(shape)))));
    const settings = { learningRates: parameters.map(() => 1e-2), beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: parameters.map(() => 0.01) };
    const losses: number[] = [];
    const train = (step: number): void => tf.tidy(() => {
      const ids = tf.tensor2d([[1, 2, 3, 0], [4, 5, 0, 0]], [2, 4], 'int32');
      const mask = tf.tensor2d([[1, 1, 1, 0], [1, 1, 0, 0]]);
      const labels = tf.tensor1d([0, 1, 2, 0, 1, 2, 0, 0], 'int32');
      const { value, grads } = tf.variableGrads(() => {
        const x = layerNorm(linear(embedding(table, ids), weight), scale, shift);
        const h = tf.reshape(x, [2, 4, 2, 4]).transpose([0, 2, 1, 3]);
        const y = tf.reshape(attention(h, h, h, mask, { dropoutRate: 0.1, seed: step }).transpose([0, 2, 1, 3]), [8, 8]);
        return softmaxCrossEntropy(linear(y, out), labels, tf.reshape(mask, [8]));
      }, parameters);
      losses.push(value.dataSync()[0]);
      adamStep(parameters, parameters.map(({ name }) => grads[name]), m, v, { ...settings, step });
    });
    train(1);
    const [tensors, bytes] = [tf.memory().numTensors, torchMemory()!.bytes];
    for (let step = 2; step <= 300; step++) train(step);
    assert.equal(tf.memory().numTensors, tensors);
    assert.equal(torchMemory()!.bytes, bytes);
    assert.ok(losses[299] < 0.7 * losses[0], `the loss fell from ${losses[0]} to ${losses[299]}`);
    tf.dispose([...parameters, ...m, ...v]);
  });
});
