import * as os from 'node:os';
import * as tf from '@tensorflow/tfjs';
import type { BackendInfo, BackendProbe } from '../types';

/** What tfjs-node's backend tells beyond a `KernelBackend`. */
interface TensorflowBackend extends tf.KernelBackend {
  isUsingGpuDevice: boolean;
}

/** Either may be installed without its native binding, or be the stand-in that only re-exports tfjs: neither is a backend. */
const packages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'];

interface Found {
  gpu: boolean;
  version: string;
}

let searched: { found?: Found } | undefined;

/** Loads the first package that brings TensorFlow with it. */
function load(): Found | undefined {
  for (const name of packages) {
    try {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- it may be missing, and must share this process's tfjs
      const { version } = require(name) as { version?: Record<string, string> };
      const backend = tf.engine().registryFactory['tensorflow'] ? (tf.findBackend('tensorflow') as TensorflowBackend | null) : null;
      if (backend) return { gpu: backend.isUsingGpuDevice, version: `${name} ${version?.['tfjs-node'] ?? ''}`.trim() };
    } catch {
      // Installed without its binding, or not installed: not there.
    }
  }
  return undefined;
}

const search = (): Found | undefined => (searched ??= { found: load() }).found;

/** Whether TensorFlow's C library answers through tfjs-node, on a GPU or on the processor. */
export function probeTensorflow(gpu: boolean): BackendProbe {
  const found = search();
  const probe = { name: 'tensorflow' as const, device: gpu ? 'gpu' : 'cpu' };
  if (found && found.gpu === gpu) return { ...probe, available: true, version: found.version };
  if (found) return { ...probe, available: false, reason: `${found.version} computes on the ${found.gpu ? 'GPU' : 'processor'}` };
  return {
    ...probe,
    available: false,
    reason: 'neither @tensorflow/tfjs-node-gpu nor @tensorflow/tfjs-node is installed with its native binding',
    remedy: 'not needed where torch works; its binding can be built against an installed TensorFlow',
  };
}

export async function startTensorflow(): Promise<BackendInfo> {
  const found = search();
  if (!found) throw new Error('TensorFlow is not there');
  await tf.setBackend('tensorflow');
  await tf.ready();
  return {
    name: 'tensorflow',
    device: found.gpu ? 'gpu' : 'cpu',
    threads: os.availableParallelism(),
    versions: { tfjs: tf.version.tfjs, tensorflow: found.version },
    notes: [],
  };
}
