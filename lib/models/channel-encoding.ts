import * as tf from '@tensorflow/tfjs';
import { embedding as rowsOf, withoutGradient } from '../backend';
import {
  adaptiveLayerNorm, type Bert, convolutionBank, crossAttention, dropout, encodeItems, featureMapping, type ForwardContext, gru, type ParameterScope, reluMlp,
} from '../layers';
import type { ChannelBatch, SecondChannel } from './channel-batch';
import type { ChannelsConfig, EncoderConfig } from './config';
import type { Encoding } from './encoding';
import { type Batch, windowLengths } from './types';

/** Who encodes T, and who T' and the items. */
export interface ChannelEncoders {
  original: Bert;
  second: Bert;
}

/**
 * Paper A between the encoder and the head (sections 3.2 and 3.3): H_org and H_aug with the keywords' features added (Eq. 1-8), a BiGRU on each
 * (Eq. 9), the second channel joined to the first (Eq. 10), a BiGRU again (Eq. 11), h [batch, n, hidden]; then AdaLN, a perceptron and
 * convolutions (Eq. 12-17), D. What comes out is [h; D], or h where the config has no convolutions.
 *
 * The BiGRUs have half the width in each direction, so that the residual of Eq. 10 fits.
 */
export function channelEncoding(scope: ParameterScope, encoders: ChannelEncoders, { hidden, layerNormEpsilon }: EncoderConfig, config: ChannelsConfig): Encoding {
  const { second, features, fusion, heads, convolution } = config;
  const drop = dropout(config.dropout);
  const recurrent = (name: string) => gru(scope.scope(name), hidden, hidden / 2);
  const mapping = features.length > 0 ? featureMapping(scope.scope('mapping'), features, config.initialWeight) : undefined;
  const original = recurrent('original');
  const other = second === null ? undefined : { gru: recurrent('second'), attention: fusion === 'attention' ? crossAttention(scope.scope('attention'), hidden, heads) : undefined };
  const fused = recurrent('fused');
  const local = convolution && {
    norm: adaptiveLayerNorm(scope.scope('norm'), hidden, layerNormEpsilon),
    mlp: reluMlp(scope.scope('mlp'), hidden),
    bank: convolutionBank(scope.scope('convolution'), hidden, {
      shapes: convolution.kernelSizes.map((size, l) => ({ size, dilation: convolution.dilations[l] })), channels: convolution.channels, activation: 'gelu',
    }),
  };

  /** What the encoders say of T and of the second channel's pieces; in one pass where they are one encoder. */
  function encoded({ ids, mask }: Batch, given: SecondChannel | undefined, context: ForwardContext): [tf.Tensor3D, tf.Tensor3D?] {
    if (!given) return [encoders.original.forward(ids, mask, context)];
    if (encoders.original !== encoders.second) {
      return [encoders.original.forward(ids, mask, context), encoders.second.forward(given.ids, given.mask, context)];
    }
    const [[rows, n], [others, m]] = [ids.shape, given.ids.shape];
    const longest = Math.max(n, m);
    const both = (a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D => tf.concat<tf.Tensor2D>([tf.pad(a, [[0, 0], [0, longest - n]]), tf.pad(b, [[0, 0], [0, longest - m]])], 0);
    const vectors = encoders.original.forward(both(ids, given.ids), both(mask, given.mask), context); // [rows + others, longest, hidden]
    return [vectors.slice([0, 0, 0], [rows, n, hidden]), vectors.slice([rows, 0, 0], [others, m, hidden])];
  }

  /** H_org and, of a second channel, H_aug, with the features (Eq. 1-8). */
  function mapped(batch: Batch, given: ChannelBatch | undefined, context: ForwardContext): [tf.Tensor3D, tf.Tensor3D?] {
    const [own, vectors] = encoded(batch, given?.second, context); // [batch, n, hidden], [pieces, m, hidden]
    const places = given?.second?.places;
    // Where a text took several pieces, they are put in a row.
    const enhanced = places && vectors ? (rowsOf(vectors.reshape([-1, hidden]), places) as tf.Tensor3D) : vectors; // [batch, m, hidden]
    if (!mapping || !given) return [own, enhanced];
    const items = (): tf.Tensor2D => encodeItems(encoders.second, given.items, hidden, context);
    const keywords = mapping.keywords(config.itemGradient ? items() : withoutGradient(items), given.keywordItems);
    return [mapping.add(own, keywords, given.original), enhanced && mapping.add(enhanced, keywords, given.enhanced)];
  }

  return {
    size: hidden + (local?.bank.size ?? 0),
    forward(batch, context) {
      const { channels: given } = batch;
      if ((other && !given?.second) || (mapping && !given)) throw new Error('the model reads enhanced texts and features, and the examples were made without them');
      const lengths = windowLengths(batch);
      const [first, enhanced] = mapped(batch, given, context);
      let x = original.forward(drop.forward(first, context), lengths); // [batch, n, hidden]
      if (other && enhanced) {
        const { lengths: others, real } = given!.second!;
        const y = other.gru.forward(drop.forward(enhanced, context), others); // [batch, m, hidden]
        const said = other.attention ? other.attention.forward(x, y, real) : mean(y, others); // [batch, n or 1, hidden]
        x = tf.add(x, drop.forward(said, context));
      }
      const h = fused.forward(x, lengths);
      if (!local) return h;
      const d = local.bank.forward(local.mlp.forward(local.norm.forward(h)), batch.mask);
      return tf.concat([h, d], 2);
    },
    dispose: () => undefined,
  };
}

/** The mean of each example's tokens, [batch, 1, hidden]; y is 0 at padding. */
const mean = (y: tf.Tensor3D, lengths: readonly number[]): tf.Tensor3D =>
  tf.div(tf.sum(y, 1, true), tf.tensor3d([...lengths], [lengths.length, 1, 1]));
