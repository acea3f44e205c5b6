import type * as tf from '@tensorflow/tfjs';
import { hasKernel } from './differentiable';
import { distinctPositions, lossWithGradient, multiLabelLoss } from './multi-label-loss';
import { checkPointer, type PointerOptions, pointerScores, pointerWidth } from './pointer-scores';

/**
 * The multi-label loss of `pointerScores`, the mean over examples and types.
 *
 * As one kernel it goes from vectors to the loss and its gradient a few rows at a time: neither the scores of all rows nor
 * the rotated vectors are ever held, only the gradient for `vectors`.
 *
 * @param vectors float32 [batch, n, types · 2 · size], as `pointerScores` takes them
 * @param positives indices into the flattened scores, candidates all
 */
export function pointerLoss(vectors: tf.Tensor, positives: Iterable<number>, options: PointerOptions): tf.Scalar {
  checkPointer('pointerLoss', vectors, options);
  const [batch, n] = vectors.shape;
  const rows = batch * options.types;
  const cells = n * pointerWidth(n, options);
  const positions = distinctPositions(positives, rows, cells);
  const strange = positions.find((position) => !isCandidate(position, n, options));
  if (strange !== undefined) throw new Error(`pointerLoss: the positive cell ${strange} is no candidate`);
  return hasKernel('FusedPointerLoss')
    ? lossWithGradient('FusedPointerLoss', vectors, { ...options, positives: positions })
    : multiLabelLoss(pointerScores(vectors, options).reshape([rows, cells]), positions);
}

function isCandidate(position: number, n: number, options: PointerOptions): boolean {
  const width = pointerWidth(n, options);
  const row = Math.floor(position / width);
  const first = row % n;
  const column = position % width;
  const last = options.k === undefined ? column : first + column;
  return first >= 1 && last >= first && last <= options.lengths[Math.floor(row / (n * options.types))] - 2;
}
