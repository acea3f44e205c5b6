import type * as tf from '@tensorflow/tfjs';
import type { Entity } from '../corpus/types';
import type { ForwardContext, Parameters } from '../layers/parameters';
import type { Window } from '../text';
import type { ChannelBatch } from './channel-batch';
import type { ChannelInput } from './channel-inputs';
import type { TokenWords } from './token-words';

/** A gold mention in a window's tokens: [start, end) token positions, [CLS] being 0; `type` indexes the corpus's types. */
export interface TokenSpan {
  start: number;
  end: number;
  type: number;
}

/** One window of a document, ready for a model. Arrays include [CLS] and [SEP]. */
export interface Example {
  /** Index of the document in its split. */
  document: number;
  documentId: string;
  /** The part of the document's tokens that this is. */
  window: Window;
  ids: Int32Array;
  /** Word-vector row of each token's word (0 where the model has no word vectors). */
  words: Int32Array;
  /** The lexicon words at each token, where the model has a lexicon. */
  lexicon?: TokenWords;
  /** What a model with channels reads beside the window. */
  channels?: ChannelInput;
  /** Each token's code points [starts, ends) in the document's text; -1 for [CLS] and [SEP]. */
  starts: Int32Array;
  ends: Int32Array;
  spans: TokenSpan[];
}

/** Examples padded to one length. `length` counts [CLS] and [SEP]. */
export interface Batch {
  examples: Example[];
  length: number;
  ids: tf.Tensor2D; // int32 [batch, length]
  words: tf.Tensor2D; // int32 [batch, length]
  mask: tf.Tensor2D; // float32 [batch, length], 1 = token (with [CLS], [SEP]), 0 = padding
  /** The examples' lexicon words, where they have them. */
  lexicon?: {
    rows: tf.Tensor4D; // int32 [batch, length, 4, width]
    weights: tf.Tensor4D; // float32 [batch, length, 4, width], 0 = padding
  };
  /** The examples' channel inputs, where they have them. */
  channels?: ChannelBatch;
}

/** Tokens of each example, without padding. */
export const windowLengths = (batch: Batch): number[] => batch.examples.map(({ ids }) => ids.length);

/** A predicted mention in code points of the document, with the model's score (a logit or a log-probability). */
export interface ScoredEntity extends Entity {
  score: number;
}

/** A trainable model over windows. */
export interface Model {
  readonly parameters: Parameters;
  /** Mean loss of a batch. Called inside the caller's tidy; differentiable. */
  loss(batch: Batch, context: ForwardContext): tf.Scalar;
  /** The loss with R-Drop (r-drop.ts) of the given weight, for models that have one; called as `loss` is. */
  rDropLoss?(batch: Batch, context: ForwardContext, weight: number): tf.Scalar;
  /** Entities of each example, in code points of its document; no order promised. */
  predict(batch: Batch): Promise<ScoredEntity[][]>;
  dispose(): void;
}

/** A model's parts, for those who time them or look at what lies between: `predict` is made of these, and `loss` begins with them. */
export interface ModelParts {
  /** The tokens' vectors, [batch, n, size]. Called inside the caller's tidy; differentiable, as is the next. */
  encode(batch: Batch, context: ForwardContext): tf.Tensor3D;
  /** The scores of tags or of spans, as the head makes them of the tokens' vectors. */
  scoresOf(x: tf.Tensor3D, batch: Batch, context: ForwardContext): tf.Tensor;
  /** The entities that scores say, as `predict` gives them. */
  entitiesOf(scores: tf.Tensor, batch: Batch): Promise<ScoredEntity[][]>;
}
