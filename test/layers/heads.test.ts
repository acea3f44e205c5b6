import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { multiLabelLoss, prepareBackend, rope } from '../../lib/backend';
import {
  bandedPointer, globalPointer, inference, Parameters, tokenClassifier, wordFusion, type SpanHead,
} from '../../lib/layers';
import { assertClose, flatten, readReference } from './support';

interface Golden {
  lengths: number[];
  spans: Array<[number, number, number, number]>;
  x: number[][][];
  weight: number[][];
  bias: number[];
  size: number;
  rotated: number[][][];
  pointer: Array<{ k: number; scale: boolean; rope: boolean; scores: number[][][][]; loss: number; gradients: Record<string, number[][]> }>;
  fusion: { table: number[][]; words: number[][]; parameters: Record<string, number[][]>; concat: number[][][]; add: number[][][]; gated: number[][][]; gradients: Record<'concat' | 'add' | 'gated', Record<string, number[][]>> };
  classifier: { weight: number[][]; bias: number[]; tags: number[][]; real: number[][]; logits: number[][][]; loss: number; gradients: Record<string, number[][]> };
}

const stored = (values: number[] | number[][]) => {
  const shape = typeof values[0] === 'number' ? [values.length] : [values.length, (values[0] as number[]).length];
  return { shape, values: Float32Array.from(flatten(values)) };
};

