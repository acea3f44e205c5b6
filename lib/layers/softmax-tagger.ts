import * as tf from '@tensorflow/tfjs';
import type { ForwardContext, ParameterScope } from './parameters';
import { tagLoss, tokenClassifier } from './token-classifier';

/** The tags of a window's inner tokens, without [CLS] and [SEP]. */
export interface TaggedTokens {
  tags: ArrayLike<number>;
  /** The log-probability of each of these tags at its token. */
  logProbabilities: ArrayLike<number>;
}

/** A head that tags tokens. `lengths` count [CLS] and [SEP], which stand at a window's ends and carry no tag. */
export interface TagHead {
  /** x [batch, n, inputs] → scores of the tags at each token, [batch, n, labels]. */
  forward(x: tf.Tensor3D, lengths: readonly number[], context: ForwardContext): tf.Tensor3D;
  /** The mean loss of these scores: tags int32 [batch, n], of which inner tokens count. */
  loss(scores: tf.Tensor3D, tags: tf.Tensor2D, lengths: readonly number[]): tf.Scalar;
  /** The tags that these scores say, for each window. */
  decode(scores: tf.Tensor3D, lengths: readonly number[]): Promise<TaggedTokens[]>;
}

/**
 * Tags each token by itself, by the softmax of token-classifier.ts, whose parameters it has: the loss is the mean over inner
 * tokens, the tag the most probable one, the lower of equals.
 */
export function softmaxTagger(scope: ParameterScope, inputs: number, labels: number, rate: number): TagHead {
  const classifier = tokenClassifier(scope, inputs, labels, rate);
  return { forward: (x, _lengths, context) => classifier.forward(x, context), ...softmaxTags };
}

/** Loss and decoding of such scores, wherever they come from. */
export const softmaxTags: Pick<TagHead, 'loss' | 'decode'> = {
  loss: (scores, tags, lengths) => tagLoss(scores, tags, innerTokens(lengths, tags.shape[1])),

  async decode(scores, lengths) {
    const n = scores.shape[1];
    const [best, logProbability] = tf.tidy((): [tf.Tensor, tf.Tensor] => {
      const all = tf.logSoftmax(scores);
      return [all.argMax(2), all.max(2)];
    });
    try {
      const [tags, logProbabilities] = await Promise.all([best.data<'int32'>(), logProbability.data<'float32'>()]);
      const inner = <T extends Int32Array | Float32Array>(values: T, row: number): T => values.subarray(row * n + 1, row * n + lengths[row] - 1) as T;
      return lengths.map((_, row) => ({ tags: inner(tags, row), logProbabilities: inner(logProbabilities, row) }));
    } finally {
      tf.dispose([best, logProbability]);
    }
  },
};

/** 1 at the tokens between [CLS] and [SEP], 0 elsewhere: [batch, n]. */
export function innerTokens(lengths: readonly number[], n: number): tf.Tensor2D {
  const values = new Float32Array(lengths.length * n);
  lengths.forEach((length, row) => values.fill(1, row * n + 1, row * n + length - 1));
  return tf.tensor2d(values, [lengths.length, n]);
}
