import * as assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { gru, lstm, prepareBackend, type BackendName } from '../../lib/backend';
import { assertClose, assertSame, needsTorch, on, Samples, toTensor, type TensorValues } from './support';

const layers = [{ name: 'gru', run: gru, gates: 3 }, { name: 'lstm', run: lstm, gates: 4 }] as const;
type Layer = (typeof layers)[number];

interface Case {
  name: string;
  n: number;
  inputs: number;
  hidden: number;
  lengths: number[];
}

const cases: Case[] = [
  { name: 'of several lengths, 0 among them', n: 5, inputs: 3, hidden: 4, lengths: [3, 5, 0, 1] },
  { name: 'of one token', n: 1, inputs: 3, hidden: 2, lengths: [1] },
  { name: 'of padding alone', n: 3, inputs: 2, hidden: 2, lengths: [0, 0] },
  // More rows than the registers hold, in several groups; widths that are no whole vectors or panels.
  { name: 'of 21 sequences, 37 wide', n: 6, inputs: 5, hidden: 37, lengths: Array.from({ length: 21 }, (_, i) => (i * 5) % 7) },
];

/** x, then the four parameters. */
const inputs = ({ gates, name }: Layer, { n, inputs: features, hidden, lengths }: Case): TensorValues[] => {
  const s = Samples.named(name);
  const rows = gates * hidden;
  return [s.floats([lengths.length, n, features]), ...[[rows, features], [rows, hidden], [rows], [rows]].map((shape) => s.floats(shape, -0.6, 0.6))];
};

const apply = ({ run }: Layer, { lengths }: Case, reverse: boolean) => (x: tf.Tensor, input: tf.Tensor, hidden: tf.Tensor, inputBias: tf.Tensor, hiddenBias: tf.Tensor): tf.Tensor =>
  run(x, tf.tensor1d(lengths, 'int32'), { input, hidden, inputBias, hiddenBias }, reverse);

const weighted = (y: tf.Tensor): tf.Scalar => tf.sum(tf.mul(y, tf.tensor(Float32Array.from({ length: y.size }, (_, i) => Math.cos(i)), y.shape))).asScalar();

const valueAndGradients = (layer: Layer, one: Case, reverse: boolean) => (): tf.Tensor[] => {
  const tensors = inputs(layer, one).map(toTensor);
  const f = apply(layer, one, reverse);
  const [x, w, u, b, c] = tensors;
  return [f(x, w, u, b, c), ...tf.grads((...given) => weighted(f(given[0], given[1], given[2], given[3], given[4])))(tensors)];
};

describe('recurrent operations, composed of tfjs kernels on cpu', () => {
  for (const layer of layers) {
    for (const reverse of [false, true]) {
      it(`${layer.name}${reverse ? ', reversed' : ''}: gradients by finite differences`, async () => {
        const [one] = cases;
        const [, ...gradients] = await on('cpu', valueAndGradients(layer, one, reverse));
        const given = inputs(layer, one);
        const at = (input: number, element: number, shift: number): number => tf.tidy(() => {
          const [x, w, u, b, c] = given.map((values, i) => toTensor(i === input ? { ...values, values: values.values.map((v, j) => (j === element ? v + shift : v)) } : values));
          return weighted(apply(layer, one, reverse)(x, w, u, b, c)).dataSync()[0];
        });
        given.forEach(({ values }, i) => {
          // Every third element is enough.
          values.forEach((_, j) => j % 3 === 0 && assertClose([gradients[i].values[j]], [(at(i, j, 5e-3) - at(i, j, -5e-3)) / 1e-2], 1e-2, `input ${i}, element ${j}`));
        });
      });
    }
  }

  it('gru and lstm: values of one step from 0 by the equations', async () => {
    const one: Case = { name: '', n: 1, inputs: 2, hidden: 1, lengths: [1] };
    const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
    for (const layer of layers) {
      const [x, w, , b, c] = inputs(layer, one).map(({ values }) => values);
      const sums = Array.from({ length: layer.gates }, (_, gate) => w[2 * gate] * x[0] + w[2 * gate + 1] * x[1] + b[gate]);
      const [p, q, r, s] = [...sums, 0];
      const expected = layer.gates === 3
        ? (1 - sigmoid(q + c[1])) * Math.tanh(r + sigmoid(p + c[0]) * c[2])
        : sigmoid(s + c[3]) * Math.tanh(sigmoid(p + c[0]) * Math.tanh(r + c[2]));
      const [y] = await on('cpu', () => valueAndGradients(layer, one, false)()[0]);
      assertClose(y.values, [expected], 1e-6, layer.name);
    }
  });

  it('refuse shapes that do not fit, naming them', async () => {
    await prepareBackend({ backend: 'cpu' });
    tf.tidy(() => {
      const weights = { input: tf.ones([6, 3]), hidden: tf.ones([6, 2]), inputBias: tf.ones([6]), hiddenBias: tf.ones([6]) };
      const lengths = tf.tensor1d([1], 'int32');
      assert.throws(() => gru(tf.ones([1, 4, 5]), lengths, weights), /gru: x \[1,4,5\], lengths and weights \[1\], \[6,3\]/);
      assert.throws(() => gru(tf.ones([2, 4, 3]), lengths, weights), /gru: x \[2,4,3\]/);
      assert.throws(() => lstm(tf.ones([1, 4, 3]), lengths, weights), /\[4 hidden, in\]/);
    });
  });
});

