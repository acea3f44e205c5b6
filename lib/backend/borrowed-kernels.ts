import * as tf from '@tensorflow/tfjs';
import type { KernelCall, KernelInputs } from './kernel-call';

/** The part of tfjs's plain JavaScript backend that makes tensors for its kernels. */
interface CpuBackend extends tf.KernelBackend {
  makeTensorInfo(shape: number[], dtype: tf.DataType, values: tf.backend_util.TypedArray | Uint8Array[]): tf.TensorInfo;
}

const borrowed = new Map<string, ReadonlySet<string>>();

/** The kernels that a started backend borrows. */
export const borrowedKernels = (backendName: string): ReadonlySet<string> => borrowed.get(backendName) ?? new Set();

/**
 * Lets a backend run, through tfjs's plain JavaScript kernels, whatever it has no kernel of its own for: slow, since the
 * data travels there and back, but right. Operations that matter for speed should have a real kernel.
 */
export function borrowMissingKernels(backendName: string): void {
  const missing = tf.getKernelsForBackend('cpu').filter(({ kernelName }) => tf.getKernel(kernelName, backendName) == null);
  for (const { kernelName, kernelFunc } of missing) {
    tf.registerKernel({ kernelName, backendName, kernelFunc: (call) => runOnCpu(kernelFunc, call) });
  }
  borrowed.set(backendName, new Set(missing.map(({ kernelName }) => kernelName)));
}

/** Runs a kernel of the plain JavaScript backend on another backend's tensors. */
export function runOnCpu(kernel: tf.KernelFunc, { inputs, attrs, backend }: KernelCall): tf.TensorInfo | tf.TensorInfo[] {
  const host = backend as tf.KernelBackend;
  const cpu = tf.findBackend('cpu') as CpuBackend;
  const copies: Array<[string, tf.TensorInfo]> = Object.entries(inputs as KernelInputs)
    .filter(([, input]) => input != null)
    .map(([name, { dataId, shape, dtype }]) => [name, cpu.makeTensorInfo(shape, dtype, host.readSync(dataId) as tf.backend_util.TypedArray)]);
  const given = Array.isArray(inputs) ? copies.map(([, copy]) => copy) : Object.fromEntries(copies);
  const results = kernel({ inputs: given as KernelInputs, attrs, backend: cpu });
  const bring = ({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo => ({
    dataId: host.write(cpu.readSync(dataId), shape, dtype),
    shape,
    dtype,
  });
  const brought = Array.isArray(results) ? results.map(bring) : bring(results);
  for (const result of Array.isArray(results) ? results : [results]) cpu.disposeData(result.dataId);
  for (const [, copy] of copies) cpu.disposeData(copy.dataId);
  return brought;
}
