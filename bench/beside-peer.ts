import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import * as path from 'node:path';
import { backendInfo, prepareBackend } from '../lib/backend';
import type { BenchRow } from '../lib/cli/bench';
import type { StoredTensor } from '../lib/layers';
import { writeSafetensors } from '../lib/models';
import { PythonPeer, peerPython } from './peers/python';
import { halfQuartileSpread, median } from './spread';

/** What one step took, and a number by which both sides can be seen to compute the same. */
export interface Step {
  ms: number;
  /** Processor time of all threads, in ms. */
  cpu: number;
  value: number;
}

/** Times one step of ours. */
export async function timed(step: () => number | Promise<number>): Promise<Step> {
  const [begin, used] = [performance.now(), process.cpuUsage()];
  const value = await step();
  const { user, system } = process.cpuUsage(used);
  return { ms: performance.now() - begin, cpu: (user + system) / 1000, value };
}

/** A side that takes a step when it is asked to. */
interface Asked<S extends Step> {
  ask(): Promise<S>;
}

/** The two sides' steps, the first ones left out. */
export interface Steps<S extends Step> {
  ours: S[];
  /** Empty where there is no peer. */
  peer: S[];
  /** The machine's load when the first began. */
  load: number;
}

/**
 * Takes steps of both sides in turn.
 * @throws Error when their values differ by more than `tolerance`, relative to their size
 */
export async function inTurn<S extends Step>(
  what: string,
  ours: () => Promise<S>,
  peer: Asked<S> | undefined,
  { warmUps = 2, repeats = 9, tolerance = 1e-4 }: { warmUps?: number; repeats?: number; tolerance?: number } = {},
): Promise<Steps<S>> {
  const steps: Steps<S> = { ours: [], peer: [], load: loadavg()[0] };
  for (let step = 0; step < warmUps + repeats; step++) {
    const mine = await ours();
    const theirs = await peer?.ask();
    if (theirs && !(Math.abs(mine.value - theirs.value) <= tolerance * Math.abs(theirs.value))) {
      throw new Error(`${what}, step ${step + 1}: ours is ${mine.value}, PyTorch's ${theirs.value}: the two do not compute the same`);
    }
    if (step < warmUps) continue;
    steps.ours.push(mine);
    if (theirs) steps.peer.push(theirs);
  }
  return steps;
}

/** A row of medians for each metric, of which less is better. */
export function medianRows<S extends Step>(bench: string, name: string, { ours, peer, load }: Steps<S>, metrics: Record<string, (step: S) => number>): BenchRow[] {
  return Object.entries(metrics).map(([metric, value]) => {
    const mine = ours.map(value);
    const theirs = peer.length ? median(peer.map(value)) : null;
    return { bench, case: name, metric, ours: median(mine), peer: theirs, ratio: theirs && theirs / median(mine), spread: halfQuartileSpread(mine), load };
  });
}

export const stepMetrics = { 'ms a step': ({ ms }: Step): number => ms, 'CPU ms a step': ({ cpu }: Step): number => cpu };

/** Wall and processor time of a step of one case, ours and the peer's in turn. */
export async function besidePeer(bench: string, name: string, ours: () => Promise<Step>, peer: Asked<Step> | undefined): Promise<BenchRow[]> {
  return medianRows(bench, name, await inTurn(`${bench}, ${name}`, ours, peer), stepMetrics);
}

/** Prepares the backend; the Python that runs the peers, or, with a note, undefined where there is none. */
export async function ready(): Promise<string | undefined> {
  await prepareBackend();
  const python = peerPython();
  if (!python) process.stderr.write('note: no peer: neither MEDNER_PYTHON nor .venv has torch; npm run setup installs it\n');
  return python;
}

/** Measures beside a Python peer that is given the same tensors and a configuration, with our number of threads. */
export async function withPeer<T>(
  python: string | undefined,
  script: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  config: object,
  measure: (peer: PythonPeer<Step> | undefined) => Promise<T>,
): Promise<T> {
  if (!python) return measure(undefined);
  const folder = mkdtempSync(path.join(tmpdir(), 'medner-bench-'));
  let peer: PythonPeer<Step> | undefined;
  try {
    const file = path.join(folder, 'tensors.safetensors');
    writeSafetensors(file, tensors);
    peer = new PythonPeer(python, script, [file, JSON.stringify({ ...config, threads: backendInfo().threads })]);
    return await measure(peer);
  } finally {
    peer?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