for (const backend of ['torch', 'wasm'] as BackendName[]) {
  describe(`recurrent operations on ${backend} against those composed on cpu`, () => {
    if (backend === 'torch') before(async function () { await needsTorch(this); });

    for (const layer of layers) {
      for (const one of cases) {
        for (const reverse of [false, true]) {
          it(`${layer.name} ${one.name}${reverse ? ', reversed' : ''}`, async () => {
            const expected = await on('cpu', valueAndGradients(layer, one, reverse));
            const before = tf.memory().numTensors;
            assertSame(await on(backend, valueAndGradients(layer, one, reverse)), expected, 2e-5);
            assert.equal(tf.memory().numTensors, before, 'tensors left behind');
          });
        }
      }
    }
  });
}

describe('recurrent operations on torch', () => {
  before(async function () { await needsTorch(this); });

  for (const layer of layers) {
    it(`${layer.name}: padding changes nothing, whatever it holds, and comes out as 0`, async () => {
      await prepareBackend({ backend: 'torch', quiet: true });
      const one: Case = { name: '', n: 6, inputs: 3, hidden: 5, lengths: [4, 2] };
      const [x, ...rest] = inputs(layer, one);
      const short = (sequence: number, length: number): TensorValues => ({ ...x, shape: [1, length, 3], values: x.values.slice(sequence * 18, sequence * 18 + length * 3) });
      tf.tidy(() => {
        const [w, u, b, c] = rest.map(toTensor);
        for (const reverse of [false, true]) {
          const y = apply(layer, one, reverse)(toTensor(x), w, u, b, c).dataSync();
          one.lengths.forEach((length, i) => {
            const alone = apply(layer, { ...one, lengths: [length] }, reverse)(toTensor(short(i, length)), w, u, b, c).dataSync();
            assertClose(y.slice(i * 30, i * 30 + length * 5), alone, 1e-6, `sequence ${i}`);
            assert.ok(y.slice(i * 30 + length * 5, (i + 1) * 30).every((value) => value === 0));
          });
        }
      });
    });

    it(`${layer.name}: saturated gates stay finite and exact`, async () => {
      const one: Case = { name: '', n: 2, inputs: 1, hidden: 1, lengths: [2] };
      const bias = (layer.gates === 3 ? [200, -200, 200] : [200, -200, 200, 200]).map((value) => value);
      const [y] = await on('torch', () => apply(layer, one, false)(tf.zeros([1, 2, 1]), tf.zeros([layer.gates, 1]), tf.zeros([layer.gates, 1]), tf.tensor1d(bias), tf.zeros([layer.gates])));
      // The GRU's state becomes n = 1 each step; the LSTM forgets all and takes in 1.
      assertClose(y.values, layer.gates === 3 ? [1, 1] : [Math.tanh(1), Math.tanh(1)], 1e-7, 'h');
    });

    it(`${layer.name}: the same bits with one thread and two`, async () => {
      const rows = layer.gates * 33;
      const one: Case = { name: '', n: 9, inputs: rows, hidden: 33, lengths: [9, 4, 7, 0, 9, 3, 8, 1, 6, 2, 5] };
      // With W = 1 the products of x and of its gradient are exact in any order, so that only the recurrent loops can differ.
      const run = (): number[][] => tf.tidy(() => {
        const [x, , u, b, c] = inputs(layer, one).map(toTensor);
        const f = (given: tf.Tensor): tf.Tensor => apply(layer, one, true)(given, tf.eye(rows), u, b, c);
        return [f(x), tf.grad((given: tf.Tensor) => weighted(f(given)))(x)].map((tensor) => Array.from(tensor.dataSync()));
      });
      await prepareBackend({ backend: 'torch', quiet: true, threads: 1 });
      const single = run();
      await prepareBackend({ backend: 'torch', quiet: true, threads: 2 });
      assert.deepEqual(run(), single);
    });
  }

  it('σ and tanh to single precision, over their whole range', async () => {
    const points = Float32Array.from({ length: 2001 }, (_, i) => ((i - 1000) / 1000) ** 3 * 100);
    // One step from 0 of a GRU, h = (1 − z) ∘ n: z = 0 leaves tanh(x), n = 1 leaves σ(−x). 16 alike make whole vectors.
    const step = (weights: number[], biases: number[]) => (): tf.Tensor => {
      const blocks = (values: number[]): Float32Array => Float32Array.from(values.flatMap((value) => new Array<number>(16).fill(value)));
      const parameters = { input: tf.tensor2d(blocks(weights), [48, 1]), hidden: tf.zeros([48, 16]), inputBias: tf.tensor1d(blocks(biases)), hiddenBias: tf.zeros([48]) };
      return gru(tf.tensor3d(points, [points.length, 1, 1]), tf.ones([points.length], 'int32'), parameters);
    };
    const expected = (f: (x: number) => number): number[] => Array.from(points).flatMap((x) => new Array<number>(16).fill(f(x)));
    const [tanh] = await on('torch', step([0, 0, 1], [0, -200, 0]));
    assertClose(tanh.values, expected(Math.tanh), 1.5e-7, 'tanh');
    const [sigmoid] = await on('torch', step([0, 1, 0], [0, 0, 200]));
    assertClose(sigmoid.values, expected((x) => 1 / (1 + Math.exp(x))), 1.5e-7, 'σ(−x)');
  });

  it('refuses a length beyond the padded one', async () => {
    await prepareBackend({ backend: 'torch', quiet: true });
    const layer = layers[0];
    const one: Case = { name: '', n: 3, inputs: 2, hidden: 2, lengths: [4] };
    tf.tidy(() => {
      const [x, w, u, b, c] = inputs(layer, one).map(toTensor);
      assert.throws(() => apply(layer, one, false)(x, w, u, b, c), /a length of 4 in a batch padded to 3/);
    });
  });
});
