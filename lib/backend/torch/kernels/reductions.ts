import * as tf from '@tensorflow/tfjs';
import { eachNamed, fromFront, kernel, type KernelFamily } from './family';

interface ReductionAttributes {
  axis?: number | number[];
  reductionIndices?: number | number[];
  keepDims: boolean;
}

export const reductions: KernelFamily = {
  ...eachNamed(['Sum', 'Mean', 'Max', 'Min', 'Prod', 'All', 'Any'], (name) =>
    kernel<ReductionAttributes>(({ x }, { axis, reductionIndices, keepDims }, torch) => {
      const axes = tf.util.parseAxisParam((axis ?? reductionIndices) as number | number[], x.shape);
      return torch.run1(name, [x], [keepDims ? 1 : 0, ...axes]);
    })),
  ...eachNamed(['ArgMax', 'ArgMin'], (name) =>
    kernel<{ axis: number }>(({ x }, { axis }, torch) => torch.run1(name, [x], [tf.util.parseAxisParam(axis, x.shape)[0]]))),
  ...eachNamed(['Cumsum', 'Cumprod'], (name) =>
    kernel<tf.CumsumAttrs>(({ x }, { axis, exclusive, reverse }, torch) =>
      torch.run1(name, [x], [exclusive ? 1 : 0, reverse ? 1 : 0, fromFront(axis, x.shape.length)]))),
  Softmax: kernel<tf.SoftmaxAttrs>(({ logits }, { dim }, torch) => torch.run1('Softmax', [logits], [dim])),
  LogSoftmax: kernel<tf.LogSoftmaxAttrs>(({ logits }, { axis }, torch) => torch.run1('LogSoftmax', [logits], [axis])),
  TopK: kernel<tf.TopKAttrs>(({ x }, { k }, torch) => torch.run('TopK', [x], [k])),
};
