import * as tf from '@tensorflow/tfjs';
import type { KernelCase } from './kernel-cases';
import { given, Samples, type TensorValues } from './support';

interface Drawn {
  inputs: TensorValues[];
  run: (...tensors: tf.Tensor[]) => tf.Tensor | tf.Tensor[];
  tolerance?: number;
}

type Dtype = TensorValues['dtype'];

const times = 4;

/** Two shapes that broadcast to one: either may lack leading axes, and have 1 where the other has more. */
function broadcastable(s: Samples, least = 0): [number[], number[]] {
  const whole = s.shape(0, 4, least, 4);
  const part = (): number[] => whole.slice(s.between(0, whole.length)).map((size) => (s.below(3) === 0 ? 1 : size));
  return s.below(2) ? [whole, part()] : [part(), whole];
}

const axisOf = (s: Samples, shape: number[]): number => s.between(-shape.length, shape.length - 1);

/** Some axes, in any order, maybe from the back; none now and then. */
function someAxes(s: Samples, rank: number): number[] {
  return s.order(rank).slice(0, s.between(rank > 1 ? 1 : 0, rank)).map((axis) => (s.below(2) ? axis : axis - rank));
}

const binary = (run: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, dtypes: Dtype[]) => (s: Samples): Drawn => {
  const [a, b] = broadcastable(s);
  const dtype = s.pick(dtypes);
  return { inputs: [s.of(dtype, a), s.of(dtype, b)], run: (x, y) => run(x, y) };
};

const unary = (run: (x: tf.Tensor) => tf.Tensor, low: number, high: number) => (s: Samples): Drawn =>
  ({ inputs: [s.floats(s.shape(0, 4, 0), low, high)], run: (x) => run(x), tolerance: 2e-5 });

const reduction = (run: (x: tf.Tensor, axes: number[], keep: boolean) => tf.Tensor, dtypes: Dtype[]) => (s: Samples): Drawn => {
  const shape = s.shape(0, 4);
  const axes = someAxes(s, shape.length);
  const keep = s.below(2) === 1;
  return { inputs: [s.of(s.pick(dtypes), shape)], run: (x) => run(x, axes, keep) };
};

const anyType: Dtype[] = ['float32', 'int32', 'bool'];
const numeric: Dtype[] = ['float32', 'int32'];

