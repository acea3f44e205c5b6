import * as tf from '@tensorflow/tfjs';
import { median, Random } from '../common';
import { bandedPointer, globalPointer, Parameters, type SpanHead } from '../layers';

/** Windows of n tokens with vectors of `inputs` numbers, of which spans of up to k tokens are scored for each type. */
export interface BandShape {
  n: number;
  k: number;
  batch: number;
  types: number;
  inputs: number;
}

type Way = 'dense' | 'band';

export interface BandTiming extends BandShape {
  /** Spans of a window that each head scores for a type, [CLS] and [SEP] in none, counted one by one. */
  spans: Record<Way, number>;
  /** Milliseconds of the loss with all its gradients, from the tokens' vectors on: medians over the rounds. */
  ms: Record<Way, number>;
  /** Largest difference of the two heads' scores of one span, over all spans in the band. */
  difference: number;
}

/**
 * The banded head beside the dense one, with the same parameters on the same vectors: scores compared span by span, then loss and gradients timed in
 * turn, after one round to warm up.
 */
export async function timeBand(shape: BandShape, rounds = 5): Promise<BandTiming> {
  const { n, k, batch, types, inputs } = shape;
  const config = { size: 64, scale: true, rope: true };
  const stores = { dense: new Parameters(0), band: new Parameters(0) };
  const heads = {
    dense: globalPointer(stores.dense.scope('head'), inputs, types, config),
    band: bandedPointer(stores.band.scope('head'), inputs, types, { ...config, k }),
  };
  const random = Random.from(0, `band ${n}`);
  const x = tf.tidy(() => tf.variable(tf.tensor3d(Float32Array.from({ length: batch * n * inputs }, () => random.normal()), [batch, n, inputs])));
  try {
    const compared = await compareScores(heads, x, shape);
    const taken: Record<Way, number[]> = { dense: [], band: [] };
    for (let round = 0; round <= rounds; round++) {
      for (const way of round % 2 ? (['dense', 'band'] as const) : (['band', 'dense'] as const)) {
        const ms = timeLoss(heads[way], [x, ...stores[way].list().map(({ variable }) => variable)], x, shape);
        if (round > 0) taken[way].push(ms);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    return { ...shape, ...compared, ms: { dense: median(taken.dense), band: median(taken.band) } };
  } finally {
    x.dispose();
    stores.dense.dispose();
    stores.band.dispose();
  }
}

const lengthsOf = ({ n, batch }: BandShape): number[] => Array<number>(batch).fill(n);

async function compareScores(heads: Record<Way, SpanHead>, x: tf.Tensor3D, shape: BandShape): Promise<Pick<BandTiming, 'spans' | 'difference'>> {
  const { n, batch, types } = shape;
  const scores = tf.tidy(() => ({ dense: heads.dense.forward(x, lengthsOf(shape)), band: heads.band.forward(x, lengthsOf(shape)) }));
  const values = { dense: await scores.dense.data<'float32'>(), band: await scores.band.data<'float32'>() };
  tf.dispose(scores);
  const widths = { dense: heads.dense.width(n), band: heads.band.width(n) };
  const spans = { dense: 0, band: 0 };
  let difference = 0;
  for (let first = 1; first < n - 1; first++) {
    for (let last = first; last < n - 1; last++) {
      const columns = { dense: heads.dense.column(first, last)!, band: heads.band.column(first, last) };
      spans.dense++;
      if (columns.band === undefined) continue;
      spans.band++;
      for (let row = 0; row < batch * types; row++) {
        const cell = (way: Way): number => values[way][(row * n + first) * widths[way] + columns[way]!];
        difference = Math.max(difference, Math.abs(cell('dense') - cell('band')));
      }
    }
  }
  return { spans, difference };
}

/** Milliseconds of one loss with the gradients of `variables`; the first two tokens of each window are gold of every type. */
function timeLoss(head: SpanHead, variables: tf.Variable[], x: tf.Tensor3D, shape: BandShape): number {
  const { n, batch, types } = shape;
  const column = head.column(1, Math.min(2, shape.k))!;
  const positives = Array.from({ length: batch * types }, (_, row) => (row * n + 1) * head.width(n) + column);
  const began = performance.now();
  const { value, grads } = tf.variableGrads(() => head.loss(x, lengthsOf(shape), positives), variables);
  value.dataSync();
  const taken = performance.now() - began;
  tf.dispose([value, ...Object.values(grads)]);
  return taken;
}
