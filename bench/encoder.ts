import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import * as path from 'node:path';
import { backendInfo, prepareBackend, type Precision } from '../lib/backend';
import type { BenchRow } from '../lib/cli/bench';
import { inProject, Random } from '../lib/common';
import { LineProcess, PythonPeer, peerPython } from './peers/python';
import { halfQuartileSpread, median } from './spread';

/** What both sides are given. */
export interface EncoderCase {
  mode: 'training' | 'inference';
  precision: Precision;
  layers: number;
  hidden: number;
  heads: number;
  batch: number;
  length: number;
  dropout: number;
  vocabulary: number;
  labelCount: number;
  ids: number[];
  labels: number[];
  epsilon: number;
  learningRate: number;
  decay: number;
  clipNorm: number;
  threads: number;
  device: string;
}

/** One step of one side. */
export interface Step {
  ms: number;
  cpuMs: number;
  loss: number;
  /** The most memory so far, beyond what the process held before its first step. */
  mebibytes: number;
}

const sizes = {
  tiny: { layers: 4, hidden: 312, heads: 12, batch: 16 },
  small: { layers: 6, hidden: 384, heads: 12, batch: 16 },
  base: { layers: 12, hidden: 768, heads: 12, batch: 8 },
} as const;
type Size = keyof typeof sizes;
const lengths = [64, 128, 256];
const settings = { vocabulary: 21128, labelCount: 9, epsilon: 1e-12, learningRate: 5e-5, decay: 0.01, clipNorm: 1 };
/** Enough for JavaScript's compiler to be done: it works beside the first steps. */
const warmUps = { tiny: 10, small: 5, base: 2 };
const repeats = { tiny: 11, small: 7, base: 3 };
/** Losses of the two sides that differ by more, relative to their size, are no longer the same computation. */
const sameLoss = { float32: 1e-4, bfloat16: 2e-2 };

/**
 * One update of a BERT-shaped tagger (loss, gradients, clipping, AdamW) beside PyTorch's fused operations on the same
 * weights and batch, step by step in turn: with dropout 0.1, as the papers' models train, and without, where both sides'
 * losses must agree to 4 digits.
 */
export async function* trainingStep(wanted: (name: string) => boolean): AsyncGenerator<BenchRow> {
  yield* measureAll('training-step', wanted, (size, precision) => [
    ...lengths.map((length) => caseOf(size, length, { precision, dropout: 0.1 })),
    caseOf(size, 128, { precision }),
  ]);
}

/** The tags of a batch by the same model, beside PyTorch's in inference mode. */
export async function* inference(wanted: (name: string) => boolean): AsyncGenerator<BenchRow> {
  yield* measureAll('inference', wanted, (size, precision) => lengths.map((length) => caseOf(size, length, { precision, mode: 'inference' })));
}

/** 20 updates of a base-size model on the same weights and batch: the losses of both sides, which must agree to 4 digits. */
export async function* lossParity(): AsyncGenerator<BenchRow> {
  const python = await ready();
  const { ours, peer } = await run(caseOf('base', 64, { batch: 4 }), python, 20);
  for (const [i, { loss }] of ours.entries()) {
    const theirs = peer[i]?.loss ?? null;
    yield {
      bench: 'loss-parity', case: `base 12×768, 4×64, update ${i + 1}`, metric: 'loss', ours: loss, peer: theirs, ratio: theirs && theirs / loss,
      spread: 0, load: loadavg()[0],
    };
  }
}

type CasesOf = (size: Size, precision: Precision) => EncoderCase[];

async function* measureAll(bench: string, wanted: (name: string) => boolean, casesOf: CasesOf): AsyncGenerator<BenchRow> {
  const python = await ready();
  for (const precision of ['float32', 'bfloat16'] as const) {
    for (const size of Object.keys(sizes) as Size[]) {
      for (const one of casesOf(size, precision)) {
        const name = `${size} ${one.layers}×${one.hidden}, ${one.batch}×${one.length}, ${one.precision}${one.dropout > 0 ? `, dropout ${one.dropout}` : ''}`;
        if (wanted(name)) for (const row of await measure(bench, name, one, size, python)) yield row;
      }
    }
  }
}

async function ready(): Promise<string | undefined> {
  await prepareBackend();
  const python = peerPython();
  if (!python) process.stderr.write('note: no peer: neither MEDNER_PYTHON nor .venv has torch; npm run setup installs it\n');
  return python;
}

function caseOf(size: Size, length: number, changes: Partial<EncoderCase>): EncoderCase {
  const random = Random.from(1, 'encoder bench');
  const batch = changes.batch ?? sizes[size].batch;
  const ids = Array.from({ length: batch * length }, () => random.below(settings.vocabulary));
  const { threads, device } = backendInfo();
  return {
    mode: 'training', precision: 'float32', ...sizes[size], ...settings, length, dropout: 0, ids, labels: ids.map((id) => id % settings.labelCount),
    threads, device, ...changes,
  };
}

interface Steps {
  ours: Step[];
  peer: Step[];
}

/** Steps of the two sides in turn, each in a process of its own. */
async function run(one: EncoderCase, python: string | undefined, steps: number): Promise<Steps> {
  const folder = mkdtempSync(path.join(tmpdir(), 'medner-bench-'));
  const args = [path.join(folder, 'weights.safetensors'), JSON.stringify(one)];
  const sides: Array<LineProcess<Step>> = [];
  const found: Steps = { ours: [], peer: [] };
  try {
    const ours = new LineProcess<Step>('the worker', process.execPath, [...process.execArgv, inProject('bench', 'encoder-worker.ts'), ...args]);
    sides.push(ours);
    await ours.next();
    const peer = python === undefined ? undefined : new PythonPeer<Step>(python, 'encoder.py', args);
    if (peer) {
      sides.push(peer);
      await peer.next();
    }
    for (let step = 0; step < steps; step++) {
      found.ours.push(await ours.ask());
      if (!peer) continue;
      found.peer.push(await peer.ask());
      const [loss, theirs] = [found.ours[step].loss, found.peer[step].loss];
      if (one.dropout === 0 && !(Math.abs(loss - theirs) <= sameLoss[one.precision] * Math.max(1, theirs))) {
        throw new Error(`step ${step + 1} has loss ${loss}, PyTorch's ${theirs}: the two do not compute the same`);
      }
    }
  } finally {
    for (const side of sides) side.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return found;
}

async function measure(bench: string, name: string, one: EncoderCase, size: Size, python: string | undefined): Promise<BenchRow[]> {
  const load = loadavg()[0];
  const { ours, peer } = await run(one, python, warmUps[size] + repeats[size]);
  const row = (metric: string, value: (step: Step) => number): BenchRow => {
    const [values, theirs] = [ours, peer].map((steps) => steps.slice(warmUps[size]).map(value));
    const other = theirs.length ? median(theirs) : null;
    return { bench, case: name, metric, ours: median(values), peer: other, ratio: other && other / median(values), spread: halfQuartileSpread(values), load };
  };
  const per = one.mode === 'training' ? 'step' : 'batch';
  return [row(`ms a ${per}`, ({ ms }) => ms), row(`CPU ms a ${per}`, ({ cpuMs }) => cpuMs), row('peak MiB', ({ mebibytes }) => mebibytes)];
}
