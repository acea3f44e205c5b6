import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { canonicalJson, sha256, sha256File, writeFileAtomic } from '../common';
import type { StoredTensor } from '../layers/parameters';
import { readSafetensors, writeSafetensors } from '../models/safetensors';
import type { TrainingProgress } from './progress';

type Tensors = Map<string, StoredTensor>;

interface StoredFile {
  file: string;
  sha256: string;
}

/** Where a training stands; `best` tells after which epoch (or measurement) the best weights were found. */
interface Progress {
  best: { epoch: number } | null;
}

interface Manifest<P> {
  configHash: string;
  progress: P;
  /** Weights and both moments. */
  state: StoredFile;
  /** Weights of the best epoch so far. */
  best: StoredFile | null;
}

export interface Checkpoint<P> {
  progress: P;
  state: Tensors;
  best: Tensors | null;
}

const manifestName = /^checkpoint-(\d+)\.json$/;

/**
 * Checkpoints of one run in one folder. A checkpoint is its manifest, `checkpoint-N.json`, which is written last and
 * names the tensor files with their hashes: a file torn by a crash is noticed and the generation before it is taken.
 * Two generations are kept. The best weights are a file of their own, since they change less often than the rest.
 */
export class CheckpointStore<P extends Progress = TrainingProgress> {
  private bestWritten: (StoredFile & { epoch: number }) | null = null;

  constructor(
    private readonly folder: string,
    /** What the run's numbers depend on: a checkpoint of another configuration is never continued. */
    private readonly configHash: string,
  ) {}

  /** `best` are the weights of `progress.best`, which must be given whenever that is set. */
  save(progress: P, state: Tensors, best: Tensors | null): void {
    mkdirSync(this.folder, { recursive: true });
    const generation = (this.generations()[0] ?? 0) + 1;
    const manifest: Manifest<P> = {
      configHash: this.configHash,
      progress,
      state: this.write(`state-${generation}.safetensors`, state),
      best: best && progress.best ? this.writeBest(progress.best.epoch, best) : null,
    };
    const body = canonicalJson(manifest);
    writeFileAtomic(this.manifest(generation), `${sha256(body)}\n${body}\n`);
    this.sweep();
  }

  /** The newest whole checkpoint, or null where there is none. */
  load(): Checkpoint<P> | null {
    for (const generation of this.generations()) {
      const manifest = this.read(generation);
      if (!manifest || !this.whole(manifest.state) || !this.whole(manifest.best)) continue;
      return {
        progress: manifest.progress,
        state: readSafetensors(path.join(this.folder, manifest.state.file)),
        best: manifest.best && readSafetensors(path.join(this.folder, manifest.best.file)),
      };
    }
    return null;
  }

  /** Removes every checkpoint: the run is finished. */
  clear(): void {
    // Manifests first: what is left after a crash here is unnamed files, never a manifest without its tensors.
    for (const generation of this.generations()) rmSync(this.manifest(generation), { force: true });
    this.sweep();
  }

  private manifest(generation: number): string {
    return path.join(this.folder, `checkpoint-${generation}.json`);
  }

  /** Newest first. */
  private generations(): number[] {
    if (!existsSync(this.folder)) return [];
    return readdirSync(this.folder).map((name) => Number(manifestName.exec(name)?.[1] ?? 0)).filter((n) => n > 0).sort((a, b) => b - a);
  }

  /** A generation's manifest, if it is whole and of this configuration. */
  private read(generation: number): Manifest<P> | null {
    const [hash, body] = readFileSync(this.manifest(generation), 'utf8').split('\n');
    if (body === undefined || sha256(body) !== hash) return null;
    const manifest = JSON.parse(body) as Manifest<P>;
    return manifest.configHash === this.configHash ? manifest : null;
  }

  private whole(stored: StoredFile | null): boolean {
    if (!stored) return true;
    const file = path.join(this.folder, stored.file);
    return existsSync(file) && sha256File(file) === stored.sha256;
  }

  private write(file: string, tensors: Tensors): StoredFile {
    const target = path.join(this.folder, file);
    writeSafetensors(target, tensors);
    return { file, sha256: sha256File(target) };
  }

  /** The best weights of an epoch never change: later checkpoints of this process name the file that is there. */
  private writeBest(epoch: number, tensors: Tensors): StoredFile {
    if (this.bestWritten?.epoch !== epoch) this.bestWritten = { epoch, ...this.write(`best-${epoch}.safetensors`, tensors) };
    return { file: this.bestWritten.file, sha256: this.bestWritten.sha256 };
  }

  /** Removes generations before the last two, and tensor files that no manifest left names. */
  private sweep(): void {
    const generations = this.generations();
    for (const generation of generations.splice(2)) rmSync(this.manifest(generation), { force: true });
    const named = new Set<string>();
    for (const generation of generations) {
      const manifest = this.read(generation);
      for (const stored of [manifest?.state, manifest?.best]) if (stored) named.add(stored.file);
    }
    for (const name of existsSync(this.folder) ? readdirSync(this.folder) : []) {
      if (/^(state|best)-\d+\.safetensors$/.test(name) && !named.has(name)) rmSync(path.join(this.folder, name), { force: true });
    }
  }
}

const weightPrefix = 'w/';

/** Weights, moments and whatever else a training holds as one set of tensors; all but the weights have prefixes of their own. */
export function joinState(weights: Tensors, ...rest: Array<Tensors | undefined>): Tensors {
  const state: Tensors = new Map();
  for (const [name, tensor] of weights) state.set(weightPrefix + name, tensor);
  for (const tensors of rest) for (const [name, tensor] of tensors ?? []) state.set(name, tensor);
  return state;
}

/** The weights that `joinState` put in. */
export function weightsOf(state: Tensors): Tensors {
  const weights: Tensors = new Map();
  for (const [name, tensor] of state) if (name.startsWith(weightPrefix)) weights.set(name.slice(weightPrefix.length), tensor);
  return weights;
}
