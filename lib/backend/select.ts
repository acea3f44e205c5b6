import * as os from 'node:os';
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
  probe: () => BackendProbe;
  start: (threads: number) => Promise<BackendInfo>;
}

/** Best first. */
const candidates: Candidate[] = [
  { probe: () => probeTorch(true), start: (threads) => startTorch(true, threads) },
  { probe: () => probeTensorflow(true), start: startTensorflow },
  { probe: () => probeTorch(false), start: (threads) => startTorch(false, threads) },
  { probe: () => probeTensorflow(false), start: startTensorflow },
  { probe: () => ({ name: 'wasm', device: 'cpu', available: true, version: `tfjs-backend-wasm ${wasmVersion}` }), start: startWasm },
];

/** The reference in tests: right, and thousands of times slower. Taken only when forced. */
const plainJavaScript: Candidate = { probe: () => ({ name: 'cpu', device: 'cpu', available: true }), start: startCpu };

const names: BackendName[] = ['torch', 'tensorflow', 'wasm', 'cpu'];

let active: BackendInfo | undefined;

/**
 * Makes the best backend that works here the active one, or the one that is forced.
 * @throws InputError when the forced one is not there, saying how to get it
 */
export async function prepareBackend(options: PrepareOptions = {}): Promise<BackendInfo> {
  silenceTfjs();
  registerGradients();
  const forced = options.backend ?? forcedByEnvironment();
  if (active && (forced === undefined || forced === active.name) && (options.threads ?? active.threads) === active.threads) return active;

  const among = forced === undefined ? candidates : [...candidates, plainJavaScript];
  const passedOver: BackendProbe[] = [];
  for (const { probe, start } of among) {
    const found = probe();
    if (forced !== undefined && found.name !== forced) continue;
    if (!found.available) {
      passedOver.push(found);
      continue;
    }
    const started = await start(options.threads ?? threadsFromEnvironment());
    active = { ...started, notes: [...started.notes, ...slownessNotes(started, passedOver)] };
    if (!options.quiet) for (const note of active.notes) process.stderr.write(`note: ${note}\n`);
    return active;
  }
  throw new InputError(passedOver.map(({ name, device, reason, remedy }) => `backend ${name} on ${device}: ${reason}${remedy ? `; ${remedy}` : ''}`).join('\n'));
}

/** The backend in use. */
export function backendInfo(): BackendInfo {
  if (!active) throw new Error('no backend is prepared: call prepareBackend() first');
  return active;
}

/** What is there and what is not, best first. */
export async function probeBackends(): Promise<BackendProbe[]> {
  silenceTfjs();
  return candidates.map(({ probe }) => probe());
}

function slownessNotes({ name }: BackendInfo, passedOver: BackendProbe[]): string[] {
  if (name !== 'wasm') return [];
  const torch = passedOver.find((probe) => probe.name === 'torch' && probe.device === 'cpu');
  return torch ? [`training runs on WebAssembly, some ten times slower than on libtorch: ${torch.reason}; ${torch.remedy}`] : [];
}

function forcedByEnvironment(): BackendName | undefined {
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
