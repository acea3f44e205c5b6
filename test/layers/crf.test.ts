import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { prepareBackend } from '../../lib/backend';
import { bestPath, crf, Parameters, type AllowedLabels } from '../../lib/layers';
import { assertClose, assertNoLeak, flatten, readReference } from './support';

interface Golden {
  lengths: number[];
  tags: number[][];
  forbidden: Array<[number, number]>;
  forbiddenStarts: number[];
  parameters: { emissions: number[][][]; transitions: number[][]; start: number[]; end: number[] };
  partition: number[];
  weights: number[];
  loss: number;
  lossGradients: Golden['parameters'];
  best: number[][];
  legal: number[][];
}

/** test/reference/crf.py: enumeration of all label sequences in float64. */
describe('crf agrees with the enumeration of all label sequences', () => {
  const golden = readReference<Golden>('crf.json');
  const { emissions: scores, transitions, start, end } = golden.parameters;
  const labels = start.length;
  const stored = (values: number[] | number[][], shape: number[]) => ({ shape, values: Float32Array.from(flatten(values)) });
  const make = () => {
    const parameters = new Parameters(0, new Map([
      ['transitions', stored(transitions, [labels, labels])], ['start', stored(start, [labels])], ['end', stored(end, [labels])],
    ]));
    return { parameters, layer: crf(parameters.scope(''), labels) };
  };
  const allowed: AllowedLabels = {
    starts: start.map((_, label) => !golden.forbiddenStarts.includes(label)),
    ends: start.map(() => true),
    pairs: start.map((_, from) => start.map((_, to) => !golden.forbidden.some(([a, b]) => a === from && b === to))),
  };

  for (const backend of [undefined, 'cpu'] as const) {
    it(`loss and its gradients${backend ? ` (${backend})` : ''}`, async () => {
      await prepareBackend({ quiet: true, backend });
      await assertNoLeak(() => {
        const { parameters, layer } = make();
        const [x, tags] = [tf.tensor3d(scores), tf.tensor2d(golden.tags, undefined, 'int32')];
        const { value, grads: [dx] } = tf.valueAndGrads((given: tf.Tensor) => layer.loss(given as tf.Tensor3D, tags, golden.lengths))([x]);
        assertClose(value.dataSync(), golden.loss, 1e-6, 'loss');
        assertClose(dx.dataSync(), golden.lossGradients.emissions, 1e-6, 'gradient of the emissions');
        const { value: again, grads } = tf.variableGrads(() => layer.loss(x, tags, golden.lengths));
        for (const name of ['transitions', 'start', 'end'] as const) {
          assertClose(grads[parameters.get(name).name].dataSync(), golden.lossGradients[name] as number[][], 1e-6, `gradient of ${name}`);
        }
        tf.dispose([x, tags, value, dx, again, ...Object.values(grads)]);
        parameters.dispose();
      });
    });
  }

  it('the best path, and the best among the allowed', async () => {
    await prepareBackend({ quiet: true });
    const { parameters, layer } = make();
    const x = tf.tensor3d(scores);
    await assertNoLeak(async () => {
      assert.deepEqual(await layer.decode(x, golden.lengths), golden.best);
      assert.deepEqual(await layer.decode(x, golden.lengths, allowed), golden.legal);
      assert.deepEqual(await layer.decode(x, [0, 0, 0]), [[], [], []]);
    });
    x.dispose();
    parameters.dispose();
  });

  it('marginals sum to 1 at tokens and to 0 at padding', async () => {
    await prepareBackend({ quiet: true });
    const { parameters, layer } = make();
    const sums = tf.tidy(() => layer.marginals(tf.tensor3d(scores), golden.lengths).sum(2).arraySync()) as number[][];
    assertClose(flatten(sums), golden.lengths.map((length) => Array.from({ length: 5 }, (_, t) => (t < length ? 1 : 0))), 1e-6);
    parameters.dispose();
  });

  it('from its initial values is a softmax for each token', async () => {
    await prepareBackend({ quiet: true });
    const parameters = new Parameters(0);
    const layer = crf(parameters.scope(''), labels);
    const [loss, expected] = tf.tidy(() => {
      const x = tf.tensor3d(scores);
      const logProbabilities = tf.logSoftmax(x).arraySync() as number[][][];
      const sum = golden.lengths.map((length, i) => golden.tags[i].slice(0, length).reduce((total, tag, t) => total - logProbabilities[i][t][tag], 0));
      return [layer.loss(x, tf.tensor2d(golden.tags, undefined, 'int32'), golden.lengths).dataSync()[0], sum.reduce((a, b) => a + b) / sum.length];
    });
    assertClose([loss], [expected], 1e-6);
    parameters.dispose();
  });
});

describe('bestPath', () => {
  const bits = (count: number) => fc.array(fc.boolean(), { minLength: count, maxLength: count });
  const numbers = (count: number) => fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: count, maxLength: count });
  const anyChain = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 })).chain(([labels, length]) => fc.record({
    labels: fc.constant(labels), length: fc.constant(length), emissions: numbers(length * labels), transitions: numbers(labels * labels), start: numbers(labels),
    end: numbers(labels), starts: bits(labels), ends: bits(labels), pairs: fc.array(bits(labels), { minLength: labels, maxLength: labels }),
  }));

  it('scores no less than any allowed sequence, and is allowed; where none is, throws', () => {
    let some = 0;
    fc.assert(fc.property(anyChain, (chain) => {
      const { labels, length, emissions, transitions, start, end, starts, ends, pairs } = chain;
      const isAllowed = (path: number[]): boolean => starts[path[0]] && ends[path[length - 1]] && path.every((label, t) => t === 0 || pairs[path[t - 1]][label]);
      const score = (path: number[]): number => start[path[0]] + end[path[length - 1]] +
        path.reduce((sum, label, t) => sum + emissions[t * labels + label] + (t > 0 ? transitions[path[t - 1] * labels + label] : 0), 0);
      const paths = Array.from({ length: labels ** length }, (_, code) => Array.from({ length }, (_, t) => Math.floor(code / labels ** t) % labels)).filter(isAllowed);
      const decode = (): number[] => bestPath(emissions, { labels, transitions, start, end }, { starts, ends, pairs });
      if (paths.length === 0) return assert.throws(decode, /no allowed sequence of \d labels/);
      some++;
      const best = decode();
      assert.ok(isAllowed(best));
      assert.ok(score(best) >= Math.max(...paths.map(score)) - 1e-9);
    }), { numRuns: 500, seed: 4 });
    assert.ok(some > 200, `only ${some} chains had an allowed sequence`);
  });

  it('of equal scores takes the lower label, and refuses scores that are no numbers', () => {
    const scores = { labels: 2, transitions: [0, 0, 0, 0], start: [0, 0], end: [0, 0] };
    assert.deepEqual(bestPath([0, 0, 0, 0], scores), [0, 0]);
    assert.throws(() => bestPath([0, NaN, NaN, NaN], scores), /not finite/);
  });
});
