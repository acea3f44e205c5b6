import * as tf from '@tensorflow/tfjs';
import type { KernelCase } from './kernel-cases';
import { given, type Samples, type TensorValues } from './support';

type Pad = 'same' | 'valid' | number;

interface Window {
  size: [number, number];
  strides: [number, number];
  dilations: [number, number];
  pad: Pad;
}

const windows: Window[] = [
  { size: [3, 3], strides: [1, 1], dilations: [1, 1], pad: 'same' },
  { size: [2, 3], strides: [2, 1], dilations: [1, 1], pad: 'valid' },
  { size: [3, 2], strides: [2, 2], dilations: [1, 1], pad: 'same' },
  { size: [3, 3], strides: [1, 1], dilations: [2, 2], pad: 'same' },
  { size: [1, 3], strides: [1, 1], dilations: [1, 2], pad: 'valid' },
  { size: [2, 2], strides: [1, 1], dilations: [1, 1], pad: 1 },
];

/** What tfjs-node refuses of the windows above. */
const refused = ({ pad }: Window): KernelCase['differs'] => (typeof pad === 'number' ? { tensorflow: 'tfjs-node pads by `same` and `valid` only' } : undefined);

const told = ({ size, strides, dilations, pad }: Window): string => `${size} by ${strides}${dilations.some((d) => d > 1) ? `, dilated ${dilations}` : ''}, ${pad}`;
const x4 = (s: Samples): TensorValues => s.floats([2, 6, 7, 3]);
const as4 = (x: tf.Tensor): tf.Tensor4D => x as tf.Tensor4D;

/** The gradients of Σ sin(y): they run the kernels of the backward pass with a `dy` that is not constant. */
const gradients = (run: (...tensors: tf.Tensor[]) => tf.Tensor) => (...tensors: tf.Tensor[]): tf.Tensor[] =>
  tf.grads((...given) => tf.sum(tf.sin(run(...given))))(tensors);

/** Kernels that slide a window over two axes: convolutions and pools, and their gradients. */
export const windowCases: KernelCase[] = [
  ...windows.flatMap((window) => {
    const { size, strides, dilations, pad } = window;
    const convolve = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.conv2d(as4(x), as4(w), strides, pad, 'NHWC', dilations);
    const depthwise = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.depthwiseConv2d(as4(x), as4(w), strides, pad, 'NHWC', dilations);
    const inputs = (s: Samples): TensorValues[] => [x4(s), s.floats([...size, 3, 2])];
    const dilated = dilations.some((d) => d > 1);
    const slides: KernelCase[] = [
      { name: `Conv2D ${told(window)}`, inputs, run: convolve },
      { name: `Conv2DBackpropInput, Conv2DBackpropFilter ${told(window)}`, inputs, run: gradients(convolve), tolerance: 2e-5 },
      { name: `DepthwiseConv2dNative ${told(window)}`, inputs, run: depthwise },
      ...(dilated ? [] : [{ name: `DepthwiseConv2dNativeBackpropInput and Filter ${told(window)}`, inputs, run: gradients(depthwise), tolerance: 2e-5 }]),
      ...(dilated ? [] : [
        { name: `MaxPool, AvgPool ${told(window)}`, inputs: (s: Samples) => [x4(s)], run: (x: tf.Tensor) => [tf.maxPool(as4(x), size, strides, pad), tf.avgPool(as4(x), size, strides, pad)] },
        { name: `MaxPoolGrad ${told(window)}`, inputs: (s: Samples) => [x4(s)], run: gradients((x) => tf.maxPool(as4(x), size, strides, pad)) },
      ]),
      // cpu divides by the whole window where a part of it lies in the padding, which the forward pass does not count.
      ...(dilated || pad !== 'valid' ? [] : [{ name: `AvgPoolGrad ${told(window)}`, inputs: (s: Samples) => [x4(s)], run: gradients((x) => tf.avgPool(as4(x), size, strides, pad)) }]),
    ];
    return slides.map((one) => ({ ...one, differs: refused(window) }));
  }),
  { name: 'Conv2D of one dimension', inputs: (s) => [s.floats([2, 9, 3]), s.floats([3, 3, 4])], run: (x, w) => [tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, 1, 'same'), tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, 1, 'valid', 'NWC', 2)] },
  { name: 'Conv2DBackpropInput as a transposed convolution', inputs: (s) => [s.floats([1, 3, 4, 2]), s.floats([2, 2, 3, 2])], run: (x, w) => tf.conv2dTranspose(as4(x), as4(w), [1, 6, 8, 3], 2, 'valid') },
  { name: 'FusedConv2D', inputs: (s) => [x4(s), s.floats([3, 3, 3, 2]), s.floats([2])], run: (x, filter, bias) => tf.fused.conv2d({ x: as4(x), filter: as4(filter), strides: 1, pad: 'same', bias, activation: 'relu' }) },
  { name: 'FusedDepthwiseConv2D', inputs: (s) => [x4(s), s.floats([3, 3, 3, 1]), s.floats([3])], run: (x, filter, bias) => tf.fused.depthwiseConv2d({ x: as4(x), filter: as4(filter), strides: 1, pad: 'same', bias, activation: 'relu6' }) },
  { name: 'MaxPool rounding up', inputs: (s) => [s.floats([1, 3, 3, 1])], run: (x) => tf.maxPool(as4(x), 2, 2, 0, 'ceil'), differs: { wasm: 'it reads past the input', tensorflow: 'tfjs-node does not round up' } },
  { name: 'MaxPoolGrad with ties', inputs: () => [given([1, 1, 2, 2, 0, 2, 1, 1, 3], [1, 3, 3, 1])], run: gradients((x) => tf.maxPool(as4(x), 2, 1, 'valid')) },
  { name: 'SearchSorted', inputs: (s) => [given([0, 1, 1, 2, 5, 7], [2, 3]), s.floats([2, 4], -1, 8)], run: (a, v) => [tf.searchSorted(a, v), tf.searchSorted(a, v, 'right')] },
  { name: 'Diag', inputs: (s) => [s.floats([2, 3])], run: (x) => [tf.diag(x), tf.diag(tf.reshape(x, [-1]))] },
  { name: 'FusedBatchNorm', inputs: (s) => [s.floats([2, 3, 4]), s.floats([4]), s.floats([4], 0.5, 2), s.floats([4]), s.floats([4])], run: (x, mean, variance, offset, scale) => tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, offset as tf.Tensor1D, scale as tf.Tensor1D) },
];
