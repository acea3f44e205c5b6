import * as tf from '@tensorflow/tfjs';
import type { BenchRow } from '../lib/cli/bench';
import { Random } from '../lib/common';
import { gru, lstm, Parameters } from '../lib/layers';
import { besidePeer, ready, timed, withPeer } from './beside-peer';

const layers = { gru, lstm };
const [batch, length, inputs] = [16, 128, 768];

/** A bidirectional GRU and LSTM over full sequences, forward and backward, beside torch.nn's on the same weights and input. */
export async function* recurrent(wanted: (name: string) => boolean): AsyncGenerator<BenchRow> {
  const python = await ready();
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
  try {
    const step = (): number => tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => run.forward(x as tf.Tensor3D, lengths).square().sum().asScalar());
      tf.dispose(grads);
      return value.dataSync()[0];
    });
    const tensors = new Map([...(await parameters.save()), ['x', { shape: x.shape, values }]] as const);
    return await withPeer(python, 'recurrent.py', tensors, { layer, inputs, hidden }, (peer) => besidePeer('recurrent', name, () => timed(step), peer));
  } finally {
    parameters.dispose();
    x.dispose();
  }
}
