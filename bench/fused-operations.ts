import * as tf from '@tensorflow/tfjs';
import { addNorm, attention, attentionBlock, dropout, embedding, feedForwardBlock, gelu, layerNorm, linear, pointerLoss, softmaxCrossEntropy } from '../lib/backend';
import { Random } from '../lib/common';

/** Of an encoder and its batch. */
export interface Size {
  batch: number;
  length: number;
  hidden: number;
  heads: number;
}

/** A tensor to draw: its shape and the deviation of its normal numbers. */
export interface Drawn {
  shape: number[];
  deviation: number;
}

/** What no gradient is taken for. */
export interface Constant {
  values: number[];
  shape: number[];
  dtype: 'int32' | 'float32';
}

/** One operation of lib/backend/operations at one size. */
export interface Operation {
  /** What a gradient is taken for. */
  inputs: Record<string, Drawn>;
  constants?: Record<string, Constant>;
  run(inputs: Record<string, tf.Tensor>, constants: Record<string, tf.Tensor>): tf.Tensor;
  /** Whether it is of use without a gradient; losses and dropout are not. */
  inference: boolean;
  /** Whether either side draws a mask of its own. */
  random?: boolean;
}

/** The MacBERT vocabulary's size. */
export const vocabulary = 21128;
const labelCount = 9;
/** Types and size: of the GlobalPointer head. */
export const settings = { epsilon: 1e-12, rate: 0.1, types: 9, size: 64 };

const drawn = (...shape: number[]): Drawn => ({ shape, deviation: 1 });
const weight = (...shape: number[]): Drawn => ({ shape, deviation: 0.04 });
const { epsilon } = settings;

/** The operations by name; the peer (peers/fused.py) has the same names. */
export const operations: Record<string, (size: Size) => Operation> = {
  linear: ({ batch, length, hidden }) => ({
    inputs: { x: drawn(batch, length, hidden), weight: weight(hidden, hidden), bias: weight(hidden) },
    run: ({ x, weight, bias }) => linear(x, weight, bias),
    inference: true,
  }),
  'layer norm': ({ batch, length, hidden }) => ({
    inputs: { x: drawn(batch, length, hidden), scale: drawn(hidden), shift: drawn(hidden) },
    run: ({ x, scale, shift }) => layerNorm(x, scale, shift, epsilon),
    inference: true,
  }),
  'add norm': ({ batch, length, hidden }) => ({
    inputs: { x: drawn(batch, length, hidden), h: drawn(batch, length, hidden), scale: drawn(hidden), shift: drawn(hidden) },
    run: ({ x, h, scale, shift }) => addNorm(x, h, scale, shift, { epsilon }),
    inference: true,
  }),
  GELU: ({ batch, length, hidden }) => ({
    inputs: { x: drawn(batch, length, 4 * hidden) },
    run: ({ x }) => gelu(x),
    inference: true,
  }),
  attention: ({ batch, length, hidden, heads }) => {
    const vectors = drawn(batch, heads, length, hidden / heads);
    return {
      inputs: { q: vectors, k: vectors, v: vectors },
      constants: { mask: padded(batch, length) },
      run: ({ q, k, v }, { mask }) => attention(q, k, v, mask),
      inference: true,
    };
  },
  'attention block': ({ batch, length, hidden, heads }) => {
    const dense = (name: string): Record<string, Drawn> => ({ [`${name}.weight`]: weight(hidden, hidden), [`${name}.bias`]: weight(hidden) });
    return {
      inputs: { x: drawn(batch, length, hidden), ...dense('query'), ...dense('key'), ...dense('value'), ...dense('output'), scale: drawn(hidden), shift: drawn(hidden) },
      constants: { mask: padded(batch, length) },
      run: ({ x, scale, shift, ...weights }, { mask }) => {
        const part = (name: string) => ({ weight: weights[`${name}.weight`], bias: weights[`${name}.bias`] });
        return attentionBlock(
          x as tf.Tensor3D,
          mask as tf.Tensor2D,
          { query: part('query'), key: part('key'), value: part('value'), output: part('output'), norm: { scale, shift } },
          { heads, attention: {}, end: { epsilon }, rope: false },
        );
      },
      inference: true,
    };
  },
  'feed-forward block': ({ batch, length, hidden }) => ({
    inputs: {
      x: drawn(batch, length, hidden), 'widen.weight': weight(4 * hidden, hidden), 'widen.bias': weight(4 * hidden),
      'narrow.weight': weight(hidden, 4 * hidden), 'narrow.bias': weight(hidden), scale: drawn(hidden), shift: drawn(hidden),
    },
    run: ({ x, scale, shift, ...weights }) => {
      const part = (name: string) => ({ weight: weights[`${name}.weight`], bias: weights[`${name}.bias`] });
      return feedForwardBlock(x, { widen: part('widen'), narrow: part('narrow'), norm: { scale, shift } }, { epsilon });
    },
    inference: true,
  }),
  dropout: ({ batch, length, hidden }) => ({
    inputs: { x: drawn(batch, length, hidden) },
    run: ({ x }) => dropout(x, settings.rate, 1),
    inference: false,
    random: true,
  }),
  embedding: ({ batch, length, hidden }) => ({
    inputs: { table: weight(vocabulary, hidden) },
    constants: { ids: integers('ids', [batch, length], vocabulary) },
    run: ({ table }, { ids }) => embedding(table, ids),
    inference: true,
  }),
  'softmax cross-entropy': ({ batch, length }) => ({
    inputs: { logits: drawn(batch * length, labelCount) },
    constants: { labels: integers('labels', [batch * length], labelCount) },
    run: ({ logits }, { labels }) => softmaxCrossEntropy(logits, labels),
    inference: false,
  }),
  'pointer loss': ({ batch, length }) => {
    const { types, size } = settings;
    const lengths = integers('lengths', [batch], length / 8).values.map((short) => length - short);
    const spans = lengths.flatMap((end, example) =>
      integers(`spans/${example}`, [types], end - 22).values.map((first, type) => [example, type, 1 + first, 1 + first + (first % 20)]));
    const positives = spans.map(([example, type, first, last]) => ((example * types + type) * length + first) * length + last);
    return {
      inputs: { vectors: drawn(batch, length, types * 2 * size) },
      constants: {
        lengths: { values: lengths, shape: [batch], dtype: 'int32' },
        spans: { values: spans.flat(), shape: [spans.length, 4], dtype: 'int32' },
      },
      run: ({ vectors }) => pointerLoss(vectors, positives, { types, lengths, scale: 1 / Math.sqrt(size), rope: true }),
      inference: false,
    };
  },
};

function integers(name: string, shape: number[], below: number): Constant {
  const random = Random.from(1, name);
  return { values: Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.below(below)), shape, dtype: 'int32' };
}

/** 1 a token, 0 padding: at most an eighth of a row. */
function padded(batch: number, length: number): Constant {
  const values = integers('mask', [batch], length / 8).values.flatMap((short) => Array.from({ length }, (_, i) => (i < length - short ? 1 : 0)));
  return { values, shape: [batch, length], dtype: 'float32' };
}
