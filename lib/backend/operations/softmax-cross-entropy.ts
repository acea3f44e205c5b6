import * as tf from '@tensorflow/tfjs';
import { differentiable, hasKernel, runFused } from './differentiable';

/**
 * Weighted mean over rows of −log softmax(logits)[label]: Σᵢ wᵢ ℓᵢ / Σᵢ wᵢ, and 0 where all weights are 0.
 *
 * @param logits float32 [m, classes]
 * @param labels int32 [m], each in [0, classes)
 * @param weights float32 [m], 1 each by default; 0 leaves a row out
 */
export function softmaxCrossEntropy(logits: tf.Tensor, labels: tf.Tensor, weights?: tf.Tensor): tf.Scalar {
  const [rows, classes] = logits.shape;
  if (logits.rank !== 2 || labels.shape[0] !== rows || (weights && weights.shape[0] !== rows)) {
    throw new Error(
      `softmaxCrossEntropy: logits [${logits.shape}], labels [${labels.shape}]` +
        `${weights ? `, weights [${weights.shape}]` : ''} do not fit [m, classes], [m], [m]`,
    );
  }
  return differentiable<tf.Scalar>(
    [logits],
    () => {
      const rowWeights = weights ?? tf.ones([rows]);
      if (hasKernel('FusedCrossEntropy')) {
        const [loss, probabilities] = runFused<tf.Tensor[]>('FusedCrossEntropy', [logits, labels, rowWeights]);
        return { y: loss as tf.Scalar, saved: [probabilities, labels, rowWeights] };
      }
      const logProbabilities = tf.logSoftmax(logits);
      const rowLosses = tf.neg(tf.sum(tf.mul(logProbabilities, tf.oneHot(labels, classes)), -1)); // [m]
      const loss = tf.divNoNan(tf.sum(tf.mul(rowLosses, rowWeights)), tf.sum(rowWeights)).asScalar();
      return { y: loss, saved: [tf.exp(logProbabilities), labels, rowWeights] };
    },
    (dy, [probabilities, labels, rowWeights]) => {
      if (hasKernel('FusedCrossEntropyGrad')) {
        return [runFused<tf.Tensor>('FusedCrossEntropyGrad', [dy, probabilities, labels, rowWeights])];
      }
      const factors = tf.mul(tf.divNoNan(rowWeights, tf.sum(rowWeights)), dy); // [m]
      return [tf.mul(tf.sub(probabilities, tf.oneHot(labels, classes)), tf.expandDims(factors, 1))];
    },
  );
}
