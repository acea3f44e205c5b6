import * as tf from '@tensorflow/tfjs';
import type { BackendInfo, BackendProbe } from '../types';

/** What tfjs-node's backend tells beyond a `KernelBackend`. */
interface TensorflowBackend extends tf.KernelBackend {
  isUsingGpuDevice: boolean;
}

/** Either may be installed without its native binding, or be the stand-in that only re-exports tfjs: neither is a backend. */
const packages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'];

/** Whether TensorFlow's C library answers through tfjs-node, on a GPU or not. */
export function probeTensorflow(): BackendProbe & { gpu: boolean } {
  const name = 'tensorflow' as const;
  for (const packageName of packages) {
    try {
      require(packageName);
    } catch {
      continue;
    }
    const backend = tf.engine().registryFactory['tensorflow'] ? (tf.findBackend('tensorflow') as TensorflowBackend | null) : null;
    if (backend) {
      const gpu = backend.isUsingGpuDevice;
      return { name, gpu, device: gpu ? 'gpu' : 'cpu', available: true, version: tensorflowVersion(packageName) };
    }
  }
  return {
    name,
    gpu: false,
    device: 'cpu',
    available: false,
    reason: 'neither @tensorflow/tfjs-node-gpu nor @tensorflow/tfjs-node is installed with its native binding',
    remedy: 'not needed where torch works; otherwise build one of them against an installed TensorFlow',
  };
}

export async function startTensorflow(): Promise<BackendInfo> {
  const { gpu, version } = probeTensorflow();
  await tf.setBackend('tensorflow');
  await tf.ready();
  return {
    name: 'tensorflow',
    device: gpu ? 'gpu' : 'cpu',
    threads: Number(process.env.TF_NUM_INTRAOP_THREADS) || require('node:os').availableParallelism(),
    versions: { tfjs: tf.version.tfjs, tensorflow: version ?? 'unknown' },
    notes: [],
  };
}

function tensorflowVersion(packageName: string): string | undefined {
  const { version } = require(packageName) as { version?: Record<string, string> };
  return version?.['tensorflow'] ?? version?.['tfjs-node'];
}
