import * as tf from '@tensorflow/tfjs';
import { prepareBackend } from '../../lib/backend';
import { gradients as registered } from '../../lib/backend/gradients';
import { assertClose, given, needs, needsTorch, Samples, toTensor, type TensorValues, whereBuilt } from './support';

interface GradientCase {
  name: string;
  inputs: (s: Samples) => TensorValues[];
  run: (...tensors: tf.Tensor[]) => tf.Tensor;
}

const ids = (values: number[], shape: number[] = [values.length]): tf.Tensor1D => tf.tensor<tf.Rank>(values, shape, 'int32') as tf.Tensor1D;
const awayFromZero = (s: Samples, shape: number[]): TensorValues => ({ ...s.floats(shape, 0.3, 2), values: s.floats(shape, 0.3, 2).values.map((x) => (s.below(2) ? x : -x)) });

const unary: Record<string, [(x: tf.Tensor) => tf.Tensor, number, number]> = {
  exp: [tf.exp, -1, 1], log: [tf.log, 0.5, 3], log1p: [tf.log1p, 0, 3], sqrt: [tf.sqrt, 0.5, 3], rsqrt: [tf.rsqrt, 0.5, 3], square: [tf.square, -2, 2],
  tanh: [tf.tanh, -2, 2], sigmoid: [tf.sigmoid, -2, 2], softplus: [tf.softplus, -2, 2], erf: [tf.erf, -2, 2], reciprocal: [tf.reciprocal, 0.5, 2],
  sin: [tf.sin, -2, 2], cos: [tf.cos, -2, 2], neg: [tf.neg, -2, 2], softmax: [(x) => tf.softmax(x), -2, 2], logSoftmax: [(x) => tf.logSoftmax(x), -2, 2],
  logSigmoid: [tf.logSigmoid, -2, 2], logSumExp: [(x) => tf.logSumExp(x, 1), -2, 2],
};

