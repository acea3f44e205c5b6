import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import * as path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { backendInfo, prepareBackend } from '../lib/backend';
import type { BenchRow } from '../lib/cli/bench';
import { Random } from '../lib/common';
import { bert, Parameters, tokenClassifier, type BertConfig } from '../lib/layers';
import { writeSafetensors, type Batch, type Model } from '../lib/models';
import { AdamW, trainingStep as updateOnce } from '../lib/training';
import { PythonPeer, peerPython } from './peers/python';
import { halfQuartileSpread, median } from './spread';

interface Case {
  name: string;
  layers: number;
  hidden: number;
  heads: number;
  batch: number;
  length: number;
  dropout: number;
}

const tiny = { layers: 4, hidden: 312, heads: 12, batch: 16, length: 128 };
const cases: Case[] = [
  { name: 'tiny 4×312, 16×128', ...tiny, dropout: 0 },
  { name: 'tiny, dropout 0.1', ...tiny, dropout: 0.1 },
];
const vocabulary = 21128;
const labelCount = 9;
const settings = { learningRate: 5e-5, decay: 0.01, clipNorm: 1 };
const warmUps = 2;
const repeats = 9;

/**
 * One update of a BERT-shaped tagger (loss, gradients, clipping, AdamW) in float32, beside PyTorch's fused operations on
 * the same weights and batch, step by step in turn. Without dropout both sides' losses must agree to 4 digits.
 */
export async function trainingStep(): Promise<BenchRow[]> {
  await prepareBackend();
  const python = peerPython();
  if (!python) process.stderr.write('note: no peer: neither MEDNER_PYTHON nor .venv has torch; npm run setup installs it\n');
  const rows: BenchRow[] = [];
  for (const one of cases) rows.push(await measure(one, python));
  return rows;
}

async function measure(one: Case, python: string | undefined): Promise<BenchRow> {
  const load = loadavg()[0];
  const config: BertConfig = {
    vocabulary, layers: one.layers, hidden: one.hidden, heads: one.heads, feedForward: 4 * one.hidden, maxPositions: one.length,
    typeVocabulary: 2, dropout: one.dropout, attentionDropout: one.dropout, layerNormEpsilon: 1e-12, positions: 'absolute',
  };
  const parameters = new Parameters(1);
  const encoder = bert(parameters.scope('', 'encoder'), config);
  const classifier = tokenClassifier(parameters.scope('classifier'), one.hidden, labelCount, one.dropout);
  const random = Random.from(1, 'training-step');
  const cells = one.batch * one.length;
  const ids = Int32Array.from({ length: cells }, () => random.below(vocabulary));
  const labels = ids.map((id) => id % labelCount);
  const folder = mkdtempSync(path.join(tmpdir(), 'medner-bench-'));
  let peer: PythonPeer<{ ms: number; loss: number }> | undefined;
  const shape: [number, number] = [one.batch, one.length];
  const batch: Batch = { examples: [], length: one.length, ids: tf.tensor2d(ids, shape, 'int32'), words: tf.zeros(shape, 'int32'), mask: tf.ones(shape) };
  const tags = tf.tensor2d(labels, shape, 'int32');
  const model: Model = {
    parameters,
    loss: (given, context) => classifier.loss(classifier.forward(encoder.forward(given.ids, given.mask, context), context), tags, given.mask),
    predict: async () => [],
    dispose: () => parameters.dispose(),
  };
  const optimiser = new AdamW(parameters.list(), { weightDecay: settings.decay });
  try {
    if (python) {
      const weights = path.join(folder, 'weights.safetensors');
      writeSafetensors(weights, await parameters.save());
      const shared = {
        ...one, ...settings, epsilon: config.layerNormEpsilon, threads: backendInfo().threads, ids: Array.from(ids), labels: Array.from(labels),
      };
      peer = new PythonPeer(python, 'training_step.py', [weights, JSON.stringify(shared)]);
    }
    const context = { training: true, nextSeed: () => random.uint32() };
    const rates = { encoder: settings.learningRate, head: settings.learningRate };
    const times = { ours: [] as number[], peer: [] as number[] };
    for (let run = 0; run < warmUps + repeats; run++) {
      const begin = performance.now();
      const { loss } = await updateOnce(model, optimiser, batch, context, rates, settings.clipNorm);
      const ours = performance.now() - begin;
      const theirs = await peer?.ask();
      if (theirs && one.dropout === 0 && Math.abs(loss - theirs.loss) > 1e-3) {
        throw new Error(`training-step: step ${run + 1} has loss ${loss}, PyTorch's ${theirs.loss}: the two do not compute the same`);
      }
      if (run < warmUps) continue;
      times.ours.push(ours);
      if (theirs) times.peer.push(theirs.ms);
    }
    const ours = median(times.ours);
    const theirs = times.peer.length ? median(times.peer) : null;
    return { bench: 'training-step', case: one.name, metric: 'ms a step', ours, peer: theirs, ratio: theirs && theirs / ours, spread: halfQuartileSpread(times.ours), load };
  } finally {
    peer?.close();
    optimiser.dispose();
    model.dispose();
    tf.dispose([batch.ids, batch.words, batch.mask, tags]);
    rmSync(folder, { recursive: true, force: true });
  }
}
