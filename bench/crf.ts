import * as tf from '@tensorflow/tfjs';
import type { BenchRow } from '../lib/cli/bench';
import { Random } from '../lib/common';
import { crf as crfLayer, Parameters, type StoredTensor } from '../lib/layers';
import { besidePeer, ready, timed, withPeer } from './beside-peer';

const [batch, length, labels] = [16, 128, 19];

/** A CRF's negative log-likelihood and its gradients, beside a batched one in PyTorch on the same scores and tags. */
export async function* crf(wanted: (name: string) => boolean): AsyncGenerator<BenchRow> {
  const name = `${batch}×${length}, ${labels} labels`;
  if (!wanted(name)) return;
  const python = await ready();
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
  try {
    const step = (): number => tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => layer.loss(emissions as tf.Tensor3D, tags, lengths));
      tf.dispose(grads);
      return value.dataSync()[0];
    });
    const tensors = new Map([...shared, ['emissions', scores]] as const);
    const rows = await withPeer(python, 'crf.py', tensors, { batch, length, tags: Array.from(gold) }, (peer) => besidePeer('crf', name, () => timed(step), peer));
    for (const row of rows) yield row;
  } finally {
    parameters.dispose();
    tf.dispose([emissions, tags]);
  }
}
