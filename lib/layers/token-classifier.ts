import type * as tf from '@tensorflow/tfjs';
import { softmaxCrossEntropy } from '../backend/operations';
import { dropout } from './dropout';
import { linear } from './linear';
import type { ForwardContext, ParameterScope } from './parameters';

export interface TokenClassifier {
  /** x [batch, n, inputs] → logits [batch, n, labels]. */
  forward(x: tf.Tensor3D, context: ForwardContext): tf.Tensor3D;
  /** Mean of −log softmax(logits)[tag] over the tokens whose weight is 1: logits [batch, n, labels], tags int32 and weights float32 [batch, n]. */
  loss(logits: tf.Tensor3D, tags: tf.Tensor2D, weights: tf.Tensor2D): tf.Scalar;
}

/**
 * A softmax over tags for each token, the `BERT` and `RoBERTa` rows of paper B's Tables 3 and 4 (Devlin et al. 2019,
 * section 5.3): p(tag | i) = softmax(W dropout(h_i) + b). [CLS], [SEP] and padding carry weight 0 in the loss.
 * Parameters: `weight` [labels, inputs], `bias` [labels].
 */
export function tokenClassifier(scope: ParameterScope, inputs: number, labels: number, rate: number): TokenClassifier {
  const dense = linear(scope, inputs, labels);
  const drop = dropout(rate);
  return {
    forward: (x, context) => dense.forward(drop.forward(x, context)) as tf.Tensor3D,
    loss: tagLoss,
  };
}

/** The loss of any tag scores, as `TokenClassifier.loss` has it. */
export function tagLoss(logits: tf.Tensor3D, tags: tf.Tensor2D, weights: tf.Tensor2D): tf.Scalar {
  const cells = tags.size;
  return softmaxCrossEntropy(logits.reshape([cells, logits.shape[2]]), tags.reshape([cells]), weights.reshape([cells]));
}
