import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { prepareBackend } from '../../lib/backend';
import { Random } from '../../lib/common';
import {
  adaptiveLayerNorm, type Bert, biaffine, bilstmTagger, characterEmbedding, convolutionBank, type ConvolutionShape, coPredictor, crossAttention, encodeItems,
  featureMapping, featureKinds, inference, Parameters, reluMlp, type TagHead,
} from '../../lib/layers';
import { legalTags } from '../../lib/text';
import { assertClose, assertNoLeak, flatten, readReference } from './support';

type Numbers = number[] | number[][] | number[][][];
type Named = Record<string, Numbers>;

interface Case {
  y: number[][][];
  weights: number[][][];
  inputs: Named;
  parameters: Named;
  gradients: Named;
}

interface Tagger {
  loss: number;
  parameters: Named;
  gradients: Named;
}

interface Golden {
  lengths: number[];
  second: number[];
  mapping: Case & { keywords: Array<[example: number, tokens: number[], second: number[], items: Array<[kind: number, item: number]>]> };
  items: Case & { counts: number[][] };
  attention: Case & { heads: number };
  norm: Case & { epsilon: number };
  mlp: Case;
  convolutions: Array<Case & { shapes: ConvolutionShape[]; channels: number }>;
  predictor: {
    size: number; labels: number; positions: number; hidden: number; tags: number[][]; x: number[][][];
    cases: Array<Tagger & { biaffine: boolean; convolution: boolean; scores: number[][][] }>;
  };
  bilstm: Tagger & { state: number; x: number[][][]; best: number[][] };
}

const shapeOf = (values: unknown): number[] => (Array.isArray(values) ? [values.length, ...shapeOf(values[0])] : []);
const stored = (values: Numbers) => ({ shape: shapeOf(values), values: Float32Array.from(flatten(values)) });
const given = (parameters: Named) => new Parameters(0, new Map(Object.entries(parameters).map(([name, values]) => [name, stored(values)])));
const mask = (lengths: number[], n: number): tf.Tensor2D => tf.tensor2d(lengths.map((length) => Array.from({ length: n }, (_, i) => (i < length ? 1 : 0))));
const int1d = (values: number[]): tf.Tensor1D => tf.tensor1d(values, 'int32');

