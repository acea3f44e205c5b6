import * as assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { crfLogPartition, prepareBackend, type BackendName } from '../../lib/backend';
import { assertClose, assertSame, given, needsTorch, on, Samples, toTensor, type TensorValues } from './support';

interface Case {
  name: string;
  n: number;
  labels: number;
  lengths: number[];
  /** Scores lie within ± this. */
  range?: number;
}

const cases: Case[] = [
  { name: 'of several lengths, 0 among them', n: 4, labels: 3, lengths: [4, 0, 2, 1] },
  { name: 'of one token', n: 1, labels: 2, lengths: [1] },
  { name: 'of one label', n: 3, labels: 1, lengths: [3, 2] },
  { name: 'of padding alone', n: 2, labels: 3, lengths: [0, 0] },
  { name: 'of 19 labels', n: 12, labels: 19, lengths: [12, 5, 9] },
  { name: 'of large scores', n: 5, labels: 17, lengths: [5, 4], range: 90 },
];

/** Emissions, transitions, start, end. */
function inputs({ name, n, labels, lengths, range = 2 }: Case): TensorValues[] {
  const s = Samples.named(name);
  return [[lengths.length, n, labels], [labels, labels], [labels], [labels]].map((shape) => s.floats(shape, -range, range));
}

const apply = ({ lengths }: Case) => (emissions: tf.Tensor, transitions: tf.Tensor, start: tf.Tensor, end: tf.Tensor): tf.Tensor1D =>
  crfLogPartition(emissions, transitions, start, end, tf.tensor1d(lengths, 'int32'));

/** The log-partitions, and the gradients of their sum weighted by 1, −0.5, 2, … */
const valueAndGradients = (one: Case, values = inputs(one)) => (): tf.Tensor[] => {
  const tensors = values.map(toTensor);
  const [e, t, s, f] = tensors;
  const weights = tf.tensor1d(one.lengths.map((_, i) => [1, -0.5, 2][i % 3]));
  return [apply(one)(e, t, s, f), ...tf.grads((...x) => tf.sum(tf.mul(apply(one)(x[0], x[1], x[2], x[3]), weights)))(tensors)];
};

/** By enumeration of every label sequence, in doubles. */
function enumerated({ n, labels, lengths }: Case, [emissions, transitions, start, end]: TensorValues[]): { partition: number[]; marginals: number[] } {
  const marginals = new Array<number>(lengths.length * n * labels).fill(0);
  const partition = lengths.map((length, example) => {
    if (length === 0) return 0;
    const at = (t: number, label: number): number => (example * n + t) * labels + label;
    let paths: Array<{ path: number[]; score: number }> = Array.from({ length: labels }, (_, label) => ({ path: [label], score: start.values[label] + emissions.values[at(0, label)] }));
    for (let t = 1; t < length; t++) {
      paths = paths.flatMap(({ path, score }) => Array.from({ length: labels }, (_, label) => ({
        path: [...path, label], score: score + transitions.values[path[t - 1] * labels + label] + emissions.values[at(t, label)],
      })));
    }
    const scores = paths.map(({ path, score }) => score + end.values[path[length - 1]]);
    const most = Math.max(...scores);
    const total = most + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - most), 0));
    paths.forEach(({ path }, i) => path.forEach((label, t) => (marginals[at(t, label)] += Math.exp(scores[i] - total))));
    return total;
  });
  return { partition, marginals };
}

for (const backend of ['cpu', 'wasm', 'torch'] as BackendName[]) {
  describe(`crfLogPartition on ${backend}`, () => {
    if (backend === 'torch') before(async function () { await needsTorch(this); });

    for (const one of cases.filter(({ n, labels }) => labels ** n < 1000)) {
      it(`${one.name}: log-partitions and marginals by enumeration`, async () => {
        const values = inputs(one);
        const { partition, marginals } = enumerated(one, values);
        const [actual, gradient] = await on(backend, () => {
          const [e, t, s, f] = values.map(toTensor);
          return [apply(one)(e, t, s, f), tf.grad((x: tf.Tensor) => tf.sum(apply(one)(x, t, s, f)))(e)];
        });
        assertClose(actual.values, partition, 1e-6, 'log-partition');
        assertClose(gradient.values, marginals, 2e-6, 'marginals');
      });
    }

    for (const one of backend === 'cpu' ? [] : cases) {
      it(`${one.name}: as composed on cpu`, async () => {
        const expected = await on('cpu', valueAndGradients(one));
        const before = tf.memory().numTensors;
        // Scores in the hundreds: the composed sums carry an absolute error of some 1e-5, which the marginals take over.
        assertSame(await on(backend, valueAndGradients(one)), expected, one.range ? 2e-4 : 2e-5);
        assert.equal(tf.memory().numTensors, before, 'tensors left behind');
      });
    }
  });
}

