import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import * as path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { gru as gruOperation, prepareBackend } from '../../lib/backend';
import {
  adaptiveLayerNorm, bandedPointer, bert, type BertConfig, bertEmbeddings, biaffine, bidirectional, bilstmCrfTagger, bilstmTagger, characterEmbedding, convolution,
  convolutionBank, coPredictor, crf, crfTagger, crossAttention, dropout, encodeItems, featureKinds, featureMapping, feedForward, type ForwardContext, globalPointer, gru,
  layerNorm, linear, lstm, Parameters, type ParameterScope, pointerVectors, reluMlp, selfAttention, sharedPointer, softLexicon, softmaxTagger, tokenClassifier, wordFusion,
} from '../../lib/layers';
import { assertNoLeak } from './support';

const config: BertConfig = {
  vocabulary: 11, layers: 1, hidden: 8, heads: 2, feedForward: 12, maxPositions: 6, typeVocabulary: 2,
  dropout: 0.2, attentionDropout: 0.2, layerNormEpsilon: 1e-12, positions: 'absolute',
};
const pointer = { size: 4, scale: true, rope: true };
const lengths = [5, 4];

const x = () => tf.randomNormal([2, 5, 8], 0, 1, 'float32', 3) as tf.Tensor3D;
const ids = () => tf.tensor2d([[1, 2, 3, 4, 5], [6, 7, 8, 9, 0]], [2, 5], 'int32');
const mask = () => tf.tensor2d([[1, 1, 1, 1, 1], [1, 1, 1, 1, 0]]);
const words = () => tf.tensor2d([[0, 1, 1, 2, 0], [0, 2, 2, 0, 0]], [2, 5], 'int32');

interface Row {
  file: string;
  /** What the layer computes, of the given context. */
  make: (scope: ParameterScope) => (context: ForwardContext) => tf.Tensor;
  shape: number[];
  parameters: Record<string, number[]>;
  /** Parameters whose gradient is zero by construction: a key's bias shifts all scores of a query alike. */
  flat?: string[];
}

const dense = (name: string, inputs: number, outputs: number) => ({ [`${name}.weight`]: [outputs, inputs], [`${name}.bias`]: [outputs] });
const normal = (name: string) => ({ [`${name}.weight`]: [8], [`${name}.bias`]: [8] });
const attentionParameters = {
  ...dense('self.query', 8, 8), ...dense('self.key', 8, 8), ...dense('self.value', 8, 8), ...dense('output.dense', 8, 8), ...normal('output.LayerNorm'),
};
const feedForwardParameters = { ...dense('intermediate.dense', 8, 12), ...dense('output.dense', 12, 8), ...normal('output.LayerNorm') };
const embeddingParameters = {
  'word_embeddings.weight': [11, 8], 'position_embeddings.weight': [6, 8], 'token_type_embeddings.weight': [2, 8], ...normal('LayerNorm'),
};
const below = (prefix: string, parameters: Record<string, number[]>) =>
  Object.fromEntries(Object.entries(parameters).map(([name, shape]) => [`${prefix}.${name}`, shape]));
const recurrentParameters = (gates: number) => Object.fromEntries(['', '_reverse'].flatMap((suffix) => [
  [`weight_ih_l0${suffix}`, [gates * 3, 8]], [`weight_hh_l0${suffix}`, [gates * 3, 3]], [`bias_ih_l0${suffix}`, [gates * 3]], [`bias_hh_l0${suffix}`, [gates * 3]],
]));
const vectors = { dimension: 3, matrix: Float32Array.from({ length: 9 }, (_, i) => Math.sin(i)) };

const tagger = { dropout: 0.1, allowed: { starts: [true, true, true], ends: [true, true, true], pairs: [[true, true, true], [true, true, true], [true, true, true]] } };
const chain = { transitions: [3, 3], start: [3], end: [3] };
const lexiconRows = () => tf.tensor4d(Int32Array.from({ length: 80 }, (_, i) => i % 3), [2, 5, 4, 2], 'int32');

