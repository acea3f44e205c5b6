import { existsSync, readFileSync } from 'node:fs';
import { inProject, sha256File } from '../../common';

/** What the addon exports (addon/module.cc). */
export interface NativeModule {
  bind(exchange: Float64Array): void;
  kernels(): string[];
  run(kernel: number, inputs: number, numbers: number): number;
  create(values: NativeArray, dtype: number, rank: number): number;
  read(handle: number, values: NativeArray): void;
  dispose(handle: number): void;
  configure(threads: number, gpu: number): void;
  gpus(): number;
  memory(resetPeak: boolean): [bytes: number, peakBytes: number, tensors: number];
}

export type NativeArray = Float32Array | Int32Array | Uint8Array;

interface BuildRecord {
  file: string;
  libtorch: { origin: string; version: string; cuda: boolean; folder: string };
  compiler: string;
  sources: Record<string, string>;
}

export interface LoadedAddon {
  native: NativeModule;
  libtorch: BuildRecord['libtorch'];
}

const buildFolder = inProject('lib', 'backend', 'torch', 'build');
const sourceFolder = inProject('lib', 'backend', 'torch', 'addon');

let loaded: LoadedAddon | { reason: string } | undefined;

/** Loads the addon that set-up built, once; says why where it cannot. Never builds. */
export function loadAddon(): LoadedAddon | { reason: string } {
  return (loaded ??= load());
}

function load(): LoadedAddon | { reason: string } {
  const recordFile = `${buildFolder}/current.json`;
  if (!existsSync(recordFile)) return { reason: 'the libtorch addon is not built' };
  const record = JSON.parse(readFileSync(recordFile, 'utf8')) as BuildRecord;
  const changed = Object.keys(record.sources).find(
    (name) => !existsSync(`${sourceFolder}/${name}`) || sha256File(`${sourceFolder}/${name}`) !== record.sources[name],
  );
  if (changed) return { reason: `the libtorch addon was built from an older ${changed}` };
  // OpenMP reads this as it loads. A thread that spins for its peer instead of sleeping costs nothing on an idle machine and
  // most of the time on a busy one: a training step of a small model took four times as long beside other work.
  process.env.OMP_WAIT_POLICY ??= 'PASSIVE';
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- a native addon has no other loader
    return { native: require(`${buildFolder}/${record.file}`) as NativeModule, libtorch: record.libtorch };
  } catch (error) {
    return { reason: `the libtorch addon does not load: ${(error as Error).message.split('\n')[0]}` };
  }
}
