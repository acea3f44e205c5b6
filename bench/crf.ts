import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { backendInfo, prepareBackend } from '../lib/backend';
import type { BenchRow } from '../lib/cli/bench';
import { Random } from '../lib/common';
import { crf as crfLayer, Parameters, type StoredTensor } from '../lib/layers';
import { writeSafetensors } from '../lib/models';
import { besidePeer, notePeer, type Step, timed } from './beside-peer';
import { PythonPeer, peerPython } from './peers/python';

const [batch, length, labels] = [16, 128, 19];

/** A CRF's negative log-likelihood and its gradients, beside a batched one in PyTorch on the same scores and tags. */
export async function* crf(wanted: (name: string) => boolean): AsyncGenerator<BenchRow> {
  const name = `${batch}×${length}, ${labels} labels`;
  if (!wanted(name)) return;
  await prepareBackend();
  const python = peerPython();
  notePeer(python);
  const random = Random.from(1, 'crf');
  const normal = (shape: number[]): StoredTensor => ({ shape, values: Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal()) });
  const shared = new Map([['transitions', normal([labels, labels])], ['start', normal([labels])], ['end', normal([labels])]]);
  const scores = normal([batch, length, labels]);
  const gold = Int32Array.from({ length: batch * length }, () => random.below(labels));
  const parameters = new Parameters(1, shared);
  const layer = crfLayer(parameters.scope(''), labels);
  const emissions = tf.variable(tf.tensor3d(scores.values, [batch, length, labels]));
  const tags = tf.tensor2d(gold, [batch, length], 'int32');
  const lengths = new Array<number>(batch).fill(length);
  const folder = mkdtempSync(path.join(tmpdir(), 'medner-bench-'));
  let peer: PythonPeer<Step> | undefined;
  try {
    if (python) {
      const file = path.join(folder, 'tensors.safetensors');
      writeSafetensors(file, new Map([...shared, ['emissions', scores]]));
      peer = new PythonPeer(python, 'crf.py', [file, JSON.stringify({ batch, length, tags: Array.from(gold), threads: backendInfo().threads })]);
    }
    const step = (): number => tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => layer.loss(emissions as tf.Tensor3D, tags, lengths));
      tf.dispose(grads);
      return value.dataSync()[0];
    });
    for (const row of await besidePeer('crf', name, () => timed(step), peer)) yield row;
  } finally {
    peer?.close();
    parameters.dispose();
    tf.dispose([emissions, tags]);
    rmSync(folder, { recursive: true, force: true });
  }
}
