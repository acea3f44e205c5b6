import * as tf from '@tensorflow/tfjs';

/**
 * tfjs refuses the gradient of a dilated convolution. Such a convolution has stride 1 and is a sum over the filter's taps,
 * y = Σᵢⱼ shiftᵢⱼ(x) Wᵢⱼ, whose gradients are products of matrices.
 */
export const convolution: tf.GradConfig[] = [
  {
    kernelName: 'Conv2D',
    inputsToSave: ['x', 'filter'],
    gradFunc: (dy, [x, filter], attributes) => {
      const { dilations, ...rest } = attributes as unknown as tf.Conv2DAttrs;
      const d = dy as tf.Tensor;
      if (!tf.backend_util.tupleValuesAreOne(dilations)) return dilatedGradient(d, x, filter, attributes as unknown as tf.Conv2DAttrs);
      const run = (name: string, inputs: tf.NamedTensorMap, more: tf.NamedAttrMap): tf.Tensor =>
        tf.engine().runKernel(name, inputs, { ...rest, ...more } as tf.NamedAttrMap) as tf.Tensor;
      return {
        x: () => run('Conv2DBackpropInput', { dy: d, filter }, { inputShape: x.shape }),
        filter: () => run('Conv2DBackpropFilter', { x, dy: d }, { filterShape: filter.shape }),
      };
    },
  },
];

function dilatedGradient(dy: tf.Tensor, x: tf.Tensor, filter: tf.Tensor, attributes: tf.Conv2DAttrs): Record<string, () => tf.Tensor> {
  const { strides, pad, dilations, dimRoundingMode, dataFormat } = attributes;
  if (dataFormat === 'NCHW') throw new Error('the gradient of a dilated convolution is there for channels last (NHWC) only');
  const info = tf.backend_util.computeConv2DInfo(x.shape as tf.Tensor4D['shape'], filter.shape as tf.Tensor4D['shape'], strides, dilations, pad, dimRoundingMode);
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = info;
  const { top, bottom, left, right } = info.padInfo;
  const places = [batchSize, outHeight, outWidth, inChannels];
  const dRows = tf.reshape(dy, [-1, outChannels]) as tf.Tensor2D; // [batch · height · width, out]
  const taps = Array.from({ length: info.filterHeight }, (_, i) => Array.from({ length: info.filterWidth }, (_, j) => ({
    down: i * info.dilationHeight,
    across: j * info.dilationWidth,
    weight: (): tf.Tensor2D => tf.reshape(tf.slice(filter, [i, j, 0, 0], [1, 1, inChannels, outChannels]), [inChannels, outChannels]) as tf.Tensor2D,
  }))).flat();
  return {
    x: () => {
      const shifted = taps.map(({ down, across, weight }) => tf.pad(
        tf.reshape(tf.matMul(dRows, weight(), false, true), places),
        [[0, 0], [down, inHeight + top + bottom - outHeight - down], [across, inWidth + left + right - outWidth - across], [0, 0]],
      ));
      return tf.slice(tf.addN(shifted), [0, top, left, 0], x.shape);
    },
    filter: () => {
      const padded = tf.pad(x, [[0, 0], [top, bottom], [left, right], [0, 0]]);
      const products = taps.map(({ down, across }) =>
        tf.matMul(tf.reshape(tf.slice(padded, [0, down, across, 0], places), [-1, inChannels]) as tf.Tensor2D, dRows, true)); // [in, out]
      return tf.reshape(tf.stack(products), filter.shape);
    },
  };
}
