import * as tf from '@tensorflow/tfjs';
import { adamStep, backendInfo, globalNormClip } from '../lib/backend';
import type { BenchRow } from '../lib/cli/bench';
import { Random } from '../lib/common';
import { bert, Parameters, type StoredTensor } from '../lib/layers';
import { inTurn, medianRows, ready, type Step, stepMetrics, timed, withPeer } from './beside-peer';
import { type Drawn, type Operation, operations, settings, type Size, vocabulary } from './fused-operations';

const sizes: Record<string, Size> = {
  'tiny 16×128×312': { batch: 16, length: 128, hidden: 312, heads: 12 },
  'base 8×128×768': { batch: 8, length: 128, hidden: 768, heads: 12 },
};
const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, learningRate: 1e-2, decay: 0.01 };
/**
 * How far the two sides' fingerprints may differ: by float32's rounding; for AdamW, where 1 − β₂ is float32 here and float64 there,
 * by its error too (5e-5); where each side draws a mask of its own, by their shares of zeros.
 */
const tolerances = { exact: 1e-5, updated: 1e-4, random: 1e-2 };
/** Steps that are checked, before those that count: reading whole tensors leaves JavaScript's heap in need of the next steps to recover. */
const checks = 2;
const counts = { warmUps: checks + 4, repeats: 11 };

/**
 * Each fused operation, forward with its gradients and, where it is of use alone, forward only, beside PyTorch's own on the
 * same tensors; and the two of the optimiser on all parameters of a tiny encoder.
 */
export async function* fused(wanted: (name: string) => boolean): AsyncGenerator<BenchRow> {
  const python = await ready();
  for (const [sizeName, size] of Object.entries(sizes)) {
    for (const [operation, of] of Object.entries(operations)) {
      const one = of(size);
      const ways = (one.inference ? (['with gradients', 'forward'] as const) : (['with gradients'] as const))
        .map((way) => ({ way, name: `${operation}, ${sizeName}, ${way}` }))
        .filter(({ name }) => wanted(name));
      if (ways.length > 0) for (const row of await measure(operation, size, one, ways, python)) yield row;
    }
  }
  for (const operation of ['AdamW', 'gradient clipping'] as const) {
    const name = `${operation}, tiny 4×312`;
    if (wanted(name)) for (const row of await measureUpdate(operation, name, python)) yield row;
  }
}

type Ways = Array<{ way: 'with gradients' | 'forward'; name: string }>;

async function measure(operation: string, size: Size, one: Operation, ways: Ways, python: string | undefined): Promise<BenchRow[]> {
  const stored = new Map(Object.entries(one.inputs).map(([name, given]) => [name, draw(name, given)]));
  const inputs = tensorsOf(stored);
  const constants = Object.fromEntries(Object.entries(one.constants ?? {}).map(([name, { values, shape, dtype }]) => [name, tf.tensor(values, shape, dtype)]));
  const names = Object.keys(inputs);
  const run = (...args: tf.Tensor[]): tf.Tensor => one.run(Object.fromEntries(args.map((arg, i) => [names[i], arg])), constants);
  const list = Object.values(inputs);
  stored.set('dy', draw('dy', { shape: tf.tidy(() => run(...list).shape), deviation: 1 }));
  const dy = tensorsOf(new Map([['dy', stored.get('dy')!]])).dy;
  const steps = {
    forward: () => [tf.tidy(() => run(...list))],
    'with gradients': () => {
      const { value, grads } = tf.valueAndGrads(run)(list, dy);
      return [value, ...grads];
    },
  };
  const config = { ...settings, ...size, operation, constants: one.constants ?? {}, random: one.random === true, checks, device: backendInfo().device };
  const check = one.random ? sharedZeros : fingerprint;
  const tolerance = one.random ? tolerances.random : tolerances.exact;
  try {
    return await withPeer(python, 'fused.py', stored, config, async (peer) => {
      const rows: BenchRow[] = [];
      for (const { way, name } of ways) {
        const asked = peer && { ask: () => peer.ask(way) };
        const taken = await inTurn(`fused, ${name}`, stepsOf(steps[way], check), asked, { ...counts, tolerance });
        rows.push(...medianRows('fused', name, taken, stepMetrics));
      }
      return rows;
    });
  } finally {
    tf.dispose([...list, ...Object.values(constants), dy]);
  }
}

