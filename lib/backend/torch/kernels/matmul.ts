import type * as tf from '@tensorflow/tfjs';
import type { TorchBackend } from '../backend';
import { disposeAll, kernel, type KernelFamily } from './family';

export interface ActivationAttributes {
  activation?: tf.backend_util.Activation | null;
  leakyreluAlpha?: number;
}

const activationKernels: Partial<Record<tf.backend_util.Activation, string>> = {
  relu: 'Relu', relu6: 'Relu6', elu: 'Elu', sigmoid: 'Sigmoid', leakyrelu: 'LeakyRelu', prelu: 'Prelu',
};

/** What tfjs's fused kernels do to a product or a convolution `x`, which is disposed unless it is the result. */
export function biasAndActivation(
  torch: TorchBackend,
  x: tf.TensorInfo,
  bias: tf.TensorInfo | undefined,
  preluWeights: tf.TensorInfo | undefined,
  { activation, leakyreluAlpha }: ActivationAttributes,
): tf.TensorInfo {
  const steps = [x];
  if (bias) steps.push(torch.run1('Add', [x, bias]));
  if (activation && activation !== 'linear') {
    const name = activationKernels[activation];
    if (!name) throw new Error(`the torch backend fuses no activation ${activation}`);
    const last = steps[steps.length - 1];
    const inputs = activation === 'prelu' ? [last, preluWeights as tf.TensorInfo] : [last];
    steps.push(torch.run1(name, inputs, activation === 'leakyrelu' ? [leakyreluAlpha as number] : []));
  }
  const out = steps.pop() as tf.TensorInfo;
  disposeAll(torch, steps);
  return out;
}

export const matmul: KernelFamily = {
  BatchMatMul: kernel<tf.BatchMatMulAttrs>(({ a, b }, { transposeA, transposeB }, torch) =>
    torch.run1('BatchMatMul', [a, b], [transposeA ? 1 : 0, transposeB ? 1 : 0])),
  _FusedMatMul: kernel<tf.BatchMatMulAttrs & ActivationAttributes>(({ a, b, bias, preluActivationWeights }, attributes, torch) => {
    const product = torch.run1('BatchMatMul', [a, b], [attributes.transposeA ? 1 : 0, attributes.transposeB ? 1 : 0]);
    return biasAndActivation(torch, product, bias, preluActivationWeights, attributes);
  }),
  Einsum: kernel<tf.EinsumAttrs>((inputs, { equation }, torch) =>
    torch.run1('Einsum', Object.values(inputs), Array.from(equation, (character) => character.charCodeAt(0)))),
};
