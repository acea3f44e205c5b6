import * as assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import {
  adamStep, addNorm, attention, attentionBlock, dropout, embedding, feedForwardBlock, gelu, globalNormClip, layerNorm, linear, multiLabelLoss,
  pointerLoss, pointerScores, prepareBackend, rope, scatterRows, softmaxCrossEntropy, withPrecision, type Dense, type Norm,
} from '../../lib/backend';
import { assertClose, assertSame, given, needs, needsTorch, on, Samples, toTensor, type TensorValues, whereBuilt } from './support';

interface OperationCase {
  name: string;
  inputs: (s: Samples) => TensorValues[];
  /** The first `differentiable` inputs have gradients. */
  differentiable: number;
  run: (...tensors: tf.Tensor[]) => tf.Tensor;
}

const mask = given([1, 1, 1, 0, 0, 1, 1, 1, 1, 1], [2, 5]);
const heads = (s: Samples): TensorValues[] => [s.floats([2, 3, 5, 4]), s.floats([2, 3, 5, 4]), s.floats([2, 3, 5, 4]), mask];

const block = { epsilon: 1e-6, dropoutRate: 0.2, seed: 3 };
const layer = (weight: tf.Tensor, bias: tf.Tensor): Dense => ({ weight, bias });
const norm = (scale: tf.Tensor, shift: tf.Tensor): Norm => ({ scale, shift });
const blockInputs = (s: Samples): TensorValues[] => [
  s.floats([2, 5, 4]), ...[0, 1, 2, 3].flatMap(() => [s.floats([4, 4], -1, 1), s.floats([4], -1, 1)]), s.floats([4]), s.floats([4]), mask,
];
const attentionBlockOf = (rope: boolean) => ([x, wq, bq, wk, bk, wv, bv, wo, bo, scale, shift, m]: tf.Tensor[]): tf.Tensor =>
  attentionBlock(x as tf.Tensor3D, m as tf.Tensor2D, { query: layer(wq, bq), key: layer(wk, bk), value: layer(wv, bv), output: layer(wo, bo), norm: norm(scale, shift) },
    { heads: 2, attention: { dropoutRate: 0.3, seed: 9 }, end: block, rope });

// Two types of size 4, windows of 7, 5 and 2 tokens.
const pointer = { types: 2, lengths: [7, 5, 2], scale: 0.5, rope: true };
const vectors = (s: Samples): TensorValues[] => [s.floats([3, 7, 16], -1, 1)];
const cell = (width: number) => (example: number, type: number, first: number, column: number): number => ((example * 2 + type) * 7 + first) * width + column;
const [dense, band] = [cell(7), cell(3)];
const densePositives = [dense(0, 0, 1, 4), dense(0, 0, 2, 3), dense(0, 1, 5, 5), dense(1, 1, 3, 3)];
const bandPositives = [band(0, 0, 1, 2), band(0, 0, 2, 1), band(0, 1, 5, 0), band(1, 1, 3, 0)];
/** Beside cells of −10⁴, finite differences in float32 would see nothing. */
const near = (scores: tf.Tensor): tf.Tensor => tf.clipByValue(scores, -9, 9);
const pointerCases: OperationCase[] = [
  { name: 'rope', inputs: (s) => [s.floats([2, 3, 5, 6])], differentiable: 1, run: rope },
  { name: 'rope of transposed heads', inputs: (s) => [s.floats([2, 5, 3, 6])], differentiable: 1, run: (x) => tf.transpose(rope(tf.transpose(x, [0, 2, 1, 3])), [0, 2, 1, 3]) },
  { name: 'rope of transposed vectors', inputs: (s) => [s.floats([6, 5])], differentiable: 1, run: (x) => rope(tf.transpose(x)) },
  { name: 'pointerScores', inputs: vectors, differentiable: 1, run: (x) => near(pointerScores(x, pointer)) },
  { name: 'pointerScores without rope', inputs: vectors, differentiable: 1, run: (x) => near(pointerScores(x, { ...pointer, rope: false })) },
  { name: 'pointerScores of an odd size', inputs: (s) => [s.floats([3, 7, 12], -1, 1)], differentiable: 1, run: (x) => near(pointerScores(x, { ...pointer, rope: false })) },
  { name: 'pointerScores of a band', inputs: vectors, differentiable: 1, run: (x) => near(pointerScores(x, { ...pointer, k: 3 })) },
  { name: 'pointerScores of a band wider than the window', inputs: vectors, differentiable: 1, run: (x) => near(pointerScores(x, { ...pointer, k: 9 })) },
  { name: 'pointerLoss', inputs: vectors, differentiable: 1, run: (x) => pointerLoss(x, densePositives, pointer) },
  { name: 'pointerLoss of a band', inputs: vectors, differentiable: 1, run: (x) => pointerLoss(x, bandPositives, { ...pointer, k: 3 }) },
  { name: 'pointerLoss without positives, scaled', inputs: vectors, differentiable: 1, run: (x) => tf.mul(pointerLoss(x, [], { ...pointer, k: 3 }), 2.5) },
  { name: 'multiLabelLoss', inputs: (s) => [s.floats([3, 7])], differentiable: 1, run: (x) => multiLabelLoss(x, [3, 0, 18, 3]) },
];

