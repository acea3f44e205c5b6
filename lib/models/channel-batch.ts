import * as tf from '@tensorflow/tfjs';
import { featureKinds, type ItemGroup, type KeywordItems, type KeywordTokens } from '../layers';
import type { ChannelInput, Item, KeywordInput } from './channel-inputs';

/** The second channel of a batch. */
export interface SecondChannel {
  ids: tf.Tensor2D; // int32 [pieces, m]
  mask: tf.Tensor2D; // float32 [pieces, m]
  /** Tokens of each example's pieces together. */
  lengths: number[];
  /** 1 at those, 0 at padding. */
  real: tf.Tensor2D; // float32 [batch, the longest of `lengths`]
  /** Where each of those stands among the pieces' tokens, pieces · m of them; absent where every example has one piece, and so they are those. */
  places?: tf.Tensor2D; // int32 [batch, the longest of `lengths`]
}

/** What a model with channels reads of a batch beside its windows. */
export interface ChannelBatch {
  second?: SecondChannel;
  items: ItemGroup[];
  keywordItems: KeywordItems;
  original: KeywordTokens;
  enhanced: KeywordTokens;
}

/** What one more pass through the encoder costs, in tokens: its calls, and gradients of all its weights that are made and added again. */
const passCost = 64;
/** Most tokens of a group of items, padding counted. */
const itemBudget = 8192;

/** The channel inputs of a batch whose windows are padded to `length`. Free it with `disposeChannels`. */
export function packChannels(inputs: readonly ChannelInput[], length: number): ChannelBatch {
  const second = inputs.every((input) => input.second.length > 0) ? packSecond(inputs) : undefined;
  const width = second?.real.shape[1] ?? 0;
  const keywords = inputs.flatMap((input, example) => input.keywords.map((keyword) => ({ ...keyword, example })));
  const { groups, rows } = packItems(keywords);
  const entries = keywords.flatMap(({ items }, keyword) =>
    items.flatMap(({ kind, item }) => rows.get(item)!.map((row) => ({ keyword, row, kind: featureKinds.indexOf(kind) }))));
  const tokens = (of: 'original' | 'second', n: number): KeywordTokens => {
    const found = keywords.flatMap((keyword, k) => keyword[of].map((token) => ({ k, token: keyword.example * n + token })));
    return { tokens: int1d(found.map(({ token }) => token)), keywords: int1d(found.map(({ k }) => k)) };
  };
  return {
    ...(second && { second }),
    items: groups,
    keywordItems: {
      keywords: int1d(entries.map(({ keyword }) => keyword)),
      items: int1d(entries.map(({ row }) => row)),
      kinds: int1d(entries.map(({ kind }) => kind)),
      count: keywords.length,
    },
    original: tokens('original', length),
    enhanced: tokens('second', width),
  };
}

export function disposeChannels({ second, items, keywordItems: { keywords, items: rows, kinds }, original, enhanced }: ChannelBatch): void {
  tf.dispose(items.flatMap(({ ids, mask, weights }) => [ids, mask, weights]));
  tf.dispose([keywords, rows, kinds, original.tokens, original.keywords, enhanced.tokens, enhanced.keywords]);
  if (second) tf.dispose([second.ids, second.mask, second.real, ...(second.places ? [second.places] : [])]);
}

function packSecond(inputs: readonly ChannelInput[]): SecondChannel {
  const pieces = inputs.flatMap(({ second }) => second);
  const lengths = inputs.map(({ second }) => second.reduce((sum, { length }) => sum + length, 0));
  const [m, longest] = [Math.max(...pieces.map(({ length }) => length)), Math.max(...lengths)];
  const packed = { ...pad(pieces, m), lengths, real: rows2d(lengths.map((length) => new Float32Array(length).fill(1)), longest) };
  if (pieces.length === inputs.length) return packed;
  let piece = 0;
  const places = inputs.map(({ second }) => Int32Array.from(second.flatMap(({ length }) => {
    const from = piece++ * m;
    return Array.from({ length }, (_, t) => from + t);
  })));
  return { ...packed, places: rows2d(places, longest, 'int32') };
}

/** Each distinct item once, in groups of about one length; the rows that each has in them. */
function packItems(keywords: readonly KeywordInput[]): { groups: ItemGroup[]; rows: Map<Item, number[]> } {
  const distinct = [...new Set(keywords.flatMap(({ items }) => items.map(({ item }) => item)))];
  const parts = distinct.flatMap((item) => item.parts.map((part) => ({ item, ...part }))).sort((a, b) => a.ids.length - b.ids.length);
  const rows = new Map<Item, number[]>(distinct.map((item) => [item, []]));
  parts.forEach(({ item }, row) => rows.get(item)!.push(row));
  const groups = cutByLength(parts.map(({ ids }) => ids.length)).map(([first, last]) => parts.slice(first, last));
  return {
    groups: groups.map((group) => {
      const n = Math.max(...group.map(({ ids }) => ids.length));
      return { ...pad(group.map(({ ids }) => ids), n), weights: rows2d(group.map(({ weights }) => weights), n) };
    }),
    rows,
  };
}

/**
 * The cut of ascending lengths into runs [first, last) that costs least: Σ passCost + rows · longest, each run within `itemBudget` or of one row. By dynamic
 * programming.
 */
export function cutByLength(lengths: readonly number[]): Array<[first: number, last: number]> {
  const least = new Float64Array(lengths.length + 1).fill(Infinity);
  const from = new Int32Array(lengths.length + 1);
  least[0] = 0;
  for (let last = 1; last <= lengths.length; last++) {
    const longest = lengths[last - 1];
    for (let first = last - 1; first >= 0 && ((last - first) * longest <= itemBudget || first === last - 1); first--) {
      const cost = least[first] + passCost + (last - first) * longest;
      if (cost < least[last]) [least[last], from[last]] = [cost, first];
    }
  }
  const runs: Array<[number, number]> = [];
  for (let last = lengths.length; last > 0; last = from[last]) runs.unshift([from[last], last]);
  return runs;
}

function pad(texts: readonly Int32Array[], n: number): { ids: tf.Tensor2D; mask: tf.Tensor2D } {
  return { ids: rows2d(texts, n, 'int32'), mask: rows2d(texts.map(({ length }) => new Float32Array(length).fill(1)), n) };
}

/** Rows padded with 0 to [rows, n]. Not tracked by a surrounding tidy. */
function rows2d(rows: ReadonlyArray<Int32Array | Float32Array>, n: number, dtype: 'float32' | 'int32' = 'float32'): tf.Tensor2D {
  const values = dtype === 'int32' ? new Int32Array(rows.length * n) : new Float32Array(rows.length * n);
  rows.forEach((row, i) => values.set(row, i * n));
  return tf.keep(tf.tensor2d(values, [rows.length, n], dtype));
}

const int1d = (values: number[]): tf.Tensor1D => tf.keep(tf.tensor1d(Int32Array.from(values), 'int32'));
