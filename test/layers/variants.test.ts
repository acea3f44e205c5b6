import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { prepareBackend } from '../../lib/backend';
import { bilstmCrfTagger, crfTagger, inference, Parameters, type ParameterScope, sharedPointer, softLexicon, type SpanHead, type TagHead } from '../../lib/layers';
import { bernoulliDivergence, packWords, rDrop, softmaxDivergence, tokenWords } from '../../lib/models';
import { legalTags, Lexicon, type Token } from '../../lib/text';
import { assertClose, assertNoLeak, flatten, readReference } from './support';

type Numbers = number[] | number[][];
type Named = Record<string, Numbers | number[][][]>;

interface Tagger {
  hidden: number;
  parameters: Record<string, Numbers>;
  loss: number;
  gradients: Named;
  best: number[][];
  logMarginals: number[][];
}

interface Golden {
  lengths: number[];
  tags: number[][];
  x: number[][][];
  crf: Tagger;
  bilstmCrf: Tagger;
  shared: {
    size: number;
    types: number;
    spans: Array<[number, number, number, number]>;
    cases: Array<{ scale: boolean; rope: boolean; parameters: Record<string, Numbers>; cells: number[][]; loss: number; gradients: Named }>;
  };
  softLexicon: { words: string[]; training: string[]; counts: number[]; texts: string[]; table: number[][]; vectors: number[][][]; weights: number[][][]; gradient: number[][] };
  rDrop: Record<'softmax' | 'bernoulli', { value: number; gradients: Named }> & { first: number[][][]; second: number[][][]; mask: number[][]; rows: number };
}

const stored = (values: Numbers) => ({
  shape: typeof values[0] === 'number' ? [values.length] : [values.length, (values[0] as number[]).length],
  values: Float32Array.from(flatten(values)),
});
const given = (parameters: Record<string, Numbers>) => new Parameters(0, new Map(Object.entries(parameters).map(([name, values]) => [name, stored(values)])));

