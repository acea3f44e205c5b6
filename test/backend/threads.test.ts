import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { adamStep, addNorm, attention, dropout, embedding, gelu, layerNorm, prepareBackend, softmaxCrossEntropy } from '../../lib/backend';
import { assertClose, needsTorch } from './support';

type Compute = () => tf.Tensor[];

const [batch, length, width] = [8, 64, 96];
const normal = (shape: number[], seed: number): tf.Tensor => tf.randomNormal(shape, 0, 1, 'float32', seed);
const ids = (below: number): tf.Tensor => tf.tensor(Int32Array.from({ length: batch * length }, (_, i) => (i * 7919) % below), [batch, length], 'int32');

/** A value and its gradients, with a `dy` that is not constant. */
function withGradients(run: (...tensors: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]): tf.Tensor[] {
  return [run(...inputs), ...tf.grads((...given) => tf.sum(tf.sin(run(...given))))(inputs)];
}

/** What is cut among threads so that no sum is: the bits do not depend on how many there are. */
const equal: Record<string, Compute> = {
  gelu: () => withGradients(gelu, [normal([batch, length, 4 * width], 1)]),
  dropout: () => withGradients((x) => dropout(x, 0.1, 3), [normal([batch, length, width], 1)]),
  'attention with dropout': () => withGradients((q, k, v) => attention(q, k, v, tf.ones([batch, length]), { dropoutRate: 0.1, seed: 4 }), [1, 2, 3].map((seed) => normal([batch, 4, length, 24], seed))),
  'embedding of rows met often': () => withGradients((table) => embedding(table, ids(20)), [normal([20, width], 1)]),
  softmaxCrossEntropy: () => withGradients((x) => softmaxCrossEntropy(x, tf.reshape(ids(9), [-1])), [normal([batch * length, 9], 1)]),
  'attention without dropout': () => withGradients((q, k, v) => attention(q, k, v, tf.ones([batch, length])), [1, 2, 3].map((seed) => normal([batch, 4, length, 24], seed))),
  layerNorm: () => withGradients((x, scale, shift) => layerNorm(x, scale, shift), [normal([batch, length, width], 1), normal([width], 2), normal([width], 3)]),
  'addNorm with dropout': () => withGradients((x, h, scale, shift) => addNorm(x, h, scale, shift, { epsilon: 1e-6, dropoutRate: 0.1, seed: 5 }), [normal([batch, length, width], 1), normal([batch, length, width], 4), normal([width], 2), normal([width], 3)]),
  softmax: () => [tf.softmax(normal([batch * length, width], 1))],
  'sum over an axis': () => [0, 1].map((axis) => tf.sum(normal([batch * length, width], 1), axis)),
  cumsum: () => [tf.cumsum(normal([batch * length, width], 1), 0)],
  adamStep: () => {
    const [parameter, m, v] = [1, 2, 3].map((seed) => tf.variable(tf.abs(normal([300, width], seed))));
    adamStep([parameter], [normal([300, width], 4)], [m], [v], { learningRates: [0.1], beta1: 0.9, beta2: 0.99, epsilon: 1e-6, decay: [0.01], step: 1 });
    const results = [parameter, m, v].map((variable) => tf.clone(variable));
    tf.dispose([parameter, m, v]);
    return results;
  },
};

/** What libtorch sums by thread: the bits are those of a number of threads. */
const near: Record<string, Compute> = {
  'the sum of all elements': () => [tf.sum(normal([batch * length, width], 1))],
  'the product aᵀb of long operands': () => [tf.matMul(normal([2048, width], 1) as tf.Tensor2D, normal([2048, width], 2) as tf.Tensor2D, true)],
  'the gradient of a convolution\'s filter': () => withGradients((x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'), [normal([4, 16, 16, 8], 1), normal([3, 3, 8, 8], 2)]).slice(2),
};

async function valuesWith(threads: number, compute: Compute): Promise<number[][]> {
  await prepareBackend({ backend: 'torch', threads, quiet: true });
  return tf.tidy(() => compute().map((tensor) => Array.from(tensor.dataSync())));
}

describe('threads of the torch backend', () => {
  before(async function () { await needsTorch(this); });

  for (const [name, compute] of Object.entries(equal)) {
    it(`${name}: the same bits with 1, 2 and 3`, async () => {
      const one = await valuesWith(1, compute);
      for (const threads of [2, 3]) assert.deepEqual(await valuesWith(threads, compute), one);
    });
  }

  for (const [name, compute] of Object.entries(near)) {
    it(`${name}: the same bits for a number of threads, nearly the same for another`, async () => {
      const [one, two] = [await valuesWith(1, compute), await valuesWith(2, compute)];
      assert.deepEqual(await valuesWith(2, compute), two);
      two.forEach((values, i) => assertClose(values, one[i], 1e-4, `result ${i}`));
    });
  }
});