const cases: OperationCase[] = [
  { name: 'linear', inputs: (s) => [s.floats([2, 3, 5]), s.floats([4, 5]), s.floats([4])], differentiable: 3, run: (x, w, b) => linear(x, w, b) },
  { name: 'linear without bias', inputs: (s) => [s.floats([6, 5]), s.floats([4, 5])], differentiable: 2, run: (x, w) => linear(x, w) },
  { name: 'linear of one vector', inputs: (s) => [s.floats([5]), s.floats([4, 5]), s.floats([4])], differentiable: 3, run: (x, w, b) => linear(x, w, b) },
  { name: 'linear of a transposed view', inputs: (s) => [s.floats([5, 3, 2]), s.floats([4, 5]), s.floats([4])], differentiable: 3, run: (x, w, b) => linear(tf.transpose(x), w, b) },
  { name: 'layerNorm', inputs: (s) => [s.floats([2, 3, 6]), s.floats([6]), s.floats([6])], differentiable: 3, run: (x, g, b) => layerNorm(x, g, b, 1e-6) },
  { name: 'addNorm', inputs: (s) => [s.floats([2, 3, 6]), s.floats([2, 3, 6]), s.floats([6]), s.floats([6])], differentiable: 4, run: (x, h, g, b) => addNorm(x, h, g, b, { epsilon: 1e-6 }) },
  { name: 'addNorm with dropout, of many rows', inputs: (s) => [s.floats([3, 37, 5]), s.floats([3, 37, 5]), s.floats([5]), s.floats([5])], differentiable: 4, run: (x, h, g, b) => addNorm(x, h, g, b, block) },
  { name: 'addNorm of no rows', inputs: (s) => [s.floats([0, 5]), s.floats([0, 5]), s.floats([5]), s.floats([5])], differentiable: 4, run: (x, h, g, b) => addNorm(x, h, g, b, block) },
  { name: 'feedForwardBlock', inputs: (s) => [s.floats([2, 3, 4]), s.floats([6, 4]), s.floats([6]), s.floats([4, 6]), s.floats([4]), s.floats([4]), s.floats([4])], differentiable: 7, run: (x, w1, b1, w2, b2, g, b) => feedForwardBlock(x, { widen: layer(w1, b1), narrow: layer(w2, b2), norm: norm(g, b) }, block) },
  { name: 'attentionBlock', inputs: blockInputs, differentiable: 11, run: (...tensors) => attentionBlockOf(false)(tensors) },
  { name: 'attentionBlock, rotated', inputs: blockInputs, differentiable: 11, run: (...tensors) => attentionBlockOf(true)(tensors) },
  { name: 'gelu', inputs: (s) => [s.floats([3, 7], -4, 4)], differentiable: 1, run: gelu },
  { name: 'attention', inputs: heads, differentiable: 3, run: (q, k, v, m) => attention(q, k, v, m) },
  { name: 'attention with dropout', inputs: heads, differentiable: 3, run: (q, k, v, m) => attention(q, k, v, m, { dropoutRate: 0.3, seed: 7 }) },
  { name: 'attention of transposed heads', inputs: (s) => [s.floats([2, 5, 3, 4]), s.floats([2, 5, 3, 4]), s.floats([2, 5, 3, 4]), mask], differentiable: 3, run: (q, k, v, m) => { const h = (x: tf.Tensor): tf.Tensor => tf.transpose(x, [0, 2, 1, 3]); return tf.transpose(attention(h(q), h(k), h(v), m), [0, 2, 1, 3]); } },
  { name: 'attention with other queries than keys', inputs: (s) => [s.floats([2, 3, 2, 4]), s.floats([2, 3, 5, 4]), s.floats([2, 3, 5, 4]), mask], differentiable: 3, run: (q, k, v, m) => attention(q, k, v, m) },
  { name: 'dropout', inputs: (s) => [s.floats([4, 50])], differentiable: 1, run: (x) => dropout(x, 0.25, 11) },
  { name: 'embedding', inputs: (s) => [s.floats([6, 4]), given([1, 3, 3, 0, 5, 1], [2, 3], 'int32')], differentiable: 1, run: (table, ids) => embedding(table, ids) },
  { name: 'scatterRows', inputs: (s) => [s.floats([6, 4]), given([1, 3, 3, 0, 5, 1], [6], 'int32')], differentiable: 1, run: (x, places) => scatterRows(x, places, 7) },
  { name: 'scatterRows of none', inputs: () => [given([], [0, 4]), given([], [0], 'int32')], differentiable: 1, run: (x, places) => scatterRows(x, places, 3) },
  { name: 'softmaxCrossEntropy', inputs: (s) => [s.floats([4, 5]), given([0, 4, 2, 2], [4], 'int32')], differentiable: 1, run: (x, y) => softmaxCrossEntropy(x, y) },
  { name: 'softmaxCrossEntropy, weighted', inputs: (s) => [s.floats([4, 5]), given([0, 4, 2, 2], [4], 'int32'), given([1, 0, 2, 0.5])], differentiable: 1, run: (x, y, w) => softmaxCrossEntropy(x, y, w) },
  { name: 'softmaxCrossEntropy of no weight', inputs: (s) => [s.floats([2, 5]), given([0, 4], [2], 'int32'), given([0, 0])], differentiable: 1, run: (x, y, w) => softmaxCrossEntropy(x, y, w) },
  ...pointerCases,
];

