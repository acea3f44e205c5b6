import * as tf from '@tensorflow/tfjs';
import { backendInfo, globalNormClip } from '../lib/backend';
import type { BenchRow } from '../lib/cli/bench';
import { Random } from '../lib/common';
import type { StoredTensor } from '../lib/layers';
import { MaskedLanguageModel, maskSequences, pretrainDefaults } from '../lib/pretraining';
import { AdamW } from '../lib/training';
import { inTurn, medianRows, ready, stepMetrics, timed, withPeer } from './beside-peer';

/** Different batches that the steps take in turn: the number of hidden tokens changes from one to the next, as in training. */
const batches = 8;

/**
 * One update of `medner pretrain` with its default encoder and batch, beside PyTorch's on the same weights, sequences and hidden tokens:
 * both score hidden positions alone against the tied table. Sequences are random tokens: the time does not depend on them.
 */
export async function* pretraining(wanted: (name: string) => boolean): AsyncGenerator<BenchRow> {
  const python = await ready();
  const { encoder, training, vocabulary } = pretrainDefaults;
  for (const length of [128, 256]) {
    const name = `${encoder.layers}×${encoder.hidden}, ${training.batchSize}×${length}, ${vocabulary.size} tokens, float32`;
    if (wanted(name)) for (const row of await measure(name, length, python)) yield row;
  }
}

async function measure(name: string, length: number, python: string | undefined): Promise<BenchRow[]> {
  const { encoder, training, masking, vocabulary: { size }, seed } = pretrainDefaults;
  const model = new MaskedLanguageModel({ ...encoder, vocabulary: size }, { seed });
  const parameters = model.parameters.list();
  const optimiser = new AdamW(parameters, { weightDecay: training.weightDecay, beta2: training.beta2 });
  const random = Random.from(seed, 'pre-training bench');
  const tokens = training.batchSize * length;
  const masked = Array.from({ length: batches }, () => {
    const ids = Int32Array.from({ length: tokens }, () => 5 + random.below(size - 5));
    const continues = Uint8Array.from({ length: tokens }, () => random.below(2));
    return maskSequences(ids, continues, length, masking, { size, mask: 4, special: new Set([0, 2, 3]) }, random);
  });
  const mask = new Float32Array(tokens).fill(1);
  let done = 0;
  const step = async (): Promise<number> => {
    const batch = masked[done++ % batches];
    const { value, grads } = tf.variableGrads(() => model.loss(batch, mask, length, { training: true, nextSeed: () => 0 }), parameters.map(({ variable }) => variable));
    globalNormClip(grads, training.clipNorm ?? Infinity);
    optimiser.apply(parameters.map(({ variable }) => grads[variable.name]), { encoder: training.learningRate, head: training.learningRate });
    const [loss] = await value.data();
    tf.dispose([value, ...Object.values(grads)]);
    return loss;
  };
  const config = {
    ...encoder, length, batch: training.batchSize, learningRate: training.learningRate, weightDecay: training.weightDecay, beta2: training.beta2,
    clipNorm: training.clipNorm, decayed: parameters.filter(({ decay }) => decay).map((parameter) => parameter.name), device: backendInfo().device, batches,
  };
  // Ids are small enough for float32 to be exact.
  const given = masked.flatMap((batch, i) => (['inputs', 'positions', 'labels'] as const).map((name): [string, StoredTensor] =>
    [`batches.${i}.${name}`, { shape: [batch[name].length], values: Float32Array.from(batch[name]) }]));
  try {
    return await withPeer(python, 'pretraining.py', new Map([...(await model.parameters.save()), ...given]), config, async (peer) => {
      // Losses agree until rounding has grown through the updates.
      const steps = await inTurn(`pretraining, ${name}`, () => timed(step), peer, { warmUps: 5, repeats: 11, tolerance: 2e-3 });
      const rows = medianRows('pretraining', name, steps, stepMetrics);
      const [{ ours, peer: theirs, ratio, spread, load }] = rows;
      const perSecond = (ms: number): number => tokens / (ms / 1000);
      return [{ bench: 'pretraining', case: name, metric: 'tokens a second', ours: perSecond(ours), peer: theirs && perSecond(theirs), ratio, spread, load }, ...rows];
    });
  } finally {
    optimiser.dispose();
    model.dispose();
  }
}