const families: Record<string, (s: Samples) => Drawn> = {
  Add: binary(tf.add, numeric), Sub: binary(tf.sub, numeric), Multiply: binary(tf.mul, numeric), Maximum: binary(tf.maximum, numeric), Minimum: binary(tf.minimum, numeric),
  SquaredDifference: binary(tf.squaredDifference, numeric), Equal: binary(tf.equal, anyType), NotEqual: binary(tf.notEqual, anyType), Less: binary(tf.less, numeric),
  LessEqual: binary(tf.lessEqual, numeric), Greater: binary(tf.greater, numeric), GreaterEqual: binary(tf.greaterEqual, numeric),
  LogicalAnd: binary(tf.logicalAnd, ['bool']), LogicalOr: binary(tf.logicalOr, ['bool']),
  RealDiv: (s) => { const [a, b] = broadcastable(s); return { inputs: [s.floats(a), s.floats(b, 0.5, 3)], run: (x, y) => tf.div(x, y) }; },
  FloorDiv: (s) => { const [a, b] = broadcastable(s); return { inputs: [s.integers(a, -20, 20), s.integers(b, 1, 5)], run: (x, y) => tf.floorDiv(x, y) }; },
  Pow: (s) => { const [a, b] = broadcastable(s); return { inputs: [s.floats(a, 0.3, 2), s.floats(b)], run: (x, y) => tf.pow(x, y), tolerance: 2e-5 }; },
  Select: (s) => { const shape = s.shape(0, 4, 0); return { inputs: [s.booleans(shape), s.floats(shape), s.floats(shape)], run: (c, a, b) => tf.where(c, a, b) }; },
  Cast: (s) => { const to = s.pick(anyType); return { inputs: [s.of(s.pick(anyType), s.shape(0, 4, 0))], run: (x) => tf.cast(x, to) }; },

  Exp: unary(tf.exp, -3, 3), Log: unary(tf.log, 0.1, 5), Sqrt: unary(tf.sqrt, 0, 9), Tanh: unary(tf.tanh, -3, 3), Sigmoid: unary(tf.sigmoid, -6, 6), Relu: unary(tf.relu, -2, 2),
  Erf: unary(tf.erf, -3, 3), Abs: unary(tf.abs, -3, 3), Neg: unary(tf.neg, -3, 3), Square: unary(tf.square, -3, 3), Round: unary(tf.round, -3, 3), Softplus: unary(tf.softplus, -9, 9),

  Sum: reduction(tf.sum, anyType), Mean: reduction(tf.mean, ['float32']), Max: reduction(tf.max, numeric), Min: reduction(tf.min, numeric), Prod: reduction(tf.prod, numeric),
  All: reduction(tf.all, ['bool']), Any: reduction(tf.any, ['bool']),
  ArgMax: (s) => { const shape = s.shape(1, 4); const axis = axisOf(s, shape); return { inputs: [s.of(s.pick(numeric), shape)], run: (x) => [tf.argMax(x, axis), tf.argMin(x, axis)] }; },
  Cumsum: (s) => {
    const shape = s.shape(1, 4);
    // tfjs counts the axis from the front only.
    const [axis, exclusive, reverse] = [s.below(shape.length), s.below(2) === 1, s.below(2) === 1];
    return { inputs: [s.of(s.pick(numeric), shape)], run: (x) => tf.cumsum(x, axis, exclusive, reverse) };
  },
  Softmax: (s) => ({ inputs: [s.floats(s.shape(1, 4), -9, 9)], run: (x) => [tf.softmax(x), tf.logSoftmax(x)] }),
  TopK: (s) => { const shape = s.shape(1, 3); const k = s.between(1, shape[shape.length - 1]); return { inputs: [s.of(s.pick(numeric), shape)], run: (x) => Object.values(tf.topk(x, k)) }; },
  Unique: (s) => ({ inputs: [s.integers([s.between(1, 12)], 0, 4)], run: (x) => Object.values(tf.unique(x)) }),

  Transpose: (s) => { const shape = s.shape(0, 5, 0); const perm = s.order(shape.length); return { inputs: [s.of(s.pick(anyType), shape)], run: (x) => tf.transpose(x, perm) }; },
  Concat: (s) => {
    const shape = s.shape(1, 4);
    const axis = axisOf(s, shape);
    const dtype = s.pick(anyType);
    const inputs = Array.from({ length: s.between(1, 4) }, () => s.of(dtype, shape.map((size, i) => (i === (axis + shape.length) % shape.length ? s.between(0, 3) : size))));
    return { inputs, run: (...x) => tf.concat(x, axis) };
  },
  Pack: (s) => {
    const shape = s.shape(0, 3);
    const axis = s.between(0, shape.length);
    const dtype = s.pick(anyType);
    return { inputs: Array.from({ length: s.between(1, 4) }, () => s.of(dtype, shape)), run: (...x) => [tf.stack(x, axis), ...tf.unstack(tf.stack(x, axis), axis)] };
  },
  SplitV: (s) => {
    const parts = [s.between(1, 3), s.between(1, 3), s.between(1, 3)];
    const shape = s.shape(1, 3);
    const axis = s.below(shape.length);
    shape[axis] = parts[0] + parts[1] + parts[2];
    return { inputs: [s.of(s.pick(anyType), shape)], run: (x) => tf.split(x, parts, axis) };
  },
  Slice: (s) => {
    const shape = s.shape(1, 4);
    const begin = shape.map((size) => s.below(size));
    const size = shape.map((all, i) => s.between(0, all - begin[i]));
    return { inputs: [s.of(s.pick(anyType), shape)], run: (x) => tf.slice(x, begin, size) };
  },
  StridedSlice: (s) => {
    const shape = s.shape(1, 4, 1, 6);
    const strides = shape.map(() => s.pick([1, 2, 3, -1, -2]));
    const [begin, end] = [shape.map((size) => s.between(-size, size - 1)), shape.map((size) => s.between(-size, size))];
    return { inputs: [s.of(s.pick(numeric), shape)], run: (x) => tf.stridedSlice(x, begin, end, strides) };
  },
  PadV2: (s) => {
    const shape = s.shape(1, 4);
    const paddings = shape.map(() => [s.below(3), s.below(3)] as [number, number]);
    return { inputs: [s.of(s.pick(numeric), shape)], run: (x) => tf.pad(x, paddings, 3) };
  },
  Tile: (s) => { const shape = s.shape(1, 3); const reps = shape.map(() => s.between(1, 3)); return { inputs: [s.of(s.pick(numeric), shape)], run: (x) => tf.tile(x, reps) }; },
  Reverse: (s) => { const shape = s.shape(1, 4); const axes = someAxes(s, shape.length); return { inputs: [s.of(s.pick(numeric), shape)], run: (x) => tf.reverse(x, axes) }; },
  Reshape: (s) => { const shape = s.shape(0, 4, 0); return { inputs: [s.of(s.pick(anyType), shape)], run: (x) => tf.reshape(x, [...shape].reverse()) }; },

  BatchMatMul: (s) => {
    const [rows, inner, columns] = [s.between(1, 5), s.between(1, 5), s.between(1, 5)];
    const batch = s.shape(0, 2, 1, 3);
    const [ta, tb] = [s.below(2) === 1, s.below(2) === 1];
    return {
      inputs: [s.floats([...batch, ...(ta ? [inner, rows] : [rows, inner])]), s.floats([...batch, ...(tb ? [columns, inner] : [inner, columns])])],
      run: (a, b) => tf.matMul(a, b, ta, tb),
    };
  },
  Einsum: (s) => {
    const size: Record<string, number> = { b: s.between(1, 3), i: s.between(1, 4), j: s.between(1, 4), k: s.between(1, 4) };
    const letters = (from: string): string => s.order(from.length).map((i) => from[i]).join('');
    const [left, right, out] = [letters('bij'), letters('bjk'), letters('bik')];
    const shape = (term: string): number[] => Array.from(term, (letter) => size[letter]);
    return { inputs: [s.floats(shape(left)), s.floats(shape(right))], run: (a, b) => tf.einsum(`${left},${right}->${out}`, a, b) };
  },
  GatherV2: (s) => {
    const shape = s.shape(1, 4);
    const axis = s.below(shape.length);
    const indices = s.shape(0, 2, 1, 4);
    return { inputs: [s.of(s.pick(numeric), shape), s.integers(indices, 0, shape[axis])], run: (x, i) => tf.gather(x, i as tf.Tensor1D, axis) };
  },
  GatherNd: (s) => {
    const shape = s.shape(1, 4);
    const depth = s.between(1, shape.length);
    const rows = s.between(1, 5);
    const values = Array.from({ length: rows }, () => shape.slice(0, depth).map((size) => s.below(size))).flat();
    return { inputs: [s.of(s.pick(numeric), shape), given(values, [rows, depth], 'int32')], run: (x, i) => tf.gatherND(x, i) };
  },
  ScatterNd: (s) => {
    const shape = s.shape(1, 3);
    const depth = s.between(1, shape.length);
    const rows = s.between(1, 5);
    const values = Array.from({ length: rows }, () => shape.slice(0, depth).map((size) => s.below(size))).flat();
    return { inputs: [given(values, [rows, depth], 'int32'), s.of(s.pick(numeric), [rows, ...shape.slice(depth)])], run: (i, u) => tf.scatterND(i, u, shape) };
  },
  UnsortedSegmentSum: (s) => {
    const rows = s.between(1, 6);
    const segments = s.between(1, 4);
    return { inputs: [s.floats([rows, ...s.shape(0, 2)]), s.integers([rows], 0, segments)], run: (x, i) => tf.unsortedSegmentSum(x, i as tf.Tensor1D, segments) };
  },
  OneHot: (s) => { const depth = s.between(1, 5); return { inputs: [s.integers(s.shape(0, 3), 0, depth)], run: (i) => tf.oneHot(i, depth) }; },
  Range: (s) => { const [from, step, n] = [s.between(-5, 5), s.pick([1, 2, -3]), s.between(1, 6)]; return { inputs: [], run: () => [tf.range(from, from + n * step, step), tf.linspace(from, n, n)] }; },

  Conv2D: (s) => {
    const dilation = s.between(1, 2);
    const stride = dilation > 1 ? 1 : s.between(1, 2);
    const pad = s.pick(['same', 'valid'] as const);
    const filter = [s.between(1, 2), s.between(1, 3), s.between(1, 3), s.between(1, 3)];
    const x = s.floats([s.between(1, 2), s.between(4, 7), s.between(5, 8), filter[2]]);
    const convolve = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad, 'NHWC', dilation);
    return { inputs: [x, s.floats(filter)], run: (x, w) => [convolve(x, w), ...tf.grads((a, b) => tf.sum(tf.sin(convolve(a, b))))([x, w])], tolerance: 2e-5 };
  },
  MaxPool: (s) => {
    const [size, stride] = [s.between(1, 3), s.between(1, 2)];
    const pools = (x: tf.Tensor): tf.Tensor[] => (['same', 'valid'] as const).flatMap((pad) => [tf.maxPool(x as tf.Tensor4D, size, stride, pad), tf.avgPool(x as tf.Tensor4D, size, stride, pad)]);
    const gradient = tf.grad((x) => tf.sum(tf.sin(tf.add(tf.maxPool(x as tf.Tensor4D, size, stride, 'valid'), tf.avgPool(x as tf.Tensor4D, size, stride, 'valid')))));
    return { inputs: [s.floats([2, s.between(3, 6), s.between(3, 6), 2])], run: (x) => [...pools(x), gradient(x)], tolerance: 2e-5 };
  },
};

/** Each family on shapes, types and attributes drawn anew: scalars, empty tensors and several axes among them. */
export const randomCases: KernelCase[] = Object.entries(families).flatMap(([family, draw]) =>
  Array.from({ length: times }, (_, i) => {
    const name = `${family}, drawn ${i + 1}`;
    const { inputs, run, tolerance } = draw(Samples.named(name));
    return { name, inputs: () => inputs, run, tolerance };
  }));
