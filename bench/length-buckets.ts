import { loadavg } from 'node:os';
import { prepareBackend } from '../lib/backend';
import type { BenchRow } from '../lib/cli/bench';
import { InputError, Random } from '../lib/common';
import { loadCorpus, type Corpus } from '../lib/corpus';
import { buildModel, collate, disposeBatch, type Example, makeExamples, ModelConfig, type SpanModel } from '../lib/models';
import { Tokenizer, Vocabulary } from '../lib/text';
import { AdamW, epochBatches, trainingStep } from '../lib/training';
import { halfQuartileSpread } from './spread';

/** What both papers pad to. */
const padded = 256;
const batchSize = 16;
const k = 43;
const steps = 6;

/** Batches of one epoch, and the length to which each is padded. */
interface Epoch {
  batches: number[][];
  length(batch: readonly number[]): number;
}

/**
 * One epoch over CMeEE-V2's training texts (the embedded corpus's where it is not there) in our length buckets, against
 * padding every window to 256 tokens: tokens and pointer cells by counting; hours by a few training steps of a small
 * encoder (4 layers of 312) with the banded pointer on batches drawn from either epoch at random, scaled to all of them.
 */
export async function* lengthBuckets(wanted: (name: string) => boolean): AsyncGenerator<BenchRow> {
  const load = loadavg()[0];
  const corpus = await loadCorpus('cmeee-v2').catch((error: unknown) => {
    if (error instanceof InputError) return loadCorpus('sample');
    throw error;
  });
  const { examples, vocabularySize } = windowsOf(corpus);
  const lengths = examples.map(({ ids }) => ids.length);
  const batches = epochBatches(lengths, { batchSize, tokenBudget: null }, 1, 0);
  const ours: Epoch = { batches, length: (batch) => Math.max(...batch.map((index) => lengths[index])) };
  const fixed: Epoch = { batches, length: () => padded };
  const name = `${corpus.id}, ${examples.length} windows`;
  if (!wanted(name)) return;
  const count = (metric: string, cells: (length: number) => number): BenchRow => {
    const [a, b] = [ours, fixed].map((epoch) => epoch.batches.reduce((sum, batch) => sum + batch.length * cells(epoch.length(batch)), 0));
    return { bench: 'length-buckets', case: name, metric, ours: a, peer: b, ratio: b / a, spread: 0, load };
  };
  yield count('tokens an epoch', (n) => n);
  yield count('n × n cells', (n) => n * n);
  yield count('n × k cells', (n) => n * Math.min(k, n));
  for (const row of await timedRows(name, corpus.types, examples, vocabularySize, [ours, fixed], load)) yield row;
}

function windowsOf(corpus: Corpus): { examples: Example[]; vocabularySize: number } {
  const documents = corpus.splits.train ?? [];
  const vocabulary = Vocabulary.build(documents.map(({ text }) => text));
  const resources = { tokenizer: new Tokenizer(vocabulary), maxLength: padded, overlap: 64, types: corpus.types };
  return { examples: makeExamples(documents, resources).examples, vocabularySize: vocabulary.size };
}

/** Time of an epoch in both, from the same random batches step by step in turn. */
async function timedRows(name: string, types: readonly string[], examples: Example[], vocabularySize: number, epochs: [Epoch, Epoch], load: number): Promise<BenchRow[]> {
  await prepareBackend();
  const encoder = { layers: 4, hidden: 312, heads: 12, feedForward: 1200, maxPositions: padded, dropout: 0, attentionDropout: 0, positions: 'rope' };
  const model = buildModel(ModelConfig.parse({ encoder, head: { kind: 'banded-pointer', k } }), { types, vocabularySize, seed: 1 }) as SpanModel;
  const optimiser = new AdamW(model.parameters.list(), { weightDecay: 0.01 });
  const random = Random.from(1, 'length-buckets');
  const context = { training: true, nextSeed: () => random.uint32() };
  const step = async (epoch: Epoch, indices: readonly number[]): Promise<[number, number]> => {
    const length = epoch.length(indices);
    const batch = collate(indices.map((index) => examples[index]), length);
    const cpu = process.cpuUsage();
    const begin = performance.now();
    await trainingStep(model, optimiser, batch, context, { encoder: 1e-4, head: 1e-4 }, 1);
    const ms = performance.now() - begin;
    const { user, system } = process.cpuUsage(cpu);
    disposeBatch(batch);
    return [ms, (user + system) / 1000];
  };
  try {
    const taken: Array<Array<[number, number]>> = [[], []];
    await step(epochs[0], epochs[0].batches[0]);
    for (let run = 0; run < steps; run++) {
      const batch = random.pick(epochs[0].batches);
      for (const [which, epoch] of epochs.entries()) taken[which].push(await step(epoch, batch));
    }
    return (['s an epoch', 'CPU s an epoch'] as const).map((metric, clock) => {
      // Batches differ in length, so the epoch's time is from their mean, not their median.
      const [a, b] = taken.map((all) => ((all.reduce((sum, one) => sum + one[clock], 0) / all.length) * epochs[0].batches.length) / 1000);
      const ratios = taken[0].map((one, run) => taken[1][run][clock] / one[clock]);
      return { bench: 'length-buckets', case: `${name}, from ${steps} steps`, metric, ours: a, peer: b, ratio: b / a, spread: halfQuartileSpread(ratios), load };
    });
  } finally {
    optimiser.dispose();
    model.dispose();
  }
}