const weighted = (y: tf.Tensor): tf.Scalar => tf.sum(tf.mul(y, tf.tensor(Float32Array.from({ length: y.size }, (_, i) => Math.cos(i)), y.shape))).asScalar();

/** The value, and the gradient of each differentiable input. */
const valueAndGradients = ({ inputs, name, differentiable, run }: OperationCase) => (): tf.Tensor[] => {
  const tensors = inputs(Samples.named(name)).map(toTensor);
  const rest = tensors.slice(differentiable);
  return [run(...tensors), ...tf.grads((...first) => weighted(run(...first, ...rest)))(tensors.slice(0, differentiable))];
};

function differences({ run, differentiable }: OperationCase, inputs: TensorValues[]): number[][] {
  const step = 5e-3;
  const at = (input: number, element: number, shift: number): number => tf.tidy(() => weighted(run(...inputs.map((values, i) =>
    toTensor(i === input ? { ...values, values: values.values.map((x, j) => (j === element ? x + shift : x)) } : values)))).dataSync()[0]);
  return inputs.slice(0, differentiable).map(({ values }, i) => values.map((_, j) => (at(i, j, step) - at(i, j, -step)) / (2 * step)));
}

describe('operations, composed of tfjs kernels on cpu', () => {
  for (const operation of cases) {
    it(`${operation.name}: gradients by finite differences`, async () => {
      const [, ...gradients] = await on('cpu', valueAndGradients(operation));
      const expected = differences(operation, operation.inputs(Samples.named(operation.name)));
      gradients.forEach(({ values }, i) => assertClose(values, expected[i], 1e-2, `input ${i}`));
    });
  }

  it('gelu, layerNorm and softmaxCrossEntropy: values of the closed forms', async () => {
    const [y] = await on('cpu', () => gelu(tf.tensor1d([-1, 0, 1, 2])));
    assertClose(y.values, [-0.15865525, 0, 0.84134475, 1.9544997], 1e-6, 'gelu'); // x Φ(x)
    const [normal] = await on('cpu', () => layerNorm(tf.tensor2d([[1, 2, 3]]), tf.tensor1d([2, 2, 2]), tf.tensor1d([0, 1, 0]), 0));
    assertClose(normal.values, [-2 * Math.sqrt(1.5), 1, 2 * Math.sqrt(1.5)], 1e-6, 'layerNorm');
    const [loss] = await on('cpu', () => softmaxCrossEntropy(tf.tensor2d([[0, 0], [0, Math.log(3)]]), tf.tensor1d([0, 1], 'int32'), tf.tensor1d([1, 3])));
    assertClose(loss.values, [(Math.log(2) + 3 * Math.log(4 / 3)) / 4], 1e-6, 'loss');
  });

  it('attention gives hidden keys no weight, and stays finite where all are hidden', async () => {
    const [y] = await on('cpu', () => attention(tf.zeros([1, 1, 1, 2]), tf.zeros([1, 1, 3, 2]), tf.tensor4d([1, 1, 3, 3, 9, 9], [1, 1, 3, 2]), tf.tensor2d([[1, 1, 0]])));
    assert.deepEqual(y.values, [2, 2]);
    const [none] = await on('cpu', () => attention(tf.ones([1, 1, 2, 2]), tf.ones([1, 1, 3, 2]), tf.ones([1, 1, 3, 2]), tf.zeros([1, 3])));
    assert.ok(none.values.every(Number.isFinite));
  });

  it('dropout keeps the share it should, differently for each seed, and is the identity at rate 0', async () => {
    const [a, again, b, whole] = await on('cpu', () => {
      const x = tf.ones([100, 200]);
      return [dropout(x, 0.3, 5), dropout(x, 0.3, 5), dropout(x, 0.3, 6), dropout(x, 0, 5)];
    });
    const kept = (values: number[]): number => values.filter((value) => value > 0).length;
    assert.deepEqual(a.values, again.values);
    assert.ok(Math.abs(kept(a.values) / 20000 - 0.7) < 0.01);
    assert.ok(a.values.every((value) => value === 0 || Math.abs(value - 1 / 0.7) < 1e-6));
    // Independent masks agree where both keep (0.49) or both drop (0.09).
    const agreeing = a.values.filter((value, i) => value > 0 === b.values[i] > 0).length / 20000;
    assert.ok(Math.abs(agreeing - 0.58) < 0.015, `masks of two seeds agree on ${agreeing}`);
    assert.equal(kept(whole.values), 20000);
  });

  it('refuse shapes that do not fit, naming them', async () => {
    await prepareBackend({ backend: 'cpu' });
    tf.tidy(() => {
      assert.throws(() => linear(tf.ones([2, 3]), tf.ones([4, 5])), /linear: x \[2,3\], weight \[4,5\]/);
      assert.throws(() => layerNorm(tf.ones([2, 3]), tf.ones([4]), tf.ones([3])), /layerNorm: x \[2,3\]/);
      assert.throws(() => addNorm(tf.ones([2, 3]), tf.ones([2, 4]), tf.ones([3]), tf.ones([3]), { epsilon: 0 }), /addNorm: x \[2,3\], h \[2,4\]/);
      assert.throws(() => attention(tf.ones([1, 1, 2, 2]), tf.ones([1, 1, 2, 2]), tf.ones([1, 1, 2, 2]), tf.ones([1, 3])), /attention: .*mask \[1,3\]/);
      assert.throws(() => softmaxCrossEntropy(tf.ones([2, 3]), tf.tensor1d([0], 'int32')), /softmaxCrossEntropy: logits \[2,3\]/);
      assert.throws(() => dropout(tf.ones([2]), 1, 0), /rate/);
    });
  });
});

