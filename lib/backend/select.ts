import * as os from 'node:os';
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../common';
import { startCpu } from './cpu';
import { registerGradients } from './gradients';
import { silenceTfjs } from './quiet';
import { probeTensorflow, startTensorflow } from './tensorflow';
import { probeTorch, startTorch } from './torch';
import type { BackendInfo, BackendName, BackendProbe } from './types';
import { startWasm, wasmVersion } from './wasm';

export interface PrepareOptions {
  /** Forces one; the environment's MEDNER_BACKEND does too. */
  backend?: BackendName;
  /** Threads a single operation may use; default MEDNER_THREADS, else the processors this process may run on. */
  threads?: number;
  /** Keeps notes, such as that only a slow backend is there, from standard error. */
  quiet?: boolean;
}

interface Candidate {
  gpu: boolean;
  probe: (device: Device) => BackendProbe;
  start: (threads: number, device: Device) => Promise<BackendInfo>;
}

/** MEDNER_DEVICE: `cpu`, `cuda` or `cuda:N`; unset, a GPU is taken where one works. */
interface Device {
  wanted: 'cpu' | 'gpu' | 'any';
  index: number;
}

/** Best first. */
const candidates: Candidate[] = [
  { gpu: true, probe: ({ index }) => probeTorch(index), start: (threads, { index }) => startTorch(threads, index) },
  { gpu: true, probe: () => probeTensorflow(true), start: startTensorflow },
  { gpu: false, probe: () => probeTorch(), start: (threads) => startTorch(threads) },
  { gpu: false, probe: () => probeTensorflow(false), start: startTensorflow },
  { gpu: false, probe: () => ({ name: 'wasm', device: 'cpu', available: true, version: `tfjs-backend-wasm ${wasmVersion}` }), start: startWasm },
];

/** The reference in tests: right, and thousands of times slower. Taken only when forced. */
const plainJavaScript: Candidate = { gpu: false, probe: () => ({ name: 'cpu', device: 'cpu', available: true }), start: startCpu };

const names: BackendName[] = ['torch', 'tensorflow', 'wasm', 'cpu'];

/** The backend in use, and what was asked for when it was chosen. */
let active: { info: BackendInfo; forced?: BackendName; threads: number } | undefined;

/**
 * Makes the best backend that works here the active one, or the one that is forced. Asking for the same again is free.
 * @throws InputError when the forced one is not there, saying how to get it
 */
export async function prepareBackend(options: PrepareOptions = {}): Promise<BackendInfo> {
  const forced = options.backend ?? backendFromEnvironment();
  const threads = options.threads ?? threadsFromEnvironment();
  if (active && active.forced === forced && active.threads === threads && tf.getBackend() === active.info.name) return active.info;

  silenceTfjs();
  registerGradients();
  const device = deviceFromEnvironment();
  const passedOver: BackendProbe[] = [];
  for (const { gpu, probe, start } of forced ? [...candidates, plainJavaScript] : candidates) {
    if (device.wanted !== 'any' && gpu !== (device.wanted === 'gpu')) continue;
    const found = probe(device);
    if (forced && found.name !== forced) continue;
    if (!found.available) {
      passedOver.push(found);
      continue;
    }
    const started = await start(threads, device);
    const info = { ...started, notes: [...started.notes, ...slownessNotes(started, passedOver)] };
    active = { info, forced, threads };
    if (!options.quiet) for (const note of info.notes) process.stderr.write(`note: ${note}\n`);
    return info;
  }
  const reasons = passedOver.map(({ name, device, reason, remedy }) => `backend ${name} on ${device}: ${reason}${remedy ? `; ${remedy}` : ''}`);
  throw new InputError(reasons.join('\n') || `backend ${forced} does not compute on MEDNER_DEVICE=${process.env.MEDNER_DEVICE}`);
}

/** The backend in use. */
export function backendInfo(): BackendInfo {
  if (!active) throw new Error('no backend is prepared: call prepareBackend() first');
  return active.info;
}

/** What is there and what is not, best first. */
export async function probeBackends(): Promise<BackendProbe[]> {
  silenceTfjs();
  const device = deviceFromEnvironment();
  return candidates.map(({ probe }) => probe(device));
}

function slownessNotes({ name }: BackendInfo, passedOver: BackendProbe[]): string[] {
  if (name !== 'wasm') return [];
  const torch = passedOver.find((probe) => probe.name === 'torch' && probe.device === 'cpu');
  return torch ? [`training runs on WebAssembly, some ten times slower than on libtorch: ${torch.reason}; ${torch.remedy}`] : [];
}

function backendFromEnvironment(): BackendName | undefined {
  const name = process.env.MEDNER_BACKEND;
  if (!name) return undefined;
  const known = names.find((candidate) => candidate === name);
  if (!known) throw new InputError(`MEDNER_BACKEND=${name}: expected one of ${names.join(', ')}`);
  return known;
}

function threadsFromEnvironment(): number {
  const given = process.env.MEDNER_THREADS;
  if (!given) return os.availableParallelism();
  if (!/^[1-9]\d*$/.test(given)) throw new InputError(`MEDNER_THREADS=${given}: expected a positive number`);
  return Number(given);
}

function deviceFromEnvironment(): Device {
  const given = process.env.MEDNER_DEVICE;
  if (!given) return { wanted: 'any', index: 0 };
  if (given === 'cpu') return { wanted: 'cpu', index: 0 };
  const cuda = /^cuda(?::(\d+))?$/.exec(given);
  if (!cuda) throw new InputError(`MEDNER_DEVICE=${given}: expected cpu, cuda or cuda:N`);
  return { wanted: 'gpu', index: Number(cuda[1] ?? 0) };
}
