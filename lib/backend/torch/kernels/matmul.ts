import type * as tf from '@tensorflow/tfjs';
import { disposeAll, kernel, type KernelFamily } from './family';

interface FusedMatMulAttributes extends tf.BatchMatMulAttrs {
  activation: tf.backend_util.Activation;
  leakyreluAlpha: number;
}

const activationKernels: Partial<Record<tf.backend_util.Activation, string>> = {
  relu: 'Relu', relu6: 'Relu6', elu: 'Elu', sigmoid: 'Sigmoid', leakyrelu: 'LeakyRelu', prelu: 'Prelu',
};

export const matmul: KernelFamily = {
  BatchMatMul: kernel<tf.BatchMatMulAttrs>(({ a, b }, { transposeA, transposeB }, torch) =>
    torch.run1('BatchMatMul', [a, b], [transposeA ? 1 : 0, transposeB ? 1 : 0])),
  _FusedMatMul: kernel<FusedMatMulAttributes>(({ a, b, bias, preluActivationWeights }, attributes, torch) => {
    const { transposeA, transposeB, activation, leakyreluAlpha } = attributes;
    const steps = [torch.run1('BatchMatMul', [a, b], [transposeA ? 1 : 0, transposeB ? 1 : 0])];
    if (bias) steps.push(torch.run1('Add', [steps[0], bias]));
    if (activation && activation !== 'linear') {
      const name = activationKernels[activation];
      if (!name) throw new Error(`_FusedMatMul: no activation ${activation}`);
      const inputs = activation === 'prelu' ? [steps[steps.length - 1], preluActivationWeights] : [steps[steps.length - 1]];
      steps.push(torch.run1(name, inputs, activation === 'leakyrelu' ? [leakyreluAlpha] : []));
    }
    const out = steps.pop() as tf.TensorInfo;
    disposeAll(torch, steps);
    return out;
  }),
  Einsum: kernel<tf.EinsumAttrs>((inputs, { equation }, torch) =>
    torch.run1('Einsum', Object.values(inputs), Array.from(equation, (character) => character.charCodeAt(0)))),
};
