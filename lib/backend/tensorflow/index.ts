import util from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { borrowMissingKernels } from '../borrowed-kernels';
import type { BackendInfo, BackendProbe } from '../types';
import { findTensorflow } from './find';

/** What tfjs-node's backend tells beyond a `KernelBackend`. */
interface TensorflowBackend extends tf.KernelBackend {
  isUsingGpuDevice: boolean;
}

const remedy = 'npm run setup:tensorflow (not needed where torch works)';

/** Whether TensorFlow's C library is here through tfjs-node, for a GPU or for the processor. */
export function probeTensorflow(gpu: boolean): BackendProbe {
  const found = findTensorflow();
  const probe = { name: 'tensorflow' as const, device: gpu ? 'gpu' : 'cpu' };
  if ('reason' in found) return { ...probe, available: false, reason: found.reason, remedy };
  if (found.gpu === gpu) return { ...probe, available: true, version: found.version };
  return {
    ...probe,
    available: false,
    reason: `${found.version} computes on the ${found.gpu ? 'GPU' : 'processor'}`,
    remedy: `npm run setup:tensorflow -- --${probe.device}`,
  };
}

let loaded: { threads: number } | undefined;

/** TensorFlow reads its number of threads once, as it loads. */
function load(module: string, threads: number): { threads: number } {
  process.env.TF_NUM_INTRAOP_THREADS ||= String(threads);
  // Leaves of its remarks only those that it makes before it reads this.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  mendUtil();
  const before = tf.getBackend();
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- it may be missing, and must share this process's tfjs
  require(module);
  borrowMissingKernels('tensorflow');
  // Loading makes it the active backend; that is for `startTensorflow` to do.
  if (before) tf.setBackend(before);
  return { threads: Number(process.env.TF_NUM_INTRAOP_THREADS) };
}

/** tfjs-node calls two functions that Node 23 dropped from `util`. */
function mendUtil(): void {
  const node = util as unknown as Record<string, unknown>;
  node.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  node.isArray ??= Array.isArray;
}

export async function startTensorflow(threads: number): Promise<BackendInfo> {
  const found = findTensorflow();
  if ('reason' in found) throw new Error(`${found.reason}: ${remedy}`);
  loaded ??= load(found.module, threads);
  await tf.setBackend('tensorflow');
  await tf.ready();
  return {
    name: 'tensorflow',
    device: (tf.backend() as TensorflowBackend).isUsingGpuDevice ? 'gpu' : 'cpu',
    threads: loaded.threads,
    versions: { tfjs: tf.version.tfjs, tensorflow: found.version },
    notes: [],
  };
}