describe('crfLogPartition', () => {
  before(async function () { await needsTorch(this); });

  it('of independent uniform labels is n log(labels), whatever is added to all scores', async () => {
    const one: Case = { name: '', n: 100, labels: 5, lengths: [100, 30] };
    for (const shift of [0, 1e4, -1e4]) {
      const [actual] = await on('torch', () => apply(one)(tf.fill([2, 100, 5], shift), tf.zeros([5, 5]), tf.zeros([5]), tf.zeros([5])));
      assertClose(actual.values, [100, 30].map((n) => n * (Math.log(5) + shift)), 1e-6, `shifted by ${shift}`);
    }
  });

  it('takes scores of −∞: forbidden paths weigh nothing, and a sequence without any path has log-partition −∞', async () => {
    const one: Case = { name: '', n: 3, labels: 2, lengths: [3] };
    const barred = given([0, -Infinity, -Infinity, 0], [2, 2]);
    const [partition, , dTransitions] = await on('torch', valueAndGradients(one, [given([0, 0, 0, 0, 0, 0], [1, 3, 2]), barred, given([0, 0]), given([0, 0])]));
    assertClose(partition.values, [Math.log(2)], 1e-6, 'two constant paths');
    assertClose(dTransitions.values, [1, 0, 0, 1], 1e-6, 'pairs');
    const [none, dEmissions] = await on('torch', valueAndGradients(one, [given([0, 0, 0, 0, 0, 0], [1, 3, 2]), given([-Infinity, -Infinity, -Infinity, -Infinity], [2, 2]), given([0, 0]), given([0, 0])]));
    assert.equal(none.values[0], -Infinity);
    assert.ok(dEmissions.values.every((value) => value === 0));
  });

  it('does not change by a bit with the number of threads, and over 500 tokens each token\'s marginals sum to 1', async () => {
    const one: Case = { name: 'long', n: 500, labels: 19, lengths: [500, 211, 3, 400, 77] };
    const results = [];
    for (const threads of [1, 2]) {
      await prepareBackend({ backend: 'torch', quiet: true, threads });
      results.push(tf.tidy(() => valueAndGradients(one)().map((tensor) => Array.from(tensor.dataSync()))));
    }
    const [[partition, ...gradients], two] = results;
    assert.deepEqual(two, [partition, ...gradients]);
    const weights = [1, -0.5, 2, 1, -0.5];
    one.lengths.forEach((length, i) => {
      for (let t = 0; t < length; t += 50) {
        const row = gradients[0].slice((i * 500 + t) * 19, (i * 500 + t + 1) * 19);
        assertClose([row.reduce((sum, value) => sum + value, 0)], [weights[i]], 1e-5, `token ${t} of ${i}`);
      }
    });
  });

  it('refuses shapes that do not fit, naming them, and lengths beyond the padded one', async () => {
    await prepareBackend({ backend: 'torch', quiet: true });
    tf.tidy(() => {
      const [start, end] = [tf.zeros([3]), tf.zeros([3])];
      assert.throws(() => crfLogPartition(tf.zeros([1, 2, 3]), tf.zeros([2, 2]), start, end, tf.tensor1d([2], 'int32')), /crfLogPartition: emissions \[1,2,3\].*\[2,2\]/);
      assert.throws(() => crfLogPartition(tf.zeros([1, 2, 3]), tf.zeros([3, 3]), start, end, tf.tensor1d([3], 'int32')), /a length of 3 in a batch padded to 2/);
    });
  });
});
