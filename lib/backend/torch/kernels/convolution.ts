import * as tf from '@tensorflow/tfjs';
import type { TorchBackend } from '../backend';
import { kernel, type KernelFamily } from './family';
import { biasAndActivation, type ActivationAttributes } from './matmul';

type Shape4D = [number, number, number, number];

/** What convolutions are given; `dilations` is missing where tfjs has a gradient for undilated ones only. */
interface ConvolutionAttributes extends Omit<tf.Conv2DAttrs, 'dilations' | 'dataFormat'> {
  dilations?: tf.Conv2DAttrs['dilations'];
  dataFormat?: tf.Conv2DAttrs['dataFormat'];
}

type ConvolutionInfo = tf.backend_util.Conv2DInfo;

function convolutionInfo(x: readonly number[], filter: readonly number[], attributes: ConvolutionAttributes, depthwise: boolean): ConvolutionInfo {
  const { strides, dilations = 1, pad, dimRoundingMode, dataFormat = 'NHWC' } = attributes;
  const format = tf.backend_util.convertConv2DDataFormat(dataFormat);
  return tf.backend_util.computeConv2DInfo(x as Shape4D, filter as Shape4D, strides, dilations, pad, dimRoundingMode, depthwise, format);
}

const poolInfo = (x: readonly number[], { filterSize, strides, pad, dimRoundingMode }: tf.MaxPoolAttrs): ConvolutionInfo =>
  tf.backend_util.computePool2DInfo(x as Shape4D, filterSize, strides, 1, pad, dimRoundingMode);

/** The attributes of every kernel of addon/convolution.cc. tfjs's padding at the end leaves out what rounding up adds. */
function windowNumbers(info: ConvolutionInfo): number[] {
  const { strideHeight, strideWidth, dilationHeight, dilationWidth, padInfo } = info;
  const missing = (out: number, stride: number, filter: number, size: number, before: number): number =>
    Math.max(0, (out - 1) * stride + filter - size - before);
  const bottom = missing(info.outHeight, strideHeight, info.effectiveFilterHeight, info.inHeight, padInfo.top);
  const right = missing(info.outWidth, strideWidth, info.effectiveFilterWidth, info.inWidth, padInfo.left);
  const channelsLast = info.dataFormat === 'channelsLast' ? 1 : 0;
  return [channelsLast, strideHeight, strideWidth, dilationHeight, dilationWidth, padInfo.top, bottom, padInfo.left, right];
}

const poolNumbers = (info: ConvolutionInfo): number[] => [...windowNumbers(info), info.filterHeight, info.filterWidth];

const forward = (name: string, depthwise: boolean) => (torch: TorchBackend, x: tf.TensorInfo, filter: tf.TensorInfo, attributes: ConvolutionAttributes): tf.TensorInfo =>
  torch.run1(name, [x, filter], windowNumbers(convolutionInfo(x.shape, filter.shape, attributes, depthwise)));

function convolutions(name: string, depthwise: boolean): KernelFamily {
  const run = forward(name, depthwise);
  return {
    [name]: kernel<tf.Conv2DAttrs>(({ x, filter }, attributes, torch) => run(torch, x, filter, attributes)),
    [`${name}BackpropInput`]: kernel<ConvolutionAttributes & { inputShape: Shape4D }>(({ dy, filter }, attributes, torch) => {
      const info = convolutionInfo(attributes.inputShape, filter.shape, attributes, depthwise);
      return torch.run1(`${name}BackpropInput`, [dy, filter], [...windowNumbers(info), info.batchSize, info.inChannels, info.inHeight, info.inWidth]);
    }),
    [`${name}BackpropFilter`]: kernel<ConvolutionAttributes & { filterShape: Shape4D }>(({ x, dy }, attributes, torch) => {
      const info = convolutionInfo(x.shape, attributes.filterShape, attributes, depthwise);
      return torch.run1(`${name}BackpropFilter`, [x, dy], [...windowNumbers(info), ...attributes.filterShape]);
    }),
  };
}

function fusedConvolution(name: string, depthwise: boolean) {
  const run = forward(name, depthwise);
  return kernel<tf.FusedConv2DAttrs & ActivationAttributes>(({ x, filter, bias, preluActivationWeights }, attributes, torch) => {
    if (attributes.dataFormat === 'NCHW' && bias) throw new Error(`Fused${name}: a bias with channels first is not supported`);
    return biasAndActivation(torch, run(torch, x, filter, attributes), bias, preluActivationWeights, attributes);
  });
}

export const convolution: KernelFamily = {
  ...convolutions('Conv2D', false),
  ...convolutions('DepthwiseConv2dNative', true),
  FusedConv2D: fusedConvolution('Conv2D', false),
  FusedDepthwiseConv2D: fusedConvolution('DepthwiseConv2dNative', true),
  MaxPool: kernel<tf.MaxPoolAttrs>(({ x }, attributes, torch) => torch.run1('MaxPool', [x], poolNumbers(poolInfo(x.shape, attributes)))),
  MaxPoolGrad: kernel<tf.MaxPoolGradAttrs>(({ dy, input }, attributes, torch) =>
    torch.run1('MaxPoolGrad', [dy, input], poolNumbers(poolInfo(input.shape, attributes)))),
  AvgPool: kernel<tf.AvgPoolAttrs>(({ x }, attributes, torch) => torch.run1('AvgPool', [x], poolNumbers(poolInfo(x.shape, attributes)))),
  AvgPoolGrad: kernel<tf.AvgPoolGradAttrs>(({ dy, input }, attributes, torch) =>
    torch.run1('AvgPoolGrad', [dy, input], poolNumbers(poolInfo(input.shape, attributes)))),
};
