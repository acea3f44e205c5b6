import * as tf from '@tensorflow/tfjs';

/** What the forward half of an operation returns: its value, and what its gradient needs (inputs, outputs or intermediates). */
export interface Forward<T extends tf.Tensor = tf.Tensor> {
  y: T;
  saved: tf.Tensor[];
}

/**
 * The value of `forward` as a function of `inputs`, with the gradient that `backward` gives.
 *
 * `backward` gets the gradient of the value and what `forward` saved, and returns one gradient for each input, in order.
 * What either leaves behind is disposed, and the saved tensors as soon as `backward` is through: tfjs alone would hold those
 * of the whole model until its last gradient.
 */
export function differentiable<T extends tf.Tensor>(
  inputs: readonly tf.Tensor[],
  forward: () => Forward<T>,
  backward: (dy: T, saved: tf.Tensor[]) => tf.Tensor[],
): T {
  const operation = tf.customGrad((...args: Array<tf.Tensor | tf.GradSaveFunc>) => {
    const { y, saved } = forward();
    (args[args.length - 1] as tf.GradSaveFunc)(saved);
    return {
      value: y,
      gradFunc: (dy: T, saved: tf.Tensor[]) => {
        const gradients = tf.tidy(() => backward(dy, saved));
        tf.dispose(saved.filter((tensor) => !gradients.includes(tensor)));
        return gradients;
      },
    };
  });
  return operation(...inputs) as T;
}

/** Names of the kernels that only a backend with fused operations has. */
export type FusedKernel =
  | 'FusedBFloat16'
  | 'FusedLinear' | 'FusedLinearGrad'
  | 'FusedJoinedLinear' | 'FusedJoinedLinearGrad'
  | 'FusedLayerNorm' | 'FusedLayerNormGrad'
  | 'FusedAddNorm' | 'FusedAddNormGrad'
  | 'FusedGelu' | 'FusedGeluGrad'
  | 'FusedAttention' | 'FusedAttentionGrad' | 'FusedAttentionInference'
  | 'FusedDropout'
  | 'FusedEmbeddingGrad'
  | 'FusedCrossEntropy' | 'FusedCrossEntropyGrad'
  | 'FusedAdamStep'
  | 'FusedGlobalNormClip'
  | 'FusedGru' | 'FusedGruGrad'
  | 'FusedLstm' | 'FusedLstmGrad'
  | 'FusedCrf' | 'FusedCrfGrad'
  | 'FusedRope'
  | 'FusedPointerScores' | 'FusedPointerScoresGrad' | 'FusedPointerLoss'
  | 'FusedMultiLabelLoss' | 'FusedScale';

/** Whether the active backend has the kernel; otherwise the operation is composed of tfjs's own kernels. */
export function hasKernel(name: FusedKernel): boolean {
  return tf.getKernel(name, tf.getBackend()) != null;
}

/** Whether tfjs records what is computed now, to take a gradient of it. */
export function inGradient(): boolean {
  return tf.engine().state.gradientDepth > 0;
}

/** Runs a fused kernel on the active backend. */
export function runFused<T extends tf.Tensor | tf.Tensor[]>(
  name: FusedKernel,
  inputs: readonly tf.Tensor[],
  attributes: Record<string, unknown> = {},
): T {
  return tf.engine().runKernel(name, { ...inputs } as unknown as tf.NamedTensorMap, attributes as tf.NamedAttrMap) as T;
}