const cases: GradientCase[] = [
  ...Object.entries(unary).map(([name, [run, low, high]]) => ({ name, inputs: (s: Samples) => [s.floats([3, 4], low, high)], run })),
  ...(['relu', 'relu6', 'abs', 'elu', 'selu', 'leakyRelu'] as const).map((name) => ({ name, inputs: (s: Samples) => [awayFromZero(s, [3, 4])], run: (x: tf.Tensor): tf.Tensor => tf[name](x) })),
  ...([[[3, 4], [3, 4]], [[2, 3, 4], [4]], [[3, 1], [1, 4]], [[], [3]]] as Array<[number[], number[]]>).flatMap(([a, b]) =>
    (['add', 'sub', 'mul', 'div', 'squaredDifference', 'maximum', 'minimum', 'atan2'] as const).map((name) => ({
      name: `${name} [${a}] [${b}]`, inputs: (s: Samples) => [s.floats(a, 0.5, 1.4), s.floats(b, 1.5, 3)], run: (x: tf.Tensor, y: tf.Tensor) => tf[name](x, y),
    }))),
  { name: 'maximum, either side', inputs: (s) => [awayFromZero(s, [3, 4]), given([0])], run: (x, y) => tf.maximum(x, y) },
  { name: 'pow', inputs: (s) => [s.floats([3, 4], 0.5, 2), s.floats([4])], run: (x, y) => tf.pow(x, y) },
  { name: 'where', inputs: (s) => [s.floats([4]), s.floats([4])], run: (x, y) => tf.where(tf.tensor1d([1, 0, 1, 0], 'bool'), x, y) },
  { name: 'sum, mean', inputs: (s) => [s.floats([2, 3, 4])], run: (x) => tf.add(tf.sum(x, [0, 2]), tf.mean(x, [0, 2])) },
  { name: 'max, min', inputs: (s) => [s.floats([3, 5])], run: (x) => tf.add(tf.max(x, 1), tf.min(x, 1)) },
  { name: 'prod', inputs: (s) => [s.floats([3, 4], 0.5, 2)], run: (x) => tf.prod(x, 1) },
  ...[0, 1, 2].flatMap((axis) => [[false, false], [true, true]].flatMap(([exclusive, reverse]) => [
    { name: `cumsum over ${axis}${exclusive ? ', exclusive and reverse' : ''}`, inputs: (s: Samples) => [s.floats([2, 3, 4])], run: (x: tf.Tensor) => tf.cumsum(x, axis, exclusive, reverse) },
    { name: `cumprod over ${axis}${exclusive ? ', exclusive and reverse' : ''}`, inputs: (s: Samples) => [s.floats([2, 3, 4], 0.5, 1.5)], run: (x: tf.Tensor) => tf.cumprod(x, axis, exclusive, reverse) },
  ])),
  ...[[false, false], [true, false], [false, true], [true, true]].map(([ta, tb]) => ({
    name: `matMul${ta ? ', a transposed' : ''}${tb ? ', b transposed' : ''}`, inputs: (s: Samples) => [s.floats(ta ? [2, 5, 4] : [2, 4, 5]), s.floats(tb ? [2, 3, 5] : [2, 5, 3])], run: (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, ta, tb),
  })),
  { name: 'matMul, b broadcast', inputs: (s) => [s.floats([2, 4, 5]), s.floats([1, 5, 3])], run: (a, b) => tf.matMul(a, b) },
  { name: 'matMul, a broadcast and transposed', inputs: (s) => [s.floats([1, 5, 4]), s.floats([3, 5, 2])], run: (a, b) => tf.matMul(a, b, true) },
  { name: 'einsum', inputs: (s) => [s.floats([2, 3, 4]), s.floats([2, 5, 4])], run: (a, b) => tf.einsum('bij,bkj->bik', a, b) },
  { name: 'transpose, reshape', inputs: (s) => [s.floats([2, 3, 4])], run: (x) => tf.reshape(tf.transpose(x, [2, 0, 1]), [4, 6]) },
  { name: 'concat, stack', inputs: (s) => [s.floats([2, 3]), s.floats([2, 3])], run: (a, b) => tf.concat([tf.stack([a, b], 1).reshape([2, 6]), a], 1) },
  { name: 'split, unstack', inputs: (s) => [s.floats([4, 6])], run: (x) => tf.add(tf.mul(tf.split(x, [2, 4], 1)[0], 2), tf.stack(tf.unstack(x, 1).slice(4), 1)) },
  { name: 'split, unstack into one', inputs: (s) => [s.floats([1, 3])], run: (x) => tf.add(tf.split(x, 1, 1)[0], tf.unstack(x, 0)[0]) },
  { name: 'slice, pad, tile, reverse', inputs: (s) => [s.floats([3, 4])], run: (x) => tf.reverse(tf.tile(tf.pad(tf.slice(x, [1, 0], [2, 3]), [[1, 0], [0, 2]]), [1, 2]), 1) },
  { name: 'stridedSlice', inputs: (s) => [s.floats([4, 5])], run: (x) => tf.stridedSlice(x, [3, 0], [0, 5], [-2, 2]) },
  { name: 'stridedSlice that drops an axis', inputs: (s) => [s.floats([4, 5])], run: (x) => tf.stridedSlice(x, [1, 0], [2, 5], [1, 1], 0, 0, 0, 0, 1) },
  { name: 'mirrorPad', inputs: (s) => [s.floats([3, 4])], run: (x) => tf.mirrorPad(x, [[1, 2], [0, 3]], 'reflect') },
  { name: 'broadcastTo', inputs: (s) => [s.floats([1, 4])], run: (x) => tf.broadcastTo(x, [3, 4]) },
  { name: 'gather, one row twice', inputs: (s) => [s.floats([6, 4])], run: (x) => tf.gather(x, ids([1, 3, 3, 0])) },
  { name: 'gather by a matrix on axis 1', inputs: (s) => [s.floats([2, 4, 3])], run: (x) => tf.gather(x, ids([1, 0, 1, 2], [2, 2]), 1) },
  { name: 'gather with batch dimensions', inputs: (s) => [s.floats([2, 3, 4])], run: (x) => tf.gather(x, ids([1, 0, 2, 2], [2, 2]), 1, 1) },
  { name: 'gather with batch dimensions on a later axis', inputs: (s) => [s.floats([2, 3, 4, 2])], run: (x) => tf.gather(x, ids([1, 0, 3, 2], [2, 2]), 2, 1) },
  { name: 'gatherND', inputs: (s) => [s.floats([3, 4, 2])], run: (x) => tf.gatherND(x, ids([0, 1, 2, 2, 0, 1], [3, 2])) },
  { name: 'scatterND', inputs: (s) => [s.floats([3, 2])], run: (u) => tf.scatterND(ids([0, 2, 0], [3, 1]), u, [4, 2]) },
  { name: 'tensorScatterUpdate', inputs: (s) => [s.floats([4, 2]), s.floats([2, 2])], run: (x, u) => tf.tensorScatterUpdate(x, ids([3, 1], [2, 1]), u) },
  { name: 'unsortedSegmentSum', inputs: (s) => [s.floats([3, 2])], run: (x) => tf.unsortedSegmentSum(x, ids([0, 2, 0]), 4) },
  { name: 'bandPart', inputs: (s) => [s.floats([4, 5])], run: (x) => tf.linalg.bandPart(x, 1, 2) },
  ...([[[1, 1], [1, 1], 'same'], [[2, 1], [1, 1], 'valid'], [[1, 1], [2, 1], 'same'], [[1, 1], [1, 2], 'valid']] as Array<[[number, number], [number, number], 'same' | 'valid']>).map(([strides, dilations, pad]) => ({
    name: `conv2d by ${strides}, dilated ${dilations}, ${pad}`, inputs: (s: Samples) => [s.floats([1, 4, 5, 2]), s.floats([2, 2, 2, 2])],
    run: (x: tf.Tensor, w: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad, 'NHWC', dilations),
  })),
  { name: 'conv1d, dilated', inputs: (s) => [s.floats([2, 6, 2]), s.floats([3, 2, 2])], run: (x, w) => tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, 1, 'same', 'NWC', 2) },
  { name: 'maxPool, avgPool', inputs: (s) => [s.floats([1, 4, 4, 2])], run: (x) => tf.add(tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid'), tf.avgPool(x as tf.Tensor4D, 2, 2, 'valid')) },
  { name: 'layer norm of moments', inputs: (s) => [s.floats([4, 6])], run: (x) => { const { mean, variance } = tf.moments(x, -1, true); return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-6))); } },
];

