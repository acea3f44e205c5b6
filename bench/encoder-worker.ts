// Our side of the encoder benches, in a process of its own as the peer is: one step for each line read.
// Arguments: a file for the initial weights, then the case as JSON. Prints {} when ready, then an `EncoderStep` for each step.
import { createInterface } from 'node:readline';
import * as tf from '@tensorflow/tfjs';
import { prepareBackend, withPrecision } from '../lib/backend';
import { Random } from '../lib/common';
import { bert, inference, Parameters, tokenClassifier } from '../lib/layers';
import { peakMemory, resetPeakMemory } from '../lib/experiments/system';
import { writeSafetensors, type Batch, type Model } from '../lib/models';
import { AdamW, trainingStep } from '../lib/training';
import { timed } from './beside-peer';
import type { EncoderCase, EncoderStep } from './encoder';

async function main(): Promise<void> {
  const [weights, text] = process.argv.slice(2);
  const c = JSON.parse(text) as EncoderCase;
  await prepareBackend({ threads: c.threads, quiet: true });
  const parameters = new Parameters(1);
  const encoder = bert(parameters.scope('', 'encoder'), {
    vocabulary: c.vocabulary, layers: c.layers, hidden: c.hidden, heads: c.heads, feedForward: 4 * c.hidden, maxPositions: 512,
    typeVocabulary: 2, dropout: c.dropout, attentionDropout: c.dropout, layerNormEpsilon: c.epsilon, positions: 'absolute',
  });
  const classifier = tokenClassifier(parameters.scope('classifier'), c.hidden, c.labelCount, c.dropout);
  writeSafetensors(weights, await parameters.save());

  const shape: [number, number] = [c.batch, c.length];
  const batch: Batch = { examples: [], length: c.length, ids: tf.tensor2d(c.ids, shape, 'int32'), words: tf.zeros(shape, 'int32'), mask: tf.ones(shape) };
  const tags = tf.tensor2d(c.labels, shape, 'int32');
  const model: Model = {
    parameters,
    loss: (given, context) =>
      withPrecision(c.precision, () => classifier.loss(classifier.forward(encoder.forward(given.ids, given.mask, context), context), tags, given.mask)),
    predict: async () => [],
    dispose: () => parameters.dispose(),
  };
  // From here on, as the peer counts: its optimiser gets its moments in its first step.
  resetPeakMemory();
  const before = process.memoryUsage.rss();
  const optimiser = new AdamW(parameters.list(), { weightDecay: c.decay });
  const random = Random.from(1, 'bench');
  const context = { training: true, nextSeed: () => random.uint32() };
  const rates = { encoder: c.learningRate, head: c.learningRate };
  const step = async (): Promise<number> => {
    if (c.mode === 'training') return (await trainingStep(model, optimiser, batch, context, rates, c.clipNorm)).loss;
    const best = tf.tidy(() => withPrecision(c.precision, () => classifier.forward(encoder.forward(batch.ids, batch.mask, inference), inference).argMax(2)));
    await best.data();
    best.dispose();
    return 0;
  };

  console.log('{}');
  for await (const _ of createInterface({ input: process.stdin })) {
    const answer: EncoderStep = { ...(await timed(step)), mebibytes: (peakMemory() - before) / 2 ** 20 };
    console.log(JSON.stringify(answer));
  }
}

void main();
