import { InputError } from '../common';
import { silenceTfjs } from './quiet';
import { probeTensorflow, startTensorflow } from './tensorflow';
import type { BackendInfo, BackendName, BackendProbe } from './types';
import { startWasm, wasmVersion } from './wasm';

export interface PrepareOptions {
  /** Forces one; the environment's MEDNER_BACKEND does too. */
  backend?: BackendName;
  /** Threads a single operation may use; default MEDNER_THREADS, else the processors this process may run on. */
  threads?: number;
  /** Keeps the notes from being printed. */
  quiet?: boolean;
}

interface Candidate {
  probe: () => BackendProbe;
  start: (options: PrepareOptions) => Promise<BackendInfo>;
}

const wasm: Candidate = {
  probe: () => ({ name: 'wasm', device: 'cpu', available: true, version: wasmVersion }),
  start: startWasm,
};

const tensorflow = (gpu: boolean): Candidate => ({
  probe: () => {
    const found = probeTensorflow();
    return gpu && !found.gpu ? { ...found, device: 'gpu', available: false, reason: found.reason ?? 'TensorFlow sees no GPU' } : found;
  },
  start: startTensorflow,
});

const candidates: Candidate[] = [tensorflow(true), tensorflow(false), wasm];

let active: BackendInfo | undefined;

export async function prepareBackend(_options: PrepareOptions = {}): Promise<BackendInfo> {
  silenceTfjs();
  for (const { probe, start } of candidates) {
    if (probe().available) {
      active = await start(_options);
      return active;
    }
  }
  throw new InputError('no backend');
}

export function backendInfo(): BackendInfo {
  if (!active) throw new Error('no backend is prepared: call prepareBackend() first');
  return active;
}

export async function probeBackends(): Promise<BackendProbe[]> {
  silenceTfjs();
  return candidates.map(({ probe }) => probe());
}
