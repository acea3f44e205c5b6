import * as tf from '@tensorflow/tfjs';
import { embedding, scatterRows } from '../backend/operations';
import { constant, type ParameterScope } from './parameters';

/** What an item vector says of a keyword, and the name of its scalar. Of `relation` there may be several. */
export const featureKinds = ['keyword', 'description', 'partOfSpeech', 'relation'] as const;
export type FeatureKind = (typeof featureKinds)[number];

const scalars: Record<FeatureKind, string> = { keyword: 'delta', description: 'alpha', partOfSpeech: 'gamma', relation: 'beta' };

/** Which item vectors belong to which keyword: entry e adds row `items[e]` to keyword `keywords[e]`, times the scalar of `kinds[e]`. */
export interface KeywordItems {
  keywords: tf.Tensor1D; // int32 [entries]
  items: tf.Tensor1D; // int32 [entries], rows of encodeItems
  kinds: tf.Tensor1D; // int32 [entries], places in featureKinds
  /** How many keywords there are. */
  count: number;
}

/** The tokens of the keywords: token `tokens[e]` of a flattened batch · n belongs to keyword `keywords[e]`. */
export interface KeywordTokens {
  tokens: tf.Tensor1D; // int32 [entries]
  keywords: tf.Tensor1D; // int32 [entries]
}

export interface FeatureMapping {
  /** What is added at the tokens of each keyword, [keywords, hidden], from item vectors [rows, hidden]. */
  keywords(items: tf.Tensor2D, of: KeywordItems): tf.Tensor2D;
  /** x [batch, n, hidden] with the keywords' vectors added at their tokens. */
  add(x: tf.Tensor3D, keywords: tf.Tensor2D, at: KeywordTokens): tf.Tensor3D;
}

/**
 * Feature mapping (paper A, Eq. 7-8), in T and in T' alike, at every token t of keyword i:
 *
 *   h_t ← h_t + α h_desc^i + γ h_pos^i + δ h_K^i + Σ_j β h_rel^j  over the pairs j of which i is one.
 *
 * A keyword's sum is made once and put at all its tokens. The paper lists H_K among the layer's inputs but has it in no
 * equation: δ h_K is ours. It writes one position p_i a keyword: here that is each token of each of its occurrences.
 * Parameters: `alpha`, `beta`, `gamma`, `delta` [1] of the kinds in use, from `initial` (the paper prints no start).
 */
export function featureMapping(scope: ParameterScope, kinds: readonly FeatureKind[], initial: number): FeatureMapping {
  const used = new Map(kinds.map((kind) => [kind, scope.bias(scalars[kind], [1], constant(Float32Array.of(initial)))]));
  return {
    keywords: (items, of) =>
      tf.tidy(() => {
        const scales = tf.concat(featureKinds.map((kind) => used.get(kind) ?? tf.zeros([1]))).expandDims<tf.Tensor2D>(1); // [kinds, 1]
        const scaled = tf.mul(embedding(items, of.items), embedding(scales, of.kinds)); // [entries, hidden]
        return scatterRows(scaled, of.keywords, of.count);
      }),
    add: (x, keywords, at) =>
      tf.tidy(() => {
        const [batch, n, hidden] = x.shape;
        const added = scatterRows(embedding(keywords, at.keywords), at.tokens, batch * n); // [batch · n, hidden]
        return tf.add(x, added.reshape([batch, n, hidden]));
      }),
  };
}