for (const backend of whereBuilt('torch', 'wasm', 'tensorflow')) {
  describe(`operations on ${backend} against those composed on cpu`, () => {
    before(async function () { await needs(backend, this); });

    for (const operation of cases) {
      it(operation.name, async () => {
        const expected = await on('cpu', valueAndGradients(operation));
        const before = tf.memory().numTensors;
        assertSame(await on(backend, valueAndGradients(operation)), expected, 2e-5);
        assert.equal(tf.memory().numTensors, before, 'tensors left behind');
      });
    }
  });
}

describe('operations on torch', () => {
  before(async function () { await needsTorch(this); });

  it('attention without a gradient equals that with one', async () => {
    const [q, k, v] = [0, 1, 2].map((i) => Samples.named(`inference ${i}`).floats([2, 3, 70, 8]));
    const hidden = Samples.named('mask').booleans([2, 70]);
    const compute = (): tf.Tensor => attention(toTensor(q), toTensor(k), toTensor(v), tf.cast(toTensor(hidden), 'float32'));
    assertSame(await on('torch', compute), await on('cpu', compute), 1e-5);
  });

  it('normalisations without a gradient have the bits of those with one, in either precision', async () => {
    for (const precision of ['float32', 'bfloat16'] as const) {
      const results = await on('torch', () => {
        const [x, h] = [0, 1].map((i) => toTensor(Samples.named(`normalisation ${i}`).floats([3, 41, 37])));
        const [scale, shift] = [2, 3].map((i) => toTensor(Samples.named(`normalisation ${i}`).floats([37])));
        const held = precision === 'bfloat16' ? roundedToBFloat16(h) : h;
        const runs = [() => addNorm(x, held, scale, shift, block), () => layerNorm(x, scale, shift, 1e-6)];
        return runs.flatMap((run) => [run(), tf.valueAndGrad(run)(x).value]);
      });
      for (const i of [0, 2]) assert.deepEqual(results[i], results[i + 1]);
      assert.ok(results[0].values.every(Number.isFinite) && new Set(results[0].values).size > 100);
    }
  });

  /** What rounding a product's operands and results to 8 bits can change, for values of the size of 1. */
  const bfloat16Error = 0.06;
  const inBFloat16 = ['linear', 'linear of a transposed view', 'feedForwardBlock', 'attentionBlock', 'attentionBlock, rotated', 'attention with dropout', 'addNorm with dropout, of many rows'];
  for (const operation of cases.filter(({ name }) => inBFloat16.includes(name))) {
    it(`${operation.name} in bfloat16 is near float32, and nothing stays behind`, async () => {
      const halved: OperationCase = { ...operation, run: (...tensors) => operation.run(...tensors.map((x) => (x.rank > 2 ? roundedToBFloat16(x) : x))) };
      const precise = await on('torch', valueAndGradients(halved));
      const before = tf.memory().numTensors;
      const rough = await on('torch', () => withPrecision('bfloat16', valueAndGradients(halved)));
      assert.equal(tf.memory().numTensors, before, 'tensors left behind');
      rough.forEach(({ values, shape, dtype }, i) => {
        assert.equal(dtype, 'float32');
        assert.deepEqual(shape, precise[i].shape);
        const size = Math.max(1, ...precise[i].values.map(Math.abs));
        values.forEach((value, j) => assert.ok(Math.abs(value - precise[i].values[j]) <= bfloat16Error * size, `result ${i}, element ${j}: ${value}, in float32 ${precise[i].values[j]}`));
      });
      const [y] = rough;
      if (operation.name.includes('Block')) assert.ok(y.values.every(isBFloat16), 'the value is not held in bfloat16');
      else if (operation.name.startsWith('linear')) assert.ok(y.values.every(isBFloat16) && !precise[0].values.every(isBFloat16));
    });
  }

  it('a precision holds for what is computed inside, its gradients included, and ends with it', async () => {
    const [, gradient, after] = await on('torch', () => {
      const x = tf.tensor2d([[1.001, 2.002]]);
      const w = tf.tensor2d([[1.003, -1.004], [0.507, 3.001]]);
      const { value, grad } = withPrecision('bfloat16', () => tf.valueAndGrad((x: tf.Tensor) => tf.sum(linear(x, w)).asScalar())(x));
      return [value, grad, linear(x, w)];
    });
    assert.ok(gradient.values.every(isBFloat16));
    assertClose(gradient.values, [1.51, 1.997], 0.02, 'gradient');
    assertClose(after.values, [1.001 * 1.003 - 2.002 * 1.004, 1.001 * 0.507 + 2.002 * 3.001], 1e-6, 'float32 again');
  });

  it('bfloat16 tensors meet every other kernel as float32, and are rounded to nearest even', async () => {
    const [rounded, root, joined] = await on('torch', () => {
      const x = roundedToBFloat16(tf.tensor1d([1 + 2 ** -8, 1 + 3 * 2 ** -8, 4, -0.1]));
      return [x, tf.sqrt(tf.abs(x)), tf.concat([x, tf.tensor1d([0.3])])];
    });
    assert.deepEqual(rounded.values.slice(0, 3), [1, 1 + 2 ** -6, 4]);
    assertClose(root.values.slice(1), [Math.sqrt(1 + 2 ** -6), 2, Math.sqrt(-rounded.values[3])], 1e-6, 'root');
    assert.equal(joined.values[4], Math.fround(0.3));
  });
});