/** The optimiser's two operations, on parameters that go through all steps. */
async function measureUpdate(operation: 'AdamW' | 'gradient clipping', name: string, python: string | undefined): Promise<BenchRow[]> {
  const parameters = new Parameters(1);
  bert(parameters.scope(''), {
    vocabulary, layers: 4, hidden: 312, heads: 12, feedForward: 4 * 312, maxPositions: 512, typeVocabulary: 2, dropout: 0, attentionDropout: 0,
    layerNormEpsilon: settings.epsilon, positions: 'absolute',
  });
  const stored = await parameters.save();
  const variables = parameters.list().map(({ variable }) => variable);
  const moments = (): tf.Variable[] => variables.map(({ shape }) => tf.tidy(() => tf.variable(tf.zeros(shape), false)));
  const [m, v] = [moments(), moments()];
  const drawnGradients = new Map(parameters.list().map(({ name, variable }) => [`gradient of ${name}`, draw(name, { shape: variable.shape, deviation: 1 })]));
  const gradients = tensorsOf(drawnGradients);
  let step = 0;
  const updates = {
    AdamW: () => {
      const { learningRate, decay, ...rest } = adam;
      const each = (value: number): number[] => variables.map(() => value);
      adamStep(variables, Object.values(gradients), m, v, { ...rest, learningRates: each(learningRate), decay: each(decay), step: ++step });
      return variables;
    },
    // Half of the last time's, so that there is always something to scale.
    'gradient clipping': () => {
      globalNormClip(gradients, 2 ** -++step);
      return Object.values(gradients);
    },
  };
  try {
    const config = { ...adam, operation, checks, device: backendInfo().device };
    return await withPeer(python, 'fused.py', new Map([...stored, ...drawnGradients]), config, async (peer) => {
      const ours = stepsOf(updates[operation], fingerprint, false);
      return medianRows('fused', name, await inTurn(`fused, ${name}`, ours, peer, { ...counts, tolerance: tolerances.updated }), stepMetrics);
    });
  } finally {
    parameters.dispose();
    tf.dispose([m, v, gradients]);
  }
}

/** Times steps until one number of what each gives is there, which a GPU has to be waited for; the first ones' values are checked. */
function stepsOf(step: () => tf.Tensor[], check: (results: Float32Array[]) => number, dispose = true): () => Promise<Step> {
  let count = 0;
  return async () => {
    let results: tf.Tensor[] = [];
    const taken = await timed(() => {
      results = step();
      return tf.tidy(() => tf.slice(tf.reshape(results[0], [-1]), 0, 1).dataSync<'float32'>()[0]);
    });
    const value = count++ < checks ? check(results.map((result) => result.dataSync<'float32'>())) : 0;
    if (dispose) tf.dispose(results);
    return { ...taken, value };
  };
}

/**
 * A number by which two lists of tensors can be told to be the same: for each, the logarithm of its norm, for its scale, and its
 * direction's projection on a fixed ramp, for its signs and their order. A tensor that is rounding alone, as the gradient of
 * attention's key bias is, counts for nothing.
 */
function fingerprint(tensors: Float32Array[]): number {
  const norms = tensors.map((values) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0)));
  const least = 1e-5 * Math.max(...norms);
  return tensors.reduce((sum, values, t) => {
    if (norms[t] < least) return sum;
    return sum + Math.log(norms[t]) + values.reduce((along, value, i) => along + value * ((i % 97) / 48 - 1), 0) / norms[t];
  }, 0);
}

/** Σ |y dx|: a share of it is missing where the value and its gradient are not masked alike. */
function sharedZeros([y, dx]: Float32Array[]): number {
  return y.reduce((sum, value, i) => sum + Math.abs(value * dx[i]), 0);
}

function draw(name: string, { shape, deviation }: Drawn): StoredTensor {
  const random = Random.from(1, `fused/${name}`);
  return { shape, values: Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal() * deviation) };
}

const tensorsOf = (stored: ReadonlyMap<string, StoredTensor>): Record<string, tf.Tensor> =>
  Object.fromEntries([...stored].map(([name, { values, shape }]) => [name, tf.tensor(values, shape)]));
