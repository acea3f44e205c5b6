import * as tf from '@tensorflow/tfjs';
import type { Bert } from './bert';
import type { ForwardContext } from './parameters';

/** Texts of about one length, padded: what the encoder reads in one pass. */
export interface ItemGroup {
  ids: tf.Tensor2D; // int32 [rows, n], with [CLS] and [SEP]
  mask: tf.Tensor2D; // float32 [rows, n], 1 = token, 0 = padding
  /** What each token counts in its row's vector, 0 at padding. */
  weights: tf.Tensor2D; // float32 [rows, n]
}

/**
 * One vector an item, whatever its length (paper A, Eq. 3-6: H_K, H_desc, H_pos and H_rel of keywords, descriptions, parts of
 * speech and relations), h_r = Σ_t w_t MacBERT(item r)_t. The weights choose the pooling: 1 / tokens at each token between [CLS] and
 * [SEP] for the mean, 1 at [CLS] for `cls`. The paper writes h = MacBERT(item) and does not say how tokens become one
 * vector. No parameters of its own.
 *
 * groups of [rows, n] → [the sum of their rows, hidden], group after group.
 */
export function encodeItems(encoder: Bert, groups: readonly ItemGroup[], hidden: number, context: ForwardContext): tf.Tensor2D {
  if (groups.length === 0) return tf.zeros([0, hidden]);
  const vectors = groups.map(({ ids, mask, weights }) => {
    const tokens = encoder.forward(ids, mask, context); // [rows, n, hidden]
    return tf.matMul(weights.expandDims(1), tokens).reshape<tf.Tensor2D>([ids.shape[0], hidden]);
  });
  return vectors.length === 1 ? vectors[0] : tf.concat(vectors, 0);
}
