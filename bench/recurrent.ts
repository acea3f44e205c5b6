import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { backendInfo, prepareBackend } from '../lib/backend';
import type { BenchRow } from '../lib/cli/bench';
import { Random } from '../lib/common';
import { gru, lstm, Parameters } from '../lib/layers';
import { writeSafetensors } from '../lib/models';
import { besidePeer, notePeer, type Step, timed } from './beside-peer';
import { PythonPeer, peerPython } from './peers/python';

const layers = { gru, lstm };
const [batch, length, inputs] = [16, 128, 768];

/** A bidirectional GRU and LSTM over full sequences, forward and backward, beside torch.nn's on the same weights and input. */
export async function* recurrent(wanted: (name: string) => boolean): AsyncGenerator<BenchRow> {
  await prepareBackend();
  const python = peerPython();
  notePeer(python);
  for (const layer of ['gru', 'lstm'] as const) {
    for (const hidden of [128, 384]) {
      const name = `Bi${layer.toUpperCase()} ${batch}×${length}, ${inputs} → ${hidden}`;
      if (wanted(name)) for (const row of await measure(name, layer, hidden, python)) yield row;
    }
  }
}

async function measure(name: string, layer: keyof typeof layers, hidden: number, python: string | undefined): Promise<BenchRow[]> {
  const parameters = new Parameters(1);
  const run = layers[layer](parameters.scope(''), inputs, hidden);
  const random = Random.from(1, 'recurrent');
  const values = Float32Array.from({ length: batch * length * inputs }, () => random.normal());
  const x = tf.variable(tf.tensor3d(values, [batch, length, inputs]));
  const lengths = new Array<number>(batch).fill(length);
  const folder = mkdtempSync(path.join(tmpdir(), 'medner-bench-'));
  let peer: PythonPeer<Step> | undefined;
  try {
    if (python) {
      const file = path.join(folder, 'tensors.safetensors');
      writeSafetensors(file, new Map([...(await parameters.save()), ['x', { shape: x.shape, values }]]));
      peer = new PythonPeer(python, 'recurrent.py', [file, JSON.stringify({ layer, inputs, hidden, threads: backendInfo().threads })]);
    }
    const step = (): number => tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => run.forward(x as tf.Tensor3D, lengths).square().sum().asScalar());
      tf.dispose(grads);
      return value.dataSync()[0];
    });
    return await besidePeer('recurrent', name, () => timed(step), peer);
  } finally {
    peer?.close();
    parameters.dispose();
    x.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}
