import { loadavg } from 'node:os';
import * as tf from '@tensorflow/tfjs';
import { linear, multiLabelLoss, outside, pointerLoss, type PointerOptions, pointerScores } from '../lib/backend';
import type { BenchRow } from '../lib/cli/bench';
import { Random } from '../lib/common';
import { medianRows, ready, type Step, stepMetrics, type Steps, withPeer } from './beside-peer';
import type { PythonPeer } from './peers/python';
import { halfQuartileSpread, median } from './spread';

const shape = { batch: 8, hidden: 768, types: 9, size: 64, k: 43 };
const windows = [128, 256, 512];
const warmUps = 1;
const repeats = 7;
/** The peer's dense matrices take most of the bench's time. */
const peerRepeats = 2;

/**
 * The span stage forward and backward: the whole matrix of scores; the whole matrix with what lies outside the band masked, as
 * paper B does; and the band alone. `from x` begins at the encoder's output, with the projection to queries and keys and its
 * gradients, `from vectors` behind it.
 */
const ways = ['dense', 'masked', 'band'] as const;
const stages = ['from x', 'from vectors'] as const;
type Way = (typeof ways)[number];
type Stage = (typeof stages)[number];

/**
 * Beside it, PyTorch's public dense formulation; for the band, its masked one, which has the same loss. (It masks by −10¹², and
 * about a third of its time goes into exponentials that underflow.)
 */
export async function* spanStage(wanted: (name: string) => boolean): AsyncGenerator<BenchRow> {
  const python = await ready();
  for (const n of windows) {
    if (wanted(`n ${n}`)) for (const row of await measure(n, python)) yield row;
  }
}

async function measure(n: number, python: string | undefined): Promise<BenchRow[]> {
  const inputs = new SpanStage(n);
  try {
    inputs.compareScores();
    const tensors = new Map(Object.entries(inputs.tensors).map(([name, tensor]) => [name, { shape: tensor.shape, values: tensor.dataSync<'float32'>() }]));
    return await withPeer(python, 'span_stage.py', tensors, { ...shape, n, lengths: inputs.lengths, spans: inputs.spans }, (peer) => rowsOf(n, inputs, peer));
  } finally {
    inputs.dispose();
  }
}

async function rowsOf(n: number, inputs: SpanStage, peer: PythonPeer<Step> | undefined): Promise<BenchRow[]> {
  const load = loadavg()[0];
  const taken = new Map<string, Steps<Step>>();
  for (let run = 0; run < warmUps + repeats; run++) {
    for (const stage of stages) {
      const theirs: Record<string, Step | undefined> = {};
      for (const way of ways) {
        const ours = inputs.step(way, stage);
        const formulation = way === 'dense' ? 'dense' : 'masked';
        if (run < warmUps + peerRepeats) theirs[formulation] ??= await peer?.ask(JSON.stringify({ masked: way !== 'dense', projection: stage === 'from x' }));
        const other = theirs[formulation];
        if (other && Math.abs(ours.value - other.value) > 1e-4 * Math.abs(other.value)) {
          throw new Error(`span-stage: ${way} at ${n} has the loss ${ours.value}, PyTorch's ${other.value}: the two do not compute the same`);
        }
        if (run < warmUps) continue;
        const all = taken.get(`${way} ${stage}`) ?? { ours: [], peer: [], load };
        taken.set(`${way} ${stage}`, all);
        all.ours.push(ours);
        if (other) all.peer.push(other);
      }
    }
  }
  return stages.flatMap((stage) => [
    ...ways.flatMap((way) => medianRows('span-stage', `${way}, n ${n}, ${stage}`, taken.get(`${way} ${stage}`)!, stepMetrics)),
    ...savedRows(`band for dense, n ${n}, ${stage}`, taken.get(`dense ${stage}`)!.ours, taken.get(`band ${stage}`)!.ours, load),
  ]);
}

/** What share of dense's time the band saves, pair by pair. */
function savedRows(name: string, dense: Step[], band: Step[], load: number): BenchRow[] {
  return Object.entries(stepMetrics).map(([metric, time]) => {
    const saved = band.map((one, run) => 100 * (1 - time(one) / time(dense[run])));
    return { bench: 'span-stage', case: name, metric: `% of ${metric} saved`, ours: median(saved), peer: null, ratio: null, spread: halfQuartileSpread(saved), load };
  });
}

