import * as tf from '@tensorflow/tfjs';
import { dtypeCodes, type TorchBackend } from '../backend';
import { kernel, type KernelFamily } from './family';

function fill(torch: TorchBackend, shape: readonly number[], value: number, dtype: tf.DataType): tf.TensorInfo {
  const code = dtypeCodes[dtype];
  if (code === undefined) throw new Error(`Fill [${shape.join(', ')}]: the torch backend holds no ${dtype} tensors`);
  return torch.run1('Fill', [], [code, value, ...shape]);
}

function fromValues(torch: TorchBackend, values: tf.backend_util.BackendValues, dtype: tf.DataType): tf.TensorInfo {
  return { dataId: torch.write(values, [values.length], dtype), shape: [values.length], dtype };
}

export const creation: KernelFamily = {
  Fill: kernel<tf.FillAttrs>((_, { shape, value, dtype }, torch) => {
    const type = dtype ?? tf.util.inferDtype(value);
    if (type !== 'string') return fill(torch, shape, Number(value), type);
    const strings = Array.from({ length: tf.util.sizeFromShape(shape) }, () => tf.util.encodeString(String(value)));
    return { dataId: torch.write(strings, shape, type), shape, dtype: type };
  }),
  ZerosLike: ({ x }, _, torch) => fill(torch, x.shape, 0, x.dtype),
  OnesLike: ({ x }, _, torch) => fill(torch, x.shape, 1, x.dtype),
  Range: kernel<tf.RangeAttrs>((_, { start, stop, step, dtype }, torch) => {
    const count = Math.max(0, Math.ceil((stop - start) / step));
    return fromValues(torch, Float64Array.from({ length: count }, (_, i) => start + i * step) as unknown as Float32Array, dtype);
  }),
  LinSpace: kernel<tf.LinSpaceAttrs>((_, { start, stop, num }, torch) =>
    fromValues(torch, Float32Array.from({ length: num }, (_, i) => start + (i * (stop - start)) / Math.max(1, num - 1)), 'float32')),
};
