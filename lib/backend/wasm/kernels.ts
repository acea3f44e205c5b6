import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { KernelCall, KernelInputs } from '../kernel-call';

/** Replaces or adds the kernels of tfjs's wasm backend that are missing or slow in training. */
export function registerWasmKernels(): void {
  tf.registerKernel({ kernelName: 'UnsortedSegmentSum', backendName: 'wasm', kernelFunc: unsortedSegmentSum });
  mendMatMul();
  mendCast();
  mendStridedSlice();
  mendSum();
  // Its gradient of a maximum pool leaves out windows that share their maximum; cpu's is borrowed instead.
  tf.unregisterKernel('MaxPoolGrad', 'wasm');
}

/** Every embedding gradient needs it, and wasm has none. Rows whose segment is out of range are left out, as on cpu. */
function unsortedSegmentSum({ inputs, attrs, backend }: KernelCall): tf.TensorInfo {
  const wasm = backend as BackendWasm;
  const { x, segmentIds } = inputs as KernelInputs;
  const numSegments = (attrs as { numSegments: number }).numSegments;
  const rowShape = x.shape.slice(segmentIds.shape.length);
  const rowSize = tf.util.sizeFromShape(rowShape);
  const out = wasm.makeOutput([numSegments, ...rowShape], x.dtype);
  // Views of the heap are taken after the allocation, which may move it.
  const sums = wasm.typedArrayFromHeap(out).fill(0);
  const rows = wasm.typedArrayFromHeap(x);
  const segments = wasm.typedArrayFromHeap(segmentIds);
  segments.forEach((segment, row) => {
    if (segment < 0 || segment >= numSegments) return;
    const [to, from] = [segment * rowSize, row * rowSize];
    for (let i = 0; i < rowSize; i++) sums[to + i] += rows[from + i];
  });
  return out;
}

function replace(kernelName: string, make: (original: tf.KernelFunc) => tf.KernelFunc): void {
  const original = tf.getKernel(kernelName, 'wasm');
  tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({ ...original, kernelFunc: make(original.kernelFunc) });
}

/**
 * wasm multiplies untransposed operands through XNNPACK, others in a plain loop an order of magnitude slower, so operands
 * are transposed first. The second one is always copied: XNNPACK keeps it packed under its data id, and gives wrong
 * products when a reshaped tensor shares that id.
 */
function mendMatMul(): void {
  const transpose = tf.getKernel('Transpose', 'wasm').kernelFunc;
  replace('BatchMatMul', (original) => ({ inputs, attrs, backend }) => {
    const wasm = backend as BackendWasm;
    const { a, b } = inputs as KernelInputs;
    const { transposeA, transposeB } = attrs as { transposeA: boolean; transposeB: boolean };
    const temporary: tf.TensorInfo[] = [];
    const hold = (x: tf.TensorInfo): tf.TensorInfo => temporary[temporary.push(x) - 1];
    const transposed = (x: tf.TensorInfo): tf.TensorInfo => {
      const perm = x.shape.map((_, axis) => axis);
      perm.push(...perm.splice(-2).reverse());
      return hold(transpose({ inputs: { x }, attrs: { perm }, backend: wasm }) as tf.TensorInfo);
    };
    const copied = (x: tf.TensorInfo): tf.TensorInfo => {
      const copy = hold(wasm.makeOutput(x.shape, x.dtype));
      wasm.typedArrayFromHeap(copy).set(wasm.typedArrayFromHeap(x));
      return copy;
    };
    const out = original({
      inputs: { a: transposeA ? transposed(a) : a, b: transposeB ? transposed(b) : copied(b) },
      attrs: { transposeA: false, transposeB: false },
      backend: wasm,
    });
    for (const { dataId } of temporary) wasm.disposeData(dataId);
    return out;
  });
}

/** wasm cuts a float's fraction off before it asks whether the number is zero: 0.5 became false. */
function mendCast(): void {
  const notEqual = tf.getKernel('NotEqual', 'wasm').kernelFunc;
  replace('Cast', (original) => (call) => {
    const { x } = call.inputs as KernelInputs;
    if ((call.attrs as { dtype: tf.DataType }).dtype !== 'bool' || x.dtype !== 'float32') return original(call);
    const wasm = call.backend as BackendWasm;
    const zero = wasm.makeOutput([], 'float32', undefined, new Float32Array([0]));
    const out = notEqual({ inputs: { a: x, b: zero }, attrs: {}, backend: wasm });
    wasm.disposeData(zero.dataId);
    return out;
  });
}

/** wasm calls the result float32 whatever the input's type is; the elements are copied rightly. */
function mendStridedSlice(): void {
  replace('StridedSlice', (original) => (call) => {
    const { x } = call.inputs as KernelInputs;
    const out = original(call) as tf.TensorInfo;
    if (x.dtype !== 'int32') return out;
    (call.backend as BackendWasm).dataIdMap.get(out.dataId).dtype = x.dtype;
    return { ...out, dtype: x.dtype };
  });
}

/** wasm writes no sum of no elements: what was in that memory before became the result. */
function mendSum(): void {
  replace('Sum', (original) => (call) => {
    const out = original(call) as tf.TensorInfo;
    const { x } = call.inputs as KernelInputs;
    if (tf.util.sizeFromShape(x.shape) === 0) (call.backend as BackendWasm).typedArrayFromHeap(out).fill(0);
    return out;
  });
}