/** test/reference/heads.py: an independent PyTorch version in float64. */
describe('heads agree with the reference', () => {
  const golden = readReference<Golden>('heads.json');
  const [batch, n, inputs, types] = [golden.x.length, golden.x[0].length, golden.x[0][0].length, 3];
  before(() => prepareBackend({ quiet: true }));

  it('rope', () => {
    const rotated = tf.tidy(() => rope(tf.tensor3d(golden.x).slice([0, 0, 0], [batch, n, golden.size])).dataSync());
    assertClose(rotated, golden.rotated, 1e-6);
  });

  for (const row of golden.pointer) {
    const named = `k ${row.k}, scale ${row.scale}, rope ${row.rope}`;
    const dense = row.k >= n;
    for (const banded of dense ? [false, true] : [true]) {
      it(`${banded ? 'banded' : 'global'} pointer: scores, loss and gradients (${named})`, () => {
        const initial = new Map([['weight', stored(golden.weight)], ['bias', stored(golden.bias)]]);
        const parameters = new Parameters(0, initial);
        const config = { size: golden.size, scale: row.scale, rope: row.rope };
        const scope = parameters.scope('');
        const head: SpanHead = banded ? bandedPointer(scope, inputs, types, { ...config, k: row.k }) : globalPointer(scope, inputs, types, config);
        const width = head.width(n);
        const x = tf.tensor3d(golden.x);

        const scores = tf.tidy(() => head.forward(x, golden.lengths).arraySync());
        golden.lengths.forEach((length, b) => {
          for (let t = 0; t < types; t++) {
            for (let i = 0; i < n; i++) {
              for (let c = 0; c < width; c++) {
                const j = head.last(i, c);
                const candidate = i >= 1 && i <= j && j <= length - 2;
                if (candidate) assertClose([scores[b][t][i][c]], [row.scores[b][t][i][j]], 1e-5, `s(${b}, ${t}, ${i}, ${j})`);
                else if (scores[b][t][i][c] > -5000) throw new Error(`cell ${b} ${t} ${i} ${j} is no candidate`);
              }
            }
          }
        });

        const positives = golden.spans.flatMap(([b, t, i, j]) => {
          const column = head.column(i, j);
          return column === undefined ? [] : [((b * types + t) * n + i) * width + column];
        });
        const losses = [
          (input: tf.Tensor3D) => head.loss(input, golden.lengths, positives),
          (input: tf.Tensor3D) => multiLabelLoss(head.forward(input, golden.lengths).reshape([batch * types, n * width]), positives),
        ];
        for (const loss of losses) {
          const { value, grads } = tf.valueAndGrads((input: tf.Tensor) => loss(input as tf.Tensor3D))([x]);
          assertClose(value.dataSync(), row.loss, 1e-6, 'loss');
          assertClose(grads[0].dataSync(), row.gradients.x, 1e-5, 'gradient of x');
          const byVariable = tf.variableGrads(() => loss(x));
          for (const { name, variable } of parameters.list()) {
            assertClose(byVariable.grads[variable.name].dataSync(), row.gradients[name], 1e-5, `gradient of ${name}`);
          }
          tf.dispose([value, ...grads, byVariable.value, ...Object.values(byVariable.grads)]);
        }
        x.dispose();
        parameters.dispose();
      });
    }
  }

  for (const fusion of ['concat', 'add', 'gated'] as const) {
    for (const trainable of [false, true]) {
      it(`word fusion: ${fusion}, ${trainable ? 'trained' : 'frozen'} vectors, with gradients`, () => {
        const { table, words, parameters: values, gradients } = golden.fusion;
        const parameters = new Parameters(0, new Map(Object.entries(values).map(([name, v]) => [name, stored(v)])));
        const vectors = { dimension: table[0].length, matrix: Float32Array.from(flatten(table)) };
        const layer = wordFusion(parameters.scope(''), inputs, vectors, { fusion, trainable });
        const x = tf.tensor3d(golden.x);
        const run = (given: tf.Tensor) => layer.forward(given as tf.Tensor3D, tf.tensor2d(words, undefined, 'int32'));
        const loss = (given: tf.Tensor) => run(given).square().sum().mul(0.5).asScalar();
        assertClose(tf.tidy(() => run(x).dataSync()), golden.fusion[fusion], 1e-5);
        assertClose(tf.tidy(() => tf.grad(loss)(x).dataSync()), gradients[fusion].x, 1e-5, 'gradient of x');
        const names = Object.keys(gradients[fusion]).filter((name) => name !== 'x' && (trainable || name !== 'embedding.weight'));
        assert.deepEqual(parameters.list().map(({ name }) => name).sort(), names.sort());
        if (names.length > 0) {
          const { value, grads } = tf.variableGrads(() => loss(x));
          for (const { name, variable } of parameters.list()) assertClose(grads[variable.name].dataSync(), gradients[fusion][name], 1e-5, `gradient of ${name}`);
          tf.dispose([value, ...Object.values(grads)]);
        }
        x.dispose();
        layer.dispose();
        parameters.dispose();
      });
    }
  }

  it('token classifier: logits, loss over real tokens, gradients', () => {
    const { weight, bias, tags, real, logits, loss, gradients } = golden.classifier;
    const parameters = new Parameters(0, new Map([['weight', stored(weight)], ['bias', stored(bias)]]));
    const layer = tokenClassifier(parameters.scope(''), inputs, bias.length, 0.1);
    const x = tf.tensor3d(golden.x);
    assertClose(tf.tidy(() => layer.forward(x, inference).dataSync()), logits, 1e-5, 'logits');
    const run = (input: tf.Tensor) =>
      layer.loss(layer.forward(input as tf.Tensor3D, inference), tf.tensor2d(tags, undefined, 'int32'), tf.tensor2d(real));
    const { value, grads } = tf.valueAndGrads(run)([x]);
    assertClose(value.dataSync(), loss, 1e-5, 'loss');
    assertClose(grads[0].dataSync(), gradients.x, 1e-5, 'gradient of x');
    const byVariable = tf.variableGrads(() => run(x));
    for (const { name, variable } of parameters.list()) {
      assertClose(byVariable.grads[variable.name].dataSync(), gradients[name], 1e-5, `gradient of ${name}`);
    }
    tf.dispose([value, ...grads, x, byVariable.value, ...Object.values(byVariable.grads)]);
    parameters.dispose();
  });
});
