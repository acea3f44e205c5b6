import * as tf from '@tensorflow/tfjs';

/** tfjs transposes the gradient of a cumulative sum along any axis but the last, and has none for a cumulative product. */
export const scans: tf.GradConfig[] = [
  {
    kernelName: 'Cumsum',
    gradFunc: (dy, _, attributes) => {
      const { axis, exclusive, reverse } = attributes as unknown as tf.CumsumAttrs;
      return { x: () => tf.cumsum(dy as tf.Tensor, axis, exclusive, !reverse) };
    },
  },
  {
    kernelName: 'Cumprod',
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, [x, y], attributes) => {
      const { axis, exclusive, reverse } = attributes as unknown as tf.CumprodAttrs;
      // Exact where no element is 0; PyTorch's formula for zeros needs a pass for each of them.
      return { x: () => tf.div(tf.cumsum(tf.mul(dy as tf.Tensor, y), axis, exclusive, !reverse), x) };
    },
  },
];