const table: Row[] = [
  { file: 'linear', make: (s) => { const l = linear(s, 8, 3); return () => l.forward(x()); }, shape: [2, 5, 3], parameters: { weight: [3, 8], bias: [3] } },
  { file: 'layer-norm', make: (s) => { const l = layerNorm(s, 8, 1e-12); return () => l.forward(x()); }, shape: [2, 5, 8], parameters: { weight: [8], bias: [8] } },
  { file: 'dropout', make: () => { const l = dropout(0.5); return (context) => l.forward(x(), context); }, shape: [2, 5, 8], parameters: {} },
  { file: 'bert-embeddings', make: (s) => { const l = bertEmbeddings(s, config); return (context) => l.forward(ids(), context); }, shape: [2, 5, 8], parameters: embeddingParameters },
  {
    file: 'self-attention', make: (s) => { const l = selfAttention(s, config); return (context) => l.forward(x(), mask(), context); },
    shape: [2, 5, 8], parameters: attentionParameters, flat: ['self.key.bias'],
  },
  { file: 'feed-forward', make: (s) => { const l = feedForward(s, config); return (context) => l.forward(x(), context); }, shape: [2, 5, 8], parameters: feedForwardParameters },
  {
    file: 'bert', make: (s) => { const l = bert(s, config); return (context) => l.forward(ids(), mask(), context); }, shape: [2, 5, 8],
    parameters: { ...below('embeddings', embeddingParameters), ...below('encoder.layer.0.attention', attentionParameters), ...below('encoder.layer.0', feedForwardParameters) },
    flat: ['encoder.layer.0.attention.self.key.bias'],
  },
  {
    file: 'bert', make: (s) => { const l = bert(s, { ...config, positions: 'rope' }); return (context) => l.forward(ids(), mask(), context); }, shape: [2, 5, 8],
    parameters: {
      ...below('embeddings', Object.fromEntries(Object.entries(embeddingParameters).filter(([name]) => !name.startsWith('position')))),
      ...below('encoder.layer.0.attention', attentionParameters), ...below('encoder.layer.0', feedForwardParameters),
    },
  },
  {
    file: 'word-fusion', make: (s) => { const l = wordFusion(s, 8, vectors, { fusion: 'concat', trainable: true }); return () => l.forward(x(), words()); },
    shape: [2, 5, 11], parameters: { 'embedding.weight': [3, 3] },
  },
  {
    file: 'word-fusion', make: (s) => { const l = wordFusion(s, 8, vectors, { fusion: 'add', trainable: true }); return () => l.forward(x(), words()); },
    shape: [2, 5, 8], parameters: { 'embedding.weight': [3, 3], ...dense('projection', 3, 8) },
  },
  {
    file: 'word-fusion', make: (s) => { const l = wordFusion(s, 8, vectors, { fusion: 'gated', trainable: true }); return () => l.forward(x(), words()); },
    shape: [2, 5, 8], parameters: { 'embedding.weight': [3, 3], ...dense('projection', 3, 8), ...dense('gate', 11, 8) },
  },
  { file: 'token-classifier', make: (s) => { const l = tokenClassifier(s, 8, 7, 0.1); return (context) => l.forward(x(), context); }, shape: [2, 5, 7], parameters: { weight: [7, 8], bias: [7] } },
  { file: 'pointer-vectors', make: (s) => { const l = pointerVectors(s, 8, 3, pointer); return () => l.loss(x(), lengths, [6, 33]); }, shape: [], parameters: { weight: [24, 8], bias: [24] } },
  { file: 'global-pointer', make: (s) => { const l = globalPointer(s, 8, 3, pointer); return () => l.forward(x(), lengths); }, shape: [2, 3, 5, 5], parameters: { weight: [24, 8], bias: [24] } },
  { file: 'banded-pointer', make: (s) => { const l = bandedPointer(s, 8, 3, { ...pointer, k: 2 }); return () => l.forward(x(), lengths); }, shape: [2, 3, 5, 2], parameters: { weight: [24, 8], bias: [24] } },
  { file: 'recurrent', make: (s) => { const l = bidirectional(s, 8, 3, 3, gruOperation); return () => l.forward(x(), lengths); }, shape: [2, 5, 6], parameters: recurrentParameters(3) },
  { file: 'gru', make: (s) => { const l = gru(s, 8, 3); return () => l.forward(x(), lengths); }, shape: [2, 5, 6], parameters: recurrentParameters(3) },
  { file: 'lstm', make: (s) => { const l = lstm(s, 8, 3); return () => l.forward(x(), lengths); }, shape: [2, 5, 6], parameters: recurrentParameters(4) },
  {
    file: 'crf', make: (s) => { const l = crf(s, 8); return () => l.loss(x(), ids(), lengths); },
    shape: [], parameters: { transitions: [8, 8], start: [8], end: [8] },
  },
  {
    file: 'softmax-tagger', make: (s) => { const l = softmaxTagger(s, 8, 3, 0.1); return (context) => l.loss(l.forward(x(), lengths, context), words(), lengths); },
    shape: [], parameters: { weight: [3, 8], bias: [3] },
  },
  {
    file: 'crf-tagger', make: (s) => { const l = crfTagger(s, 8, 3, tagger); return (context) => l.loss(l.forward(x(), lengths, context), words(), lengths); },
    shape: [], parameters: { ...dense('emission', 8, 3), ...below('crf', chain) },
  },
  {
    file: 'bilstm-crf-tagger',
    make: (s) => { const l = bilstmCrfTagger(s, 8, 3, { ...tagger, hidden: 3 }); return (context) => l.loss(l.forward(x(), lengths, context), words(), lengths); },
    shape: [], parameters: { ...below('lstm', recurrentParameters(4)), ...dense('emission', 6, 3), ...below('crf', chain) },
  },
  {
    file: 'shared-pointer', make: (s) => { const l = sharedPointer(s, 8, 3, pointer); return () => l.loss(x(), lengths, [6, 33]); },
    shape: [], parameters: { weight: [8, 8], bias: [8], ...dense('type', 8, 6) },
  },
  {
    file: 'soft-lexicon', make: (s) => { const l = softLexicon(s, vectors, { trainable: true }); return () => l.forward(lexiconRows(), lexiconRows().cast('float32')); },
    shape: [2, 5, 12], parameters: { 'embedding.weight': [3, 3] },
  },
  { file: 'adaptive-layer-norm', make: (s) => { const l = adaptiveLayerNorm(s, 8, 1e-6); return () => l.forward(x()); }, shape: [2, 5, 8], parameters: { ...dense('gain', 8, 8), ...dense('shift', 8, 8) } },
  {
    file: 'biaffine', make: (s) => { const l = biaffine(s, 8, 3, { size: 4, positions: 6 }); return () => l.forward(x(), mask()); },
    shape: [2, 5, 3], parameters: { 'x.weight': [4, 8], 'y.weight': [4, 8], 'relation.weight': [4, 4], 'labels.weight': [6, 3] },
  },
  {
    file: 'bilstm-tagger',
    make: (s) => { const l = bilstmTagger(s, 8, 3, { hidden: 3, dropout: 0.1 }); return (context) => l.loss(l.forward(x(), lengths, context), words(), lengths); },
    shape: [], parameters: { ...below('lstm', recurrentParameters(4)), ...dense('classifier', 6, 3) },
  },
  { file: 'character-embedding', make: (s) => { const l = characterEmbedding(s, 11, 8); return () => l.forward(ids()); }, shape: [2, 5, 8], parameters: { weight: [11, 8] } },
  { file: 'convolution', make: (s) => { const l = convolution(s, 8, 3, { size: 3, dilation: 2 }); return () => l.forward(x()); }, shape: [2, 5, 3], parameters: { weight: [3, 8, 3], bias: [3] } },
  {
    file: 'convolution-bank',
    make: (s) => { const l = convolutionBank(s, 8, { shapes: [{ size: 1, dilation: 1 }, { size: 3, dilation: 2 }], channels: 3, activation: 'gelu' }); return () => l.forward(x(), mask()); },
    shape: [2, 5, 6], parameters: { '0.weight': [3, 8, 1], '0.bias': [3], '1.weight': [3, 8, 3], '1.bias': [3] },
  },
  {
    file: 'co-predictor',
    make: (s) => {
      const l = coPredictor(s, 8, 3, { hidden: 6, biaffine: { size: 4, positions: 6 }, dropout: 0.1 });
      return (context) => l.loss(l.forward(x(), lengths, context), words(), lengths);
    },
    shape: [], parameters: { ...below('biaffine', { 'x.weight': [4, 6], 'y.weight': [4, 6], 'relation.weight': [4, 4], 'labels.weight': [6, 3] }), 'convolved.weight': [3, 2] },
  },
  {
    file: 'cross-attention', make: (s) => { const l = crossAttention(s, 8, 2); return () => l.forward(x(), x(), mask()); },
    shape: [2, 5, 8], parameters: { 'query.weight': [8, 8], 'key.weight': [8, 8], 'value.weight': [8, 8] },
  },
  {
    file: 'feature-mapping',
    make: (s) => {
      const l = featureMapping(s, featureKinds, 0.5);
      const [keywords, items, kinds, tokens] = [[0, 0, 1, 1], [0, 1, 2, 3], [0, 1, 2, 3], [1, 2, 6, 7]].map((values) => tf.tensor1d(values, 'int32'));
      return () => l.add(x(), l.keywords(x().slice(0, 1).reshape([5, 8]), { keywords, items, kinds, count: 2 }), { tokens, keywords });
    },
    shape: [2, 5, 8], parameters: { delta: [1], alpha: [1], gamma: [1], beta: [1] },
  },
  {
    file: 'item-encoder', make: (s) => { const l = bert(s, config); return (context) => encodeItems(l, [{ ids: ids(), mask: mask(), weights: mask() }], 8, context); }, shape: [2, 8],
    parameters: { ...below('embeddings', embeddingParameters), ...below('encoder.layer.0.attention', attentionParameters), ...below('encoder.layer.0', feedForwardParameters) },
    flat: ['encoder.layer.0.attention.self.key.bias'],
  },
  { file: 'relu-mlp', make: (s) => { const l = reluMlp(s, 8); return () => l.forward(x()); }, shape: [2, 5, 8], parameters: { ...dense('inner', 8, 8), ...dense('outer', 8, 8) } },
];