describe('bfloat16 elsewhere', () => {
  it('is refused, saying where it is computed', async () => {
    await prepareBackend({ backend: 'cpu' });
    assert.throws(() => withPrecision('bfloat16', () => 0), /torch backend only/);
  });
});

/** Through a product with the identity: what comes out is held in bfloat16. */
function roundedToBFloat16(x: tf.Tensor): tf.Tensor {
  return withPrecision('bfloat16', () => linear(tf.reshape(x, [-1, 1]), tf.ones([1, 1]))).reshape(x.shape);
}

function isBFloat16(value: number): boolean {
  return (new Uint32Array(Float32Array.of(value).buffer)[0] & 0xffff) === 0;
}

for (const backend of whereBuilt('cpu', 'torch', 'wasm', 'tensorflow')) {
  describe(`optimiser steps on ${backend}`, () => {
    before(async function () { await needs(backend, this); });
    beforeEach(async () => { await prepareBackend({ backend, quiet: true }); });

    it('adamStep follows the equations of decoupled weight decay, three steps', () => {
      const [parameter, m, v] = [[1, -2], [0, 0], [0, 0]].map((values) => tf.variable(tf.tensor1d(values)));
      const expected = { p: [1, -2], m: [0, 0], v: [0, 0] };
      const before = tf.memory().numTensors;
      for (let step = 1; step <= 3; step++) {
        const g = [0.5 * step, -0.1];
        tf.tidy(() => adamStep([parameter], [tf.tensor1d(g)], [m], [v], { learningRates: [0.1], beta1: 0.9, beta2: 0.99, epsilon: 1e-6, decay: [0.01], step }));
        g.forEach((gradient, i) => {
          expected.m[i] = 0.9 * expected.m[i] + 0.1 * gradient;
          expected.v[i] = 0.99 * expected.v[i] + 0.01 * gradient ** 2;
          const update = expected.m[i] / (1 - 0.9 ** step) / (Math.sqrt(expected.v[i] / (1 - 0.99 ** step)) + 1e-6);
          expected.p[i] -= 0.1 * (0.01 * expected.p[i] + update);
        });
      }
      assertClose(parameter.dataSync(), expected.p, 1e-5, 'parameter');
      assertClose(m.dataSync(), expected.m, 1e-5, 'm');
      assertClose(v.dataSync(), expected.v, 1e-5, 'v');
      assert.equal(tf.memory().numTensors, before);
      tf.dispose([parameter, m, v]);
    });

    it('adamStep leaves clones, views and equal gradients of the parameters as they were', () => {
      tf.tidy(() => {
        const parameter = tf.variable(tf.tensor2d([[1, 2], [3, 4]]));
        const [m, v] = [tf.variable(tf.zeros([2, 2])), tf.variable(tf.zeros([2, 2]))];
        const clone = parameter.clone();
        const view = tf.reshape(parameter, [4]);
        const transposed = tf.transpose(parameter);
        adamStep([parameter], [parameter.clone()], [m], [v], { learningRates: [0.1], beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: [0], step: 1 });
        assert.deepEqual(Array.from(clone.dataSync()), [1, 2, 3, 4]);
        assert.deepEqual(Array.from(view.dataSync()), [1, 2, 3, 4]);
        assert.deepEqual(Array.from(transposed.dataSync()), [1, 3, 2, 4]);
        assertClose(parameter.dataSync(), [0.9, 1.9, 2.9, 3.9], 1e-5, 'parameter');
        tf.dispose([parameter, m, v]);
      });
    });

    it('globalNormClip scales to the largest norm, and only when it is exceeded', () => {
      tf.tidy(() => {
        const shared = tf.tensor1d([3]);
        const gradients: tf.NamedTensorMap = { a: shared.clone(), b: tf.tensor1d([4]) };
        assertClose([globalNormClip(gradients, 10)], [5], 1e-6, 'norm');
        assert.deepEqual(Array.from(gradients.a.dataSync()), [3]);
        assertClose([globalNormClip(gradients, 1)], [5], 1e-6, 'norm');
        assertClose([...gradients.a.dataSync(), ...gradients.b.dataSync()], [0.6, 0.8], 1e-5, 'scaled');
        assert.deepEqual(Array.from(shared.dataSync()), [3]);
        const broken: tf.NamedTensorMap = { a: tf.tensor1d([NaN, 1]) };
        assert.ok(Number.isNaN(globalNormClip(broken, 1)));
        assert.equal(broken.a.dataSync()[1], 1);
      });
    });
  });
}