/** Inputs and weights, some gold spans, and the stage on them. */
class SpanStage {
  readonly lengths: number[];
  /** Example, type, first and last token. */
  readonly spans: Array<[number, number, number, number]> = [];
  readonly tensors: { x: tf.Tensor; weight: tf.Tensor; bias: tf.Tensor; vectors: tf.Tensor };
  private readonly options: PointerOptions;

  constructor(private readonly n: number) {
    const { batch, hidden, types, size } = shape;
    const random = Random.from(1, `span-stage/${n}`);
    this.lengths = Array.from({ length: batch }, () => n - random.below(n / 8));
    for (let example = 0; example < batch; example++) {
      for (let type = 0; type < types; type++) {
        const first = 1 + random.below(this.lengths[example] - 22);
        this.spans.push([example, type, first, first + random.below(20)]);
      }
    }
    const weight = tf.randomNormal([types * 2 * size, hidden], 0, 0.04, 'float32', 1);
    const bias = tf.randomNormal([types * 2 * size], 0, 0.1, 'float32', 2);
    const x = tf.randomNormal([batch, n, hidden], 0, 1, 'float32', 3);
    this.tensors = { x, weight, bias, vectors: tf.tidy(() => linear(x, weight, bias)) };
    this.options = { types, lengths: this.lengths, scale: 1 / Math.sqrt(size), rope: true };
  }

  /** Loss and gradients, timed until the loss is read. */
  step(way: Way, stage: Stage): Step {
    const { x, weight, bias, vectors } = this.tensors;
    const cpu = process.cpuUsage();
    const begin = performance.now();
    const { value, grads } = stage === 'from x'
      ? tf.valueAndGrads((...inputs: tf.Tensor[]) => this.loss(way, linear(inputs[0], inputs[1], inputs[2])))([x, weight, bias])
      : tf.valueAndGrads((input: tf.Tensor) => this.loss(way, input))([vectors]);
    const loss = value.dataSync()[0];
    const ms = performance.now() - begin;
    const { user, system } = process.cpuUsage(cpu);
    tf.dispose([value, ...grads]);
    return { ms, cpu: (user + system) / 1000, value: loss };
  }

  private loss(way: Way, vectors: tf.Tensor): tf.Scalar {
    const { n } = this;
    const { batch, types, k } = shape;
    const width = way === 'band' ? Math.min(k, n) : n;
    const positives = this.spans.map(([example, type, first, last]) => ((example * types + type) * n + first) * width + (way === 'band' ? last - first : last));
    if (way !== 'masked') return pointerLoss(vectors, positives, { ...this.options, k: way === 'band' ? k : undefined });
    const near = tf.linalg.bandPart(tf.ones([n, n]), -1, k - 1); // j − i < k
    const scores = pointerScores(vectors, this.options).mul(near).add(tf.sub(1, near).mul(outside));
    return multiLabelLoss(scores.reshape([batch * types, n * n]), positives);
  }

  /** The band's scores must be those of the dense matrix. */
  compareScores(): void {
    const { n, tensors: { vectors } } = this;
    const most = tf.tidy(() => {
      const k = Math.min(shape.k, n);
      const band = pointerScores(vectors, { ...this.options, k });
      const dense = pointerScores(vectors, this.options).reshape([-1, n * n]);
      // Cell (i, i + c) lies at i · n + i + c: read with rows one longer, the band is the first k columns.
      const rows = dense.pad([[0, 0], [0, n]]).reshape([-1, n, n + 1]).slice([0, 0, 0], [-1, n, k]).reshape(band.shape);
      return band.sub(rows).mul(band.greater(outside)).abs().max().dataSync()[0];
    });
    if (!(most < 1e-5)) throw new Error(`span-stage: at ${n} the band's scores differ from the dense ones by ${most}`);
  }

  dispose(): void {
    tf.dispose(Object.values(this.tensors));
  }
}
