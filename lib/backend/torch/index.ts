import * as tf from '@tensorflow/tfjs';
import { borrowMissingKernels, runOnCpu } from '../borrowed-kernels';
import type { KernelInputs } from '../kernel-call';
import type { BackendInfo, BackendProbe } from '../types';
import { TorchBackend } from './backend';
import { torchKernels } from './kernels';
import { fused } from './kernels/fused';
import { loadAddon, type LoadedAddon } from './native';

const remedy = 'npm run setup';

let registered = false;

/** Registers the backend and its kernels with tfjs, without making it the active one. */
export function registerTorch({ native }: LoadedAddon): void {
  if (registered) return;
  registered = true;
  const inAddon = new Set(native.kernels());
  tf.registerBackend('torch', () => new TorchBackend(native), 10);
  for (const [kernelName, body] of Object.entries(torchKernels)) {
    // Some fused kernels need a newer libtorch; without them their operations are composed.
    if (kernelName in fused && !inAddon.has(kernelName)) continue;
    tf.registerKernel({
      kernelName,
      backendName: 'torch',
      kernelFunc: (call) => {
        const inputs = call.inputs as KernelInputs;
        // libtorch holds no strings: the few kernels that take them run in JavaScript.
        if (holdsStrings(inputs)) return runOnCpu(tf.getKernel(kernelName, 'cpu').kernelFunc, call);
        return body(inputs, call.attrs, call.backend as TorchBackend);
      },
    });
  }
  borrowMissingKernels('torch');
}

function holdsStrings(inputs: KernelInputs): boolean {
  for (const name in inputs) if (inputs[name]?.dtype === 'string') return true;
  return false;
}

/** Whether libtorch is there for a GPU (by CUDA's index) or, without one, for the processor. */
export function probeTorch(gpu?: number): BackendProbe {
  const probe = { name: 'torch' as const, device: gpu === undefined ? 'cpu' : `cuda:${gpu}` };
  const addon = loadAddon();
  if ('reason' in addon) return { ...probe, available: false, reason: addon.reason, remedy };
  const { origin, version, cuda } = addon.libtorch;
  const named = `libtorch ${version} (${origin})`;
  const gpus = cuda && gpu !== undefined ? addon.native.gpus() : 0;
  if (gpu === undefined || gpu < gpus) return { ...probe, available: true, version: named };
  return {
    ...probe,
    available: false,
    reason: cuda ? `${named} finds ${gpus} GPUs` : `${named} is built without CUDA`,
    remedy: 'needs an NVIDIA GPU with its driver, and a torch with CUDA in .venv (npm run setup takes one where nvidia-smi answers)',
  };
}

export async function startTorch(threads: number, gpu?: number): Promise<BackendInfo> {
  const addon = loadAddon();
  if ('reason' in addon) throw new Error(`${addon.reason}: ${remedy}`);
  addon.native.configure(threads, gpu ?? -1);
  registerTorch(addon);
  await tf.setBackend('torch');
  const device = gpu === undefined ? 'cpu' : `cuda:${gpu}`;
  return { name: 'torch', device, threads, versions: { tfjs: tf.version.tfjs, libtorch: addon.libtorch.version }, notes: [] };
}

/** Bytes that tensors hold in libtorch now and at most since the last reset; undefined when torch is not active. */
export function torchMemory(resetPeak = false): { bytes: number; peakBytes: number } | undefined {
  const backend = tf.getBackend() === 'torch' ? tf.backend() : undefined;
  return backend instanceof TorchBackend ? backend.usage(resetPeak) : undefined;
}