/** test/reference/paper-a.py: independent PyTorch versions in float64. */
describe("the layers of paper A agree with the reference", () => {
  const golden = readReference<Golden>('paper-a.json');
  const { lengths, second } = golden;
  const [batch, n, hidden] = shapeOf(golden.mlp.inputs.x);
  const m = shapeOf(golden.attention.inputs.other)[1];

  /** Outputs, and the gradient of Σ weights ∘ y for every input and parameter; nothing stays behind. */
  async function assertCase(one: Case, parameters: Parameters, run: (inputs: Record<string, tf.Tensor>) => tf.Tensor): Promise<void> {
    assert.deepEqual(parameters.list().map(({ name }) => name).sort(), Object.keys(one.parameters).sort());
    await assertNoLeak(() => {
      const names = Object.keys(one.inputs);
      const inputs = names.map((name) => tf.tensor(one.inputs[name]));
      const weights = tf.tensor(one.weights);
      const value = (list: tf.Tensor[]): tf.Tensor => run(Object.fromEntries(names.map((name, i) => [name, list[i]])));
      const loss = (list: tf.Tensor[]): tf.Scalar => tf.tidy(() => value(list).mul(weights).sum().asScalar());
      assertClose(tf.tidy(() => value(inputs).dataSync()), one.y, 1e-5, 'outputs');
      const grads = tf.tidy(() => tf.grads((...list: tf.Tensor[]) => loss(list))(inputs));
      names.forEach((name, i) => assertClose(grads[i].dataSync(), one.gradients[name], 2e-5, `gradient of ${name}`));
      tf.dispose(grads);
      if (parameters.list().length > 0) {
        const found = tf.variableGrads(() => loss(inputs));
        for (const { name, variable } of parameters.list()) assertClose(found.grads[variable.name].dataSync(), one.gradients[name], 2e-5, `gradient of ${name}`);
        tf.dispose([found.value, ...Object.values(found.grads)]);
      }
      tf.dispose([...inputs, weights]);
    });
    parameters.dispose();
  }

  /** Loss, and its gradient for x and every parameter. */
  function assertLoss(parameters: Parameters, values: number[][][], run: (x: tf.Tensor3D) => tf.Scalar, expected: Tagger): void {
    assert.deepEqual(parameters.list().map(({ name }) => name).sort(), Object.keys(expected.parameters).sort());
    const x = tf.tensor3d(values);
    const { value, grads } = tf.valueAndGrads((input: tf.Tensor) => run(input as tf.Tensor3D))([x]);
    assertClose(value.dataSync(), expected.loss, 1e-5, 'loss');
    assertClose(grads[0].dataSync(), expected.gradients.x, 1e-5, 'gradient of x');
    const byVariable = tf.variableGrads(() => run(x));
    for (const { name, variable } of parameters.list()) assertClose(byVariable.grads[variable.name].dataSync(), expected.gradients[name], 1e-5, `gradient of ${name}`);
    tf.dispose([x, value, ...grads, byVariable.value, ...Object.values(byVariable.grads)]);
  }

  for (const backend of [undefined, 'cpu'] as const) {
    describe(backend ?? 'the backend of this machine', () => {
      before(() => prepareBackend({ quiet: true, backend }));

      it('feature mapping (Eq. 7-8)', async () => {
        const { keywords } = golden.mapping;
        const parameters = given(golden.mapping.parameters);
        const layer = featureMapping(parameters.scope(''), featureKinds, 1);
        await assertCase(golden.mapping, parameters, ({ x, other, items }) => {
          const entries = keywords.flatMap(([, , , parts], k) => parts.map(([kind, item]) => ({ k, kind, item })));
          const vectors = layer.keywords(items as tf.Tensor2D, {
            keywords: int1d(entries.map(({ k }) => k)), items: int1d(entries.map(({ item }) => item)), kinds: int1d(entries.map(({ kind }) => kind)), count: keywords.length,
          });
          const placed = (of: 1 | 2, width: number) => {
            const places = keywords.flatMap((keyword, k) => keyword[of].map((token) => ({ k, token: keyword[0] * width + token })));
            return { tokens: int1d(places.map(({ token }) => token)), keywords: int1d(places.map(({ k }) => k)) };
          };
          return tf.concat([layer.add(x as tf.Tensor3D, vectors, placed(1, n)), layer.add(other as tf.Tensor3D, vectors, placed(2, m))], 1);
        });
      });

      it('feature mapping without a keyword changes nothing, and its scalars have a gradient of 0', () => {
        const parameters = new Parameters(0);
        const layer = featureMapping(parameters.scope(''), ['description', 'relation'], 0.5);
        const none = int1d([]);
        const x = tf.tensor3d(golden.mlp.inputs.x as number[][][]);
        const run = (): tf.Tensor3D => layer.add(x, layer.keywords(tf.zeros([0, hidden]), { keywords: none, items: none, kinds: none, count: 0 }), { tokens: none, keywords: none });
        assertClose(tf.tidy(() => run().dataSync()), golden.mlp.inputs.x as number[][][], 1e-7);
        const { value, grads } = tf.variableGrads(() => run().sum().asScalar());
        assert.deepEqual(parameters.list().map(({ name }) => name), ['alpha', 'beta']);
        for (const { variable } of parameters.list()) assert.deepEqual([...grads[variable.name].dataSync()], [0]);
        tf.dispose([x, none, value, ...Object.values(grads)]);
        parameters.dispose();
      });

      it('item vectors (Eq. 3-6)', async () => {
        const { counts } = golden.items;
        const group = (from: number, to: number, tokens: tf.Tensor) => ({ tokens: tokens.slice(from, to - from), weights: tf.tensor2d(counts.slice(from, to)) });
        await assertCase(golden.items, new Parameters(0), ({ x }) => {
          const groups = [group(0, 1, x), group(1, 3, x)];
          let next = 0;
          // What the encoder says of each group is given.
          const encoder: Bert = { forward: () => groups[next++].tokens as tf.Tensor3D };
          return encodeItems(encoder, groups.map(({ weights }) => ({ ids: tf.zeros(weights.shape, 'int32'), mask: tf.ones(weights.shape), weights })), hidden, inference);
        });
      });

      it('cross attention (Eq. 10)', async () => {
        const parameters = given(golden.attention.parameters);
        const layer = crossAttention(parameters.scope(''), hidden, golden.attention.heads);
        await assertCase(golden.attention, parameters, ({ x, other }) => layer.forward(x as tf.Tensor3D, other as tf.Tensor3D, mask(second, m)));
      });

      it('adaptive layer normalisation (Eq. 12, 14, 15)', async () => {
        const parameters = given(golden.norm.parameters);
        const layer = adaptiveLayerNorm(parameters.scope(''), hidden, golden.norm.epsilon);
        await assertCase(golden.norm, parameters, ({ x }) => layer.forward(x as tf.Tensor3D));
      });

      it('the perceptron (Eq. 13)', async () => {
        const parameters = given(golden.mlp.parameters);
        const layer = reluMlp(parameters.scope(''), hidden);
        await assertCase(golden.mlp, parameters, ({ x }) => layer.forward(x as tf.Tensor3D));
      });

      for (const one of golden.convolutions) {
        it(`convolutions (Eq. 16-17): ${one.shapes.map(({ size, dilation }) => `${size} places ${dilation} apart`).join(', ')}`, async () => {
          const parameters = given(one.parameters);
          const bank = convolutionBank(parameters.scope(''), hidden, { shapes: one.shapes, channels: one.channels, activation: 'gelu' });
          assert.equal(bank.size, shapeOf(one.y)[2]);
          // What comes out at padding means nothing; in the reference it is 0.
          await assertCase(one, parameters, ({ x }) => bank.forward(x as tf.Tensor3D, mask(lengths, n)).mul(mask(lengths, n).expandDims(2)));
        });
      }

      for (const one of golden.predictor.cases) {
        it(`the co-predictor (Eq. 18-21)${one.biaffine ? '' : ' without relation scores'}${one.convolution ? '' : ' without convolved vectors'}`, async () => {
          const { size, labels, positions, tags, x } = golden.predictor;
          await assertNoLeak(() => {
            const parameters = given(one.parameters);
            const [from, width] = one.convolution ? [one.biaffine ? 0 : golden.predictor.hidden, x[0][0].length] : [0, golden.predictor.hidden];
            const cut = (input: tf.Tensor3D): tf.Tensor3D => input.slice([0, 0, from], [batch, n, width - from]);
            const own = one.biaffine ? golden.predictor.hidden : 0;
            const head = coPredictor(parameters.scope(''), width - from, labels, { hidden: own, biaffine: one.biaffine ? { size, positions } : null, dropout: 0.3 });
            const wanted = tf.tensor2d(tags, undefined, 'int32');
            const scores = tf.tidy(() => head.forward(cut(tf.tensor3d(x)), lengths, inference).arraySync());
            one.scores.forEach((rows, b) => assertClose(flatten(scores[b].slice(1, lengths[b] - 1)), rows, 1e-5, `scores of ${b}`));
            assertLoss(parameters, x, (input) => head.loss(head.forward(cut(input), lengths, inference), wanted, lengths), one);
            wanted.dispose();
            parameters.dispose();
          });
        });
      }

      it('the BiLSTM tagger', async () => {
        const { state, x, best } = golden.bilstm;
        await assertNoLeak(async () => {
          const parameters = given(golden.bilstm.parameters);
          const head = bilstmTagger(parameters.scope(''), hidden, golden.predictor.labels, { hidden: state, dropout: 0.1 });
          const wanted = tf.tensor2d(golden.predictor.tags, undefined, 'int32');
          assertLoss(parameters, x, (input) => head.loss(head.forward(input, lengths, inference), wanted, lengths), golden.bilstm);
          const scores = tf.tidy(() => head.forward(tf.tensor3d(x), lengths, inference));
          assert.deepEqual((await head.decode(scores, lengths)).map(({ tags }) => Array.from(tags)), best);
          tf.dispose([scores, wanted]);
          parameters.dispose();
        });
      });
    });
  }

  it('the co-predictor with a CRF decodes the same scores, and only allowed tags; from its initial values its loss is the windows\' cross-entropy', async () => {
    await prepareBackend({ quiet: true });
    const { size, positions, tags, x, cases: [both] } = golden.predictor;
    const allowed = legalTags(['O', 'B-dis', 'I-dis'], 'BIO');
    const parameters = given(both.parameters);
    const head = coPredictor(parameters.scope(''), x[0][0].length, 3, { hidden, biaffine: { size, positions }, dropout: 0, crf: allowed });
    assert.deepEqual(parameters.list().map(({ name }) => name).filter((name) => name.startsWith('crf')), ['crf.transitions', 'crf.start', 'crf.end']);
    const scores = tf.tidy(() => head.forward(tf.tensor3d(x), lengths, inference));
    both.scores.forEach((rows, b) => assertClose(flatten(scores.arraySync()[b].slice(1, lengths[b] - 1)), rows, 1e-5));
    const loss = tf.tidy(() => head.loss(scores, tf.tensor2d(tags, undefined, 'int32'), lengths).dataSync()[0]);
    const tokens = lengths.reduce((sum, length) => sum + length - 2, 0);
    assertClose([loss], [(both.loss * tokens) / batch], 1e-5);
    for (const { tags: decoded } of await head.decode(scores, lengths)) {
      const path = Array.from(decoded);
      assert.ok(allowed.starts[path[0]] && path.every((tag, t) => t === 0 || allowed.pairs[path[t - 1]][tag]), path.join(' '));
    }
    scores.dispose();
    parameters.dispose();
  });
});

