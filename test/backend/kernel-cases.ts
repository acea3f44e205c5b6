import * as tf from '@tensorflow/tfjs';
import type { BackendName } from '../../lib/backend';
import { given, type Samples, type TensorValues } from './support';

export interface KernelCase {
  name: string;
  inputs: (s: Samples) => TensorValues[];
  run: (...tensors: tf.Tensor[]) => tf.Tensor | tf.Tensor[];
  /** How far from plain cpu; 1e-5 by default. */
  tolerance?: number;
  /** Where a backend's own kernel is known to differ from cpu's, and how; not ours to mend, since nothing here relies on it. */
  differs?: Partial<Record<BackendName, string>>;
}

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;
type Unary = (x: tf.Tensor) => tf.Tensor;

/** Shapes that broadcast: equal, a row, a column, a scalar, both ways, and nothing at all. */
const broadcasts: Array<[number[], number[]]> = [[[3, 4], [3, 4]], [[2, 3, 4], [4]], [[3, 1], [1, 5]], [[], [2, 3]], [[2, 3], []], [[], []], [[0, 4], [4]]];

const arithmetic: Record<string, Binary> = {
  Add: tf.add, Sub: tf.sub, Multiply: tf.mul, Maximum: tf.maximum, Minimum: tf.minimum, SquaredDifference: tf.squaredDifference,
};
const comparisons: Record<string, Binary> = {
  Equal: tf.equal, NotEqual: tf.notEqual, Greater: tf.greater, GreaterEqual: tf.greaterEqual, Less: tf.less, LessEqual: tf.lessEqual,
};
/** Functions of one tensor with the interval on which they are defined. */
const unary: Record<string, [Unary, number, number]> = {
  Neg: [tf.neg, -3, 3], Exp: [tf.exp, -3, 3], Expm1: [tf.expm1, -1, 1], Log: [tf.log, 0, 5], Log1p: [tf.log1p, -0.9, 5], Sqrt: [tf.sqrt, 0, 9],
  Rsqrt: [tf.rsqrt, 0.1, 9], Square: [tf.square, -3, 3], Reciprocal: [tf.reciprocal, 0.5, 3], Erf: [tf.erf, -3, 3], Tanh: [tf.tanh, -3, 3],
  Sigmoid: [tf.sigmoid, -6, 6], Relu: [tf.relu, -2, 2], Relu6: [tf.relu6, -3, 9], LeakyRelu: [(x) => tf.leakyRelu(x, 0.1), -3, 3],
  Elu: [tf.elu, -3, 3], Selu: [tf.selu, -3, 3], Softplus: [tf.softplus, -9, 9], Abs: [tf.abs, -3, 3], Sign: [tf.sign, -3, 3],
  Floor: [tf.floor, -3, 3], Ceil: [tf.ceil, -3, 3], Round: [tf.round, -3, 3], Sin: [tf.sin, -6, 6], Cos: [tf.cos, -6, 6], Tan: [tf.tan, -1, 1],
  Asin: [tf.asin, -1, 1], Acos: [tf.acos, -1, 1], Atan: [tf.atan, -3, 3], Sinh: [tf.sinh, -2, 2], Cosh: [tf.cosh, -2, 2], Asinh: [tf.asinh, -3, 3],
  Acosh: [tf.acosh, 1, 4], Atanh: [tf.atanh, -0.9, 0.9], Step: [(x) => tf.step(x, 0.5), -2, 2], ClipByValue: [(x) => tf.clipByValue(x, -0.5, 0.7), -2, 2],
  LogSigmoid: [tf.logSigmoid, -5, 5],
};
const reductions: Record<string, (x: tf.Tensor, axis?: number | number[], keep?: boolean) => tf.Tensor> = {
  Sum: tf.sum, Mean: tf.mean, Max: tf.max, Min: tf.min, Prod: tf.prod,
};
const axes: Array<[number | number[] | undefined, boolean]> = [[undefined, false], [0, false], [-1, true], [[0, 2], false], [[1, 2], true]];

const nonFinite = given([NaN, Infinity, -Infinity, 0, -0, 1.5]);