/** test/reference/variants.py: independent PyTorch versions in float64. */
describe("the layers of paper B's further rows agree with the reference", () => {
  const golden = readReference<Golden>('variants.json');
  const { lengths } = golden;
  const [batch, n, inputs] = [golden.x.length, golden.x[0].length, golden.x[0][0].length];
  const allowed = legalTags(['O', 'B-dis', 'I-dis'], 'BIO');

  /** Loss, and its gradient for x and every parameter. */
  function assertLoss(parameters: Parameters, run: (x: tf.Tensor3D) => tf.Scalar, expected: { loss: number; gradients: Named }): void {
    const x = tf.tensor3d(golden.x);
    const { value, grads } = tf.valueAndGrads((input: tf.Tensor) => run(input as tf.Tensor3D))([x]);
    assertClose(value.dataSync(), expected.loss, 1e-5, 'loss');
    assertClose(grads[0].dataSync(), expected.gradients.x, 1e-5, 'gradient of x');
    const byVariable = tf.variableGrads(() => run(x));
    for (const { name, variable } of parameters.list()) {
      assertClose(byVariable.grads[variable.name].dataSync(), expected.gradients[name], 1e-5, `gradient of ${name}`);
    }
    tf.dispose([x, value, ...grads, byVariable.value, ...Object.values(byVariable.grads)]);
  }

  const taggers: Array<[keyof Golden & ('crf' | 'bilstmCrf'), (scope: ParameterScope) => TagHead]> = [
    ['crf', (scope) => crfTagger(scope, inputs, 3, { dropout: 0.5, allowed })],
    ['bilstmCrf', (scope) => bilstmCrfTagger(scope, inputs, 3, { dropout: 0.5, allowed, hidden: golden.bilstmCrf.hidden })],
  ];
  for (const backend of [undefined, 'cpu'] as const) {
    for (const [name, make] of taggers) {
      it(`${name} tagger: loss over inner tokens, gradients, best legal tags, log-marginals${backend ? ` (${backend})` : ''}`, async () => {
        await prepareBackend({ quiet: true, backend });
        await assertNoLeak(async () => {
          const expected = golden[name];
          const parameters = given(expected.parameters);
          const head = make(parameters.scope(''));
          assert.deepEqual(parameters.list().map((parameter) => parameter.name).sort(), Object.keys(expected.parameters).sort());
          const tags = tf.tensor2d(golden.tags.map((inner) => [0, ...inner, ...Array<number>(n - 1 - inner.length).fill(0)]), [batch, n], 'int32');
          assertLoss(parameters, (x) => head.loss(head.forward(x, lengths, inference), tags, lengths), expected);
          const scores = tf.tidy(() => head.forward(tf.tensor3d(golden.x), lengths, inference));
          const decoded = await head.decode(scores, lengths);
          assert.deepEqual(decoded.map(({ tags: best }) => Array.from(best)), expected.best);
          decoded.forEach(({ logProbabilities }, row) => assertClose(logProbabilities, expected.logMarginals[row], 1e-5, 'log-marginals'));
          tf.dispose([tags, scores]);
          parameters.dispose();
        });
      });
    }

    for (const row of golden.shared.cases) {
      it(`shared pointer: scores, loss and gradients (scale ${row.scale}, rope ${row.rope})${backend ? ` (${backend})` : ''}`, async () => {
        await prepareBackend({ quiet: true, backend });
        await assertNoLeak(() => {
          const { size, types, spans } = golden.shared;
          const parameters = given(row.parameters);
          const head: SpanHead = sharedPointer(parameters.scope(''), inputs, types, { size, scale: row.scale, rope: row.rope });
          const scores = tf.tidy(() => head.forward(tf.tensor3d(golden.x), lengths).arraySync());
          const candidates = new Set(row.cells.map(([b, t, i, j, score]) => {
            assertClose([scores[b][t][i][head.column(i, j)!]], [score], 1e-5, `s(${b}, ${t}, ${i}, ${j})`);
            return [b, t, i, j].join();
          }));
          for (let b = 0; b < batch; b++) {
            for (let t = 0; t < types; t++) {
              for (let i = 0; i < n; i++) {
                for (let j = 0; j < n; j++) assert.ok(candidates.has([b, t, i, j].join()) || scores[b][t][i][j] < -5000, `cell ${b} ${t} ${i} ${j} is no candidate`);
              }
            }
          }
          const positives = spans.map(([b, t, i, j]) => ((b * types + t) * n + i) * head.width(n) + head.column(i, j)!);
          assertLoss(parameters, (x) => head.loss(x, lengths, positives), row);
          parameters.dispose();
        });
      });
    }

    it(`SoftLexicon: counts of a training text, word sets of each character, vectors, gradient of the table${backend ? ` (${backend})` : ''}`, async () => {
      await prepareBackend({ quiet: true, backend });
      await assertNoLeak(() => {
        const { words, training, counts, texts, table, vectors, weights, gradient } = golden.softLexicon;
        const lexicon = Lexicon.build(words, training);
        assert.deepEqual(words.map((word) => lexicon.counts[lexicon.words.indexOf(word)]), counts);
        const tokens = (text: string): Token[] => Array.from(text, (token, start) => ({ id: 0, token, start, end: start + 1 }));
        const packed = packWords(texts.map((text) => tokenWords(text, tokens(text), lexicon, (word) => words.indexOf(word))), vectors[0].length);

        const parameters = given({ 'embedding.weight': table });
        const matrix = { matrix: Float32Array.from(flatten(table)), dimension: 3 };
        for (const trainable of [false, true]) {
          const layer = softLexicon(parameters.scope(''), matrix, { trainable });
          const run = () => layer.forward(tf.tensor4d(packed.rows, packed.shape, 'int32'), tf.tensor4d(packed.weights, packed.shape));
          assertClose(tf.tidy(() => run().dataSync()), vectors, 1e-5, 'vectors');
          if (trainable) {
            const { value, grads } = tf.variableGrads(() => run().mul(tf.tensor3d(weights)).sum().asScalar());
            const [{ variable }] = parameters.list();
            assertClose(grads[variable.name].dataSync(), gradient, 1e-5, 'gradient of the table');
            tf.dispose([value, ...Object.values(grads)]);
          }
          layer.dispose();
        }
        parameters.dispose();
      });
    });

    it(`R-Drop's divergences and their gradients; its weight${backend ? ` (${backend})` : ''}`, async () => {
      await prepareBackend({ quiet: true, backend });
      await assertNoLeak(() => {
        const { first, second, mask, rows } = golden.rDrop;
        const divergences = {
          softmax: (a: tf.Tensor, b: tf.Tensor) => softmaxDivergence(a as tf.Tensor3D, b as tf.Tensor3D, tf.tensor2d(mask)),
          bernoulli: (a: tf.Tensor, b: tf.Tensor) => bernoulliDivergence(a, b, rows),
        };
        const scores = [tf.tensor3d(first), tf.tensor3d(second)];
        for (const name of ['softmax', 'bernoulli'] as const) {
          const { value, grads } = tf.valueAndGrads(divergences[name])(scores);
          assertClose(value.dataSync(), golden.rDrop[name].value, 1e-5, name);
          assertClose(grads[0].dataSync(), golden.rDrop[name].gradients.first, 1e-5, `${name}, first gradient`);
          assertClose(grads[1].dataSync(), golden.rDrop[name].gradients.second, 1e-5, `${name}, second gradient`);
          tf.dispose([value, ...grads]);
        }
        tf.dispose(scores);
        assertClose(tf.tidy(() => rDrop([tf.scalar(3), tf.scalar(5)], tf.scalar(2), 4).dataSync()), 6, 1e-6, 'the sum');
      });
    });
  }
});