describe('layers of paper A do not see padding', () => {
  const random = Random.from(3, 'padding');
  const values = (size: number): Float32Array => Float32Array.from({ length: size }, () => random.normal());
  const [batch, n, wider, width, lengths] = [2, 5, 9, 8, [5, 3]];
  const x = values(batch * n * width);
  /** The same windows with more padding, which holds other numbers. */
  const inputs = (): Array<{ x: tf.Tensor3D; mask: tf.Tensor2D }> => {
    const short = tf.tensor3d(x, [batch, n, width]);
    const long = tf.concat([short, tf.tensor3d(values(batch * (wider - n) * width), [batch, wider - n, width])], 1);
    const other = tf.tensor3d(values(batch * wider * width), [batch, wider, width]);
    const real = mask(lengths, wider);
    return [{ x: short, mask: mask(lengths, n) }, { x: tf.add(tf.mul(long, real.expandDims(2)), tf.mul(other, tf.sub(1, real).expandDims(2))), mask: real }];
  };

  const cases: Record<string, (parameters: Parameters) => (x: tf.Tensor3D, mask: tf.Tensor2D) => tf.Tensor3D> = {
    'convolution bank': (parameters) => {
      const bank = convolutionBank(parameters.scope(''), width, { shapes: [{ size: 3, dilation: 3 }, { size: 2, dilation: 1 }], channels: 3, activation: 'relu' });
      return (given, real) => bank.forward(given, real);
    },
    biaffine: (parameters) => {
      const layer = biaffine(parameters.scope(''), width, 4, { size: 6, positions: wider });
      return (given, real) => layer.forward(given, real);
    },
    'cross attention': (parameters) => {
      const layer = crossAttention(parameters.scope(''), width, 4);
      const query = tf.keep(tf.tensor3d(x, [batch, n, width]));
      return (given, real) => layer.forward(query, given, real);
    },
    'co-predictor': (parameters) => {
      const head: TagHead = coPredictor(parameters.scope(''), width, 4, { hidden: 5, biaffine: { size: 6, positions: wider }, dropout: 0 });
      return (given) => head.forward(given, lengths, inference);
    },
  };
  for (const [name, make] of Object.entries(cases)) {
    it(name, async () => {
      await prepareBackend({ quiet: true });
      const parameters = new Parameters(2);
      const run = make(parameters);
      const [short, long] = tf.tidy(() => inputs().map((one) => run(one.x, one.mask).arraySync()));
      lengths.forEach((length, b) => assertClose(flatten(long[b].slice(0, length)), short[b].slice(0, length), 2e-6));
      parameters.dispose();
    });
  }

  it('a character\'s vector is the row of its token, and starts within ±√(3 / dimension)', async () => {
    await prepareBackend({ quiet: true });
    const parameters = new Parameters(4);
    const layer = characterEmbedding(parameters.scope(''), 50, 12);
    const table = parameters.get('weight').arraySync() as number[][];
    const rows = tf.tidy(() => layer.forward(tf.tensor2d([[3, 49], [0, 3]], undefined, 'int32')).arraySync());
    assert.deepEqual(rows, [[table[3], table[49]], [table[0], table[3]]]);
    const most = Math.max(...flatten(table).map(Math.abs));
    assert.ok(most <= 0.5 && most > 0.49, String(most));
    parameters.dispose();
  });
});
