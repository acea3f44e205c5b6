import * as tf from '@tensorflow/tfjs';
import { borrowMissingKernels, runOnCpu } from '../borrowed-kernels';
import type { KernelInputs } from '../kernel-call';
import type { BackendInfo, BackendProbe } from '../types';
import { TorchBackend } from './backend';
import { torchKernels } from './kernels';
import { loadAddon, type LoadedAddon } from './native';

const remedy = 'npm run setup';

let registered = false;

/** Registers the backend and its kernels with tfjs, without making it the active one. */
export function registerTorch({ native }: LoadedAddon): void {
  if (registered) return;
  registered = true;
  tf.registerBackend('torch', () => new TorchBackend(native), 10);
  for (const [kernelName, body] of Object.entries(torchKernels)) {
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

/** The GPU that MEDNER_DEVICE names (`cuda:1`), the first by default; undefined for `cpu`. */
function wantedGpu(): number | undefined {
  const device = process.env.MEDNER_DEVICE ?? 'cuda:0';
  if (device === 'cpu') return undefined;
  const index = /^cuda(?::(\d+))?$/.exec(device);
  if (!index) throw new Error(`MEDNER_DEVICE=${device}: expected cpu, cuda or cuda:N`);
  return Number(index[1] ?? 0);
}

export function probeTorch(gpu: boolean): BackendProbe {
  const probe = { name: 'torch' as const, device: gpu ? 'gpu' : 'cpu' };
  const addon = loadAddon();
  if ('reason' in addon) return { ...probe, available: false, reason: addon.reason, remedy };
  const { origin, version, cuda } = addon.libtorch;
  const named = `libtorch ${version} (${origin})`;
  if (!gpu) return { ...probe, available: true, version: named };
  const wanted = wantedGpu();
  const gpus = cuda ? addon.native.gpus() : 0;
  if (wanted !== undefined && wanted < gpus) return { ...probe, device: `cuda:${wanted}`, available: true, version: named };
  if (wanted === undefined) return { ...probe, available: false, reason: 'MEDNER_DEVICE=cpu' };
  return {
    ...probe,
    available: false,
    reason: cuda ? `${named} sees ${gpus} GPUs, cuda:${wanted} is wanted` : `${named} is built without CUDA`,
    remedy: 'needs an NVIDIA GPU with its driver, and a torch with CUDA in .venv (npm run setup takes one where nvidia-smi answers)',
  };
}

export async function startTorch(gpu: boolean, threads: number): Promise<BackendInfo> {
  const addon = loadAddon();
  if ('reason' in addon) throw new Error(`${addon.reason}: ${remedy}`);
  const wanted = gpu ? wantedGpu() : undefined;
  addon.native.configure(threads, wanted ?? -1);
  registerTorch(addon);
  await tf.setBackend('torch');
  const device = wanted === undefined ? 'cpu' : `cuda:${wanted}`;
  return { name: 'torch', device, threads, versions: { tfjs: tf.version.tfjs, libtorch: addon.libtorch.version }, notes: [] };
}

/** Bytes that tensors hold in libtorch now and at most since the last reset; undefined when torch is not active. */
export function torchMemory(resetPeak = false): { bytes: number; peakBytes: number } | undefined {
  const backend = tf.getBackend() === 'torch' ? tf.backend() : undefined;
  return backend instanceof TorchBackend ? backend.usage(resetPeak) : undefined;
}