export const kernelCases: KernelCase[] = [
  ...Object.entries(arithmetic).flatMap(([name, run]) => [
    ...broadcasts.map(([a, b]) => ({ name: `${name} [${a}] [${b}]`, inputs: (s: Samples) => [s.floats(a), s.floats(b)], run })),
    { name: `${name} int32`, inputs: (s: Samples) => [s.integers([3, 4]), s.integers([4])], run },
  ]),
  ...broadcasts.map(([a, b]) => ({ name: `RealDiv [${a}] [${b}]`, inputs: (s: Samples) => [s.floats(a), s.floats(b, 1, 3)], run: tf.div as Binary })),
  { name: 'RealDiv by zero', inputs: () => [given([1, -1, 0]), given([0, 0, 0])], run: tf.div },
  { name: 'int32 division', inputs: (s) => [s.integers([8], -20, 20), s.integers([8], 1, 5)], run: tf.div },
  { name: 'FloorDiv int32, also by zero', inputs: () => [given([7, -7, 7, -7, 5], [5], 'int32'), given([2, 2, -2, -2, 0], [5], 'int32')], run: tf.floorDiv, differs: { wasm: 'x / 0 is the smallest integer', tensorflow: 'x / 0 is an error' } },
  { name: 'Mod', inputs: (s) => [s.floats([3, 4], -9, 9), s.floats([4], 0.5, 4)], run: tf.mod },
  { name: 'Mod int32, negative and by zero', inputs: () => [given([7, -7, 7, -7, 5], [5], 'int32'), given([3, 3, -3, -3, 0], [5], 'int32')], run: tf.mod, differs: { wasm: 'x mod 0 traps', tensorflow: 'x mod 0 is an error' } },
  { name: 'Pow', inputs: (s) => [s.floats([3, 4], 0.1, 3), s.floats([4], -2, 2)], run: tf.pow as Binary },
  { name: 'Pow int32', inputs: (s) => [s.integers([6], -3, 4), s.integers([6], 0, 4)], run: tf.pow as Binary },
  { name: 'Atan2', inputs: (s) => [s.floats([3, 4]), s.floats([4])], run: tf.atan2 as Binary },
  { name: 'Multiply bool', inputs: (s) => [s.booleans([6]), s.booleans([6])], run: tf.mul, differs: { tensorflow: 'it multiplies no booleans' } },
  { name: 'mixed int32 and float32', inputs: (s) => [s.integers([3, 4]), s.floats([4])], run: tf.add },
  { name: 'Maximum of NaN', inputs: () => [nonFinite, given([1, 1, 1, 1, 1, NaN])], run: tf.maximum, differs: { wasm: 'the maximum of a number and NaN is the number' } },
  { name: 'AddN', inputs: (s) => [s.floats([3]), s.floats([3]), s.floats([3])], run: (...tensors) => tf.addN(tensors) },
  { name: 'divNoNan', inputs: () => [given([1, 2, 0]), given([0, 4, 0])], run: tf.divNoNan },

  ...Object.entries(comparisons).flatMap(([name, run]) => [
    { name: `${name} float32`, inputs: (s: Samples) => [s.integers([3, 4], 0, 3), s.floats([4], 0, 2)], run },
    { name: `${name} int32`, inputs: (s: Samples) => [s.integers([3, 4], 0, 3), s.integers([4], 0, 3)], run },
    { name: `${name} NaN`, inputs: () => [nonFinite, given([NaN, Infinity, 0, 0, 0, 2])], run },
  ]),
  { name: 'LogicalAnd', inputs: (s) => [s.booleans([3, 4]), s.booleans([4])], run: tf.logicalAnd },
  { name: 'LogicalOr', inputs: (s) => [s.booleans([3, 4]), s.booleans([4])], run: tf.logicalOr },
  { name: 'LogicalXor', inputs: (s) => [s.booleans([3, 4]), s.booleans([3, 4])], run: tf.logicalXor },
  { name: 'BitwiseAnd', inputs: (s) => [s.integers([3, 4]), s.integers([3, 4])], run: tf.bitwiseAnd },
  { name: 'LogicalNot', inputs: (s) => [s.booleans([7])], run: tf.logicalNot },

  ...Object.entries(unary).flatMap(([name, [run, low, high]]) => [
    { name, inputs: (s: Samples) => [s.floats([3, 5], low, high)], run, tolerance: 2e-5 },
    { name: `${name} of nothing`, inputs: (s: Samples) => [s.floats([0, 3], low, high)], run },
    { name: `${name} of a scalar`, inputs: (s: Samples) => [s.floats([], low, high)], run, tolerance: 2e-5 },
  ]),
  ...['Abs', 'Neg', 'Square', 'Sign', 'Relu'].map((name) => ({ name: `${name} int32`, inputs: (s: Samples) => [s.integers([7])], run: unary[name][0] })),
  { name: 'Round halves to even', inputs: () => [given([0.5, 1.5, 2.5, -0.5, -1.5])], run: tf.round },
  { name: 'IsNan', inputs: () => [nonFinite], run: tf.isNaN },
  { name: 'IsInf', inputs: () => [nonFinite], run: tf.isInf },
  { name: 'IsFinite', inputs: () => [nonFinite], run: tf.isFinite },
  { name: 'Relu of NaN and infinities', inputs: () => [nonFinite], run: tf.relu },
  { name: 'Prelu', inputs: (s) => [s.floats([3, 4]), s.floats([4], 0, 1)], run: tf.prelu },
  { name: 'Cast float32 to int32', inputs: () => [given([1.9, -1.9, 0.5, 7])], run: (x) => tf.cast(x, 'int32') },
  { name: 'Cast NaN to int32', inputs: () => [given([NaN])], run: (x) => tf.cast(x, 'int32'), differs: { tensorflow: 'NaN is the smallest integer, not 0' } },
  { name: 'Cast float32 to bool', inputs: () => [given([0, 0.5, -1])], run: (x) => tf.cast(x, 'bool') },
  { name: 'Cast int32 to float32', inputs: (s) => [s.integers([5])], run: (x) => tf.cast(x, 'float32') },
  { name: 'Cast bool to int32', inputs: (s) => [s.booleans([5])], run: (x) => tf.cast(x, 'int32') },
  { name: 'Where', inputs: (s) => [s.booleans([3, 4]), s.floats([3, 4]), s.floats([3, 4])], run: (c, a, b) => tf.where(c, a, b) },
  { name: 'Where, broadcast', inputs: (s) => [s.booleans([4]), s.floats([3, 4]), s.floats([])], run: (c, a, b) => tf.where(c, a, b) },

  ...Object.entries(reductions).flatMap(([name, run]) => [
    ...axes.map(([axis, keep]) => ({ name: `${name} over ${axis}${keep ? ', kept' : ''}`, inputs: (s: Samples) => [s.floats([2, 3, 4])], run: (x: tf.Tensor) => run(x, axis, keep) })),
    { name: `${name} int32`, inputs: (s: Samples) => [s.integers([3, 4])], run: (x: tf.Tensor) => run(x, 1) },
    { name: `${name} of a scalar`, inputs: (s: Samples) => [s.floats([])], run: (x: tf.Tensor) => run(x) },
  ]),
  { name: 'Sum over no axis', inputs: (s) => [s.floats([2, 3])], run: (x) => tf.sum(x, []) },
  { name: 'Sum of nothing', inputs: (s) => [s.floats([0, 3])], run: (x) => tf.sum(x, 0) },
  { name: 'Sum of nothing, in memory that was freed', inputs: (s) => [s.floats([0, 16]), s.floats([16], 1, 9)], run: (x, y) => { tf.dispose(Array.from({ length: 20 }, () => tf.add(y, 6))); return tf.sum(x, 0); } },
  { name: 'Sum bool', inputs: (s) => [s.booleans([3, 4])], run: (x) => tf.sum(x, 0) },
  { name: 'All', inputs: (s) => [s.booleans([3, 2])], run: (x) => [tf.all(x), tf.all(x, 1), tf.all(x, 0, true)] },
  { name: 'Any', inputs: (s) => [s.booleans([3, 2])], run: (x) => [tf.any(x), tf.any(x, 1), tf.any(x, 0, true)] },
  { name: 'ArgMax with ties', inputs: () => [given([1, 3, 3, 0, 0, 0], [2, 3])], run: (x) => [tf.argMax(x, 1), tf.argMax(x, 0)] },
  { name: 'ArgMin with ties', inputs: () => [given([3, 1, 1, 0, 0, 0], [2, 3])], run: (x) => [tf.argMin(x, 1), tf.argMin(x, 0)] },
  { name: 'ArgMax int32', inputs: (s) => [s.integers([4, 5])], run: (x) => tf.argMax(x, -1) },
  ...[0, 1, 2].flatMap((axis) => [[false, false], [true, false], [false, true], [true, true]].map(([exclusive, reverse]) => ({
    name: `Cumsum and Cumprod over ${axis}${exclusive ? ', exclusive' : ''}${reverse ? ', reverse' : ''}`,
    inputs: (s: Samples) => [s.floats([2, 3, 4])],
    run: (x: tf.Tensor) => [tf.cumsum(x, axis, exclusive, reverse), tf.cumprod(x, axis, exclusive, reverse)],
  }))),
  { name: 'Cumsum int32', inputs: (s) => [s.integers([5])], run: (x) => tf.cumsum(x) },
  { name: 'Softmax', inputs: (s) => [s.floats([2, 3, 5], -9, 9)], run: (x) => tf.softmax(x) },
  { name: 'LogSoftmax', inputs: (s) => [s.floats([3, 5], -9, 9)], run: (x) => tf.logSoftmax(x) },
  { name: 'LogSumExp', inputs: (s) => [s.floats([3, 5], -9, 9)], run: (x) => tf.logSumExp(x, 1) },
  { name: 'TopK with ties', inputs: () => [given([1, 3, 3, 2, 5, 5, 5, 0], [2, 4])], run: (x) => Object.values(tf.topk(x, 3)) },
  { name: 'moments', inputs: (s) => [s.floats([3, 5])], run: (x) => Object.values(tf.moments(x, -1)) },
];