describe('layers', () => {
  before(() => prepareBackend({ quiet: true }));

  it('are all in this table', () => {
    const files = readdirSync(path.join(__dirname, '../../lib/layers')).map((file) => path.basename(file, '.ts'));
    const layers = files.filter((file) => !['index', 'parameters', 'viterbi'].includes(file));
    assert.deepEqual([...new Set(table.map(({ file }) => file))].sort(), layers.sort());
  });

  table.forEach(({ file, make, shape, parameters: expected, flat = [] }, row) => {
    it(`${file} (row ${row}): parameters, shape, gradients, repeatable dropout, no leak`, async () => {
      const parameters = new Parameters(1);
      const forward = make(parameters.scope(''));
      assert.deepEqual(Object.fromEntries(parameters.list().map(({ name, variable }) => [name, variable.shape])), expected);
      const seeded = (): ForwardContext => { let seed = 0; return { training: true, nextSeed: () => ++seed }; };

      await assertNoLeak(async () => {
        const [first, second] = [forward, forward].map((run) => tf.tidy(() => run(seeded())));
        assert.deepEqual(first.shape, shape);
        assert.deepEqual(await first.data(), await second.data());
        tf.dispose([first, second]);
      });
      if (parameters.list().length > 0) {
        await assertNoLeak(async () => {
          const { value, grads } = tf.variableGrads(() => tf.tidy(() => forward(seeded()).square().sum().asScalar()));
          for (const { name, variable } of parameters.list()) {
            const values = await grads[variable.name].data();
            assert.ok(values.every((v) => Number.isFinite(v)), `${name}'s gradient is not finite`);
            if (!flat.includes(name)) assert.ok(values.some((v) => v !== 0), `${name} has no gradient`);
          }
          tf.dispose([value, ...Object.values(grads)]);
        });
      }
      parameters.dispose();
    });
  });

  it('a parameter takes its values from its name and the seed alone', () => {
    const [one, two] = [new Parameters(5), new Parameters(5)];
    linear(one.scope('a'), 3, 2);
    linear(two.scope('other'), 9, 9);
    linear(two.scope('a'), 3, 2);
    assert.deepEqual(one.get('a.weight').dataSync(), two.get('a.weight').dataSync());
    [one, two].forEach((parameters) => parameters.dispose());
  });
});
