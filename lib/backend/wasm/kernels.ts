import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { KernelCall, KernelInputs } from '../kernel-call';

/** Replaces or adds the kernels of tfjs's wasm backend that are missing or slow in training. */
export function registerWasmKernels(): void {
  tf.registerKernel({ kernelName: 'UnsortedSegmentSum', backendName: 'wasm', kernelFunc: unsortedSegmentSum });
  preTransposeMatMul();
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

/** wasm multiplies untransposed operands through XNNPACK, others in a plain loop an order of magnitude slower. */
function preTransposeMatMul(): void {
  const original = tf.getKernel('BatchMatMul', 'wasm');
  const transpose = tf.getKernel('Transpose', 'wasm').kernelFunc;
  tf.unregisterKernel('BatchMatMul', 'wasm');
  tf.registerKernel({
    ...original,
    kernelFunc: ({ inputs, attrs, backend }: KernelCall) => {
      const wasm = backend as BackendWasm;
      const { a, b } = inputs as KernelInputs;
      const { transposeA, transposeB } = attrs as { transposeA: boolean; transposeB: boolean };
      const temporary: tf.TensorInfo[] = [];
      const untransposed = (x: tf.TensorInfo, transposed: boolean): tf.TensorInfo => {
        if (!transposed) return x;
        const perm = x.shape.map((_, axis) => axis);
        perm.push(...perm.splice(-2).reverse());
        const copy = transpose({ inputs: { x }, attrs: { perm }, backend: wasm }) as tf.TensorInfo;
        temporary.push(copy);
        return copy;
      };
      const out = original.kernelFunc({
        inputs: { a: untransposed(a, transposeA), b: untransposed(b, transposeB) },
        attrs: { transposeA: false, transposeB: false },
        backend: wasm,
      });
      for (const { dataId } of temporary) wasm.disposeData(dataId);
      return out;
    },
  });
}
