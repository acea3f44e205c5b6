import * as tf from '@tensorflow/tfjs';

/**
 * R-Drop (Liang et al. 2021, section 2.1, halved): two passes over a batch, with dropout masks of their own, are trained and pulled
 * together,
 *
 *   L = ½ (L₁ + L₂) + weight / 4 · (KL(p₁ ‖ p₂) + KL(p₂ ‖ p₁)),
 *
 * where the paper has L₁ + L₂ and weight / 2: halved, the first term is as large as without R-Drop. `divergence` is the sum of
 * both KL, the mean over the same units as the losses.
 */
export function rDrop([first, second]: [tf.Scalar, tf.Scalar], divergence: tf.Scalar, weight: number): tf.Scalar {
  return tf.addN([tf.mul(first, 0.5), tf.mul(second, 0.5), tf.mul(divergence, weight / 4)]).asScalar();
}

/**
 * KL(p ‖ q) + KL(q ‖ p) = Σ_y (p_y − q_y)(log p_y − log q_y) of the softmaxes of two [batch, n, labels] score tensors, the mean over
 * the cells whose weight is 1: weights [batch, n].
 */
export function softmaxDivergence(a: tf.Tensor3D, b: tf.Tensor3D, weights: tf.Tensor2D): tf.Scalar {
  const [p, q] = [tf.logSoftmax(a), tf.logSoftmax(b)];
  const cells = tf.sum(tf.mul(tf.sub(tf.exp(p), tf.exp(q)), tf.sub(p, q)), 2); // [batch, n]
  return tf.div(tf.sum(tf.mul(cells, weights)), tf.maximum(tf.sum(weights), 1)).asScalar();
}

/**
 * The same of scores s that are no distribution, each cell taken as a probability σ(s) by itself: Σ (σ(a) − σ(b))(a − b), the mean over
 * `rows` (types of examples), as the multi-label loss has it. It is what Su ("GlobalPointer下的“KL散度”应该是怎样的？",
 * kexue.fm/archives/9039) derives for the global pointer. Cells that are no candidates score the same in both passes, or
 * lie where σ is 0 in both, and add 0.
 */
export function bernoulliDivergence(a: tf.Tensor, b: tf.Tensor, rows: number): tf.Scalar {
  return tf.div(tf.sum(tf.mul(tf.sub(tf.sigmoid(a), tf.sigmoid(b)), tf.sub(a, b))), rows).asScalar();
}
