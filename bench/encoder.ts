import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { backendInfo, type Precision } from '../lib/backend';
import type { BenchRow } from '../lib/cli/bench';
import { inProject, Random } from '../lib/common';
import { inTurn, medianRows, ready, type Step, stepMetrics, type Steps } from './beside-peer';
import { LineProcess, PythonPeer } from './peers/python';

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
export interface EncoderStep extends Step {
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
const repeats = { tiny: 11, small: 7, base: 5 };
/** How far the losses of the two sides may differ, relative to their size; with dropout each draws masks of its own. */
const tolerance = ({ dropout, precision }: EncoderCase): number => (dropout > 0 ? Infinity : precision === 'float32' ? 1e-3 : 5e-2);

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

/** 20 updates of a base-size model on the same weights and batch: the losses of both sides. */
export async function* lossParity(): AsyncGenerator<BenchRow> {
  const python = await ready();
  const { ours, peer, load } = await run('loss-parity', caseOf('base', 64, { batch: 4 }), python, { warmUps: 0, repeats: 20 });
  for (const [i, { value }] of ours.entries()) {
    const theirs = peer[i]?.value ?? null;
    yield { bench: 'loss-parity', case: `base 12×768, 4×64, update ${i + 1}`, metric: 'loss', ours: value, peer: theirs, ratio: theirs && theirs / value, spread: 0, load };
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

/** Steps of the two sides in turn, each in a process of its own. */
async function run(what: string, one: EncoderCase, python: string | undefined, counts: { warmUps: number; repeats: number }): Promise<Steps<EncoderStep>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'medner-bench-'));
  const args = [path.join(folder, 'weights.safetensors'), JSON.stringify(one)];
  const sides: Array<LineProcess<EncoderStep>> = [];
  try {
    const ours = new LineProcess<EncoderStep>('the worker', process.execPath, [...process.execArgv, inProject('bench', 'encoder-worker.ts'), ...args]);
    sides.push(ours);
    await ours.next(); // it has written the weights
    const peer = python === undefined ? undefined : new PythonPeer<EncoderStep>(python, 'encoder.py', args);
    if (peer) {
      sides.push(peer);
      await peer.next();
    }
    return await inTurn(what, () => ours.ask(), peer, { ...counts, tolerance: tolerance(one) });
  } finally {
    for (const side of sides) side.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(bench: string, name: string, one: EncoderCase, size: Size, python: string | undefined): Promise<BenchRow[]> {
  const steps = await run(`${bench}, ${name}`, one, python, { warmUps: warmUps[size], repeats: repeats[size] });
  return medianRows(bench, name, steps, { ...stepMetrics, 'peak MiB': ({ mebibytes }) => mebibytes });
}