/** The scalar whose gradients are compared: a fixed weighting of the outputs. */
function weighted(y: tf.Tensor): tf.Scalar {
  const weights = tf.tensor(Float32Array.from({ length: y.size }, (_, i) => Math.sin(i + 1)), y.shape);
  return tf.sum(tf.mul(y, weights)).asScalar();
}

function gradients(run: GradientCase['run'], inputs: TensorValues[]): number[][] {
  return tf.tidy(() => tf.grads((...tensors) => weighted(run(...tensors)))(inputs.map(toTensor)).map((gradient, i) => {
    if (gradient.shape.join() !== inputs[i].shape.join()) throw new Error(`the gradient of input ${i} has shape [${gradient.shape}], expected [${inputs[i].shape}]`);
    return Array.from(gradient.dataSync());
  }));
}

/** Central differences of each element of each input. */
function differences(run: GradientCase['run'], inputs: TensorValues[]): number[][] {
  const step = 5e-3;
  const at = (input: number, element: number, shift: number): number => tf.tidy(() => {
    const tensors = inputs.map((given, i) => toTensor(i === input ? { ...given, values: given.values.map((x, j) => (j === element ? x + shift : x)) } : given));
    return weighted(run(...tensors)).dataSync()[0];
  });
  return inputs.map(({ values }, i) => values.map((_, j) => (at(i, j, step) - at(i, j, -step)) / (2 * step)));
}

describe('gradients', () => {
  it('of an einsum that sums an index of one operand alone (which plain cpu cannot compute)', async function () {
    await needsTorch(this);
    await prepareBackend({ backend: 'torch', quiet: true });
    const s = Samples.named('einsum');
    const values = [s.floats([2, 3, 4]), s.floats([5, 4])];
    const run = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.einsum('bij,kj->bk', a, b);
    const expected = differences(run, values);
    gradients(run, values).forEach((gradient, i) => assertClose(gradient, expected[i], 1e-2, `input ${i}`));
  });

  for (const backend of whereBuilt('cpu', 'torch', 'wasm', 'tensorflow')) {
    describe(`on ${backend}, by finite differences${backend === 'cpu' ? '' : ' and as on cpu'}`, () => {
      /** Kernels whose registered gradient was taken. */
      const taken = new Set<string>();
      const originals = registered.map(({ gradFunc }) => gradFunc);
      before(async function () {
        await needs(backend, this);
        await prepareBackend({ backend: 'cpu', quiet: true });
        for (const config of registered) {
          const { kernelName, gradFunc } = config;
          tf.getGradient(kernelName).gradFunc = (...given) => { taken.add(kernelName); return gradFunc(...given); };
        }
      });
      after(() => registered.forEach(({ kernelName }, i) => { const config = tf.getGradient(kernelName); if (config) config.gradFunc = originals[i]; }));

      for (const { name, inputs, run } of cases) {
        it(name, async () => {
          const values = inputs(Samples.named(name));
          await prepareBackend({ backend: 'cpu', quiet: true });
          const onCpu = backend === 'cpu' ? undefined : gradients(run, values);
          await prepareBackend({ backend, quiet: true });
          const expected = differences(run, values);
          const before = tf.memory().numTensors;
          gradients(run, values).forEach((gradient, i) => {
            assertClose(gradient, expected[i], 1e-2, `input ${i}, by differences`);
            if (onCpu) assertClose(gradient, onCpu[i], 2e-5, `input ${i}, against cpu`);
          });
          if (tf.memory().numTensors !== before) throw new Error(`${tf.memory().numTensors - before} tensors left behind`);
        });
      }

      it('takes every gradient that the project registers', () => {
        const untaken = registered.map(({ kernelName }) => kernelName).filter((name) => !taken.has(name));
        if (untaken.length) throw new Error(`no case takes the gradient of ${untaken.join(', ')}`);
      });
    });
  }
});
