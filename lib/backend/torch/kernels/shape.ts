import * as tf from '@tensorflow/tfjs';
import type { TorchBackend } from '../backend';
import { disposeAll, eachNamed, fromFront, kernel, type KernelFamily } from './family';

const reshape = (torch: TorchBackend, x: tf.TensorInfo, shape: readonly number[]): tf.TensorInfo => torch.run1('Reshape', [x], shape);

export const shape: KernelFamily = {
  Reshape: kernel<tf.ReshapeAttrs>(({ x }, { shape }, torch) =>
    reshape(torch, x, tf.util.inferFromImplicitShape(shape, tf.util.sizeFromShape(x.shape)))),
  ExpandDims: kernel<tf.ExpandDimsAttrs>(({ input }, { dim }, torch) => {
    const expanded = [...input.shape];
    expanded.splice(fromFront(dim, expanded.length + 1), 0, 1);
    return reshape(torch, input, expanded);
  }),
  Transpose: kernel<tf.TransposeAttrs>(({ x }, { perm }, torch) => torch.run1('Transpose', [x], perm)),
  Reverse: kernel<tf.ReverseAttrs>(({ x }, { dims }, torch) => torch.run1('Reverse', [x], tf.util.parseAxisParam(dims, x.shape))),
  Tile: kernel<tf.TileAttrs>(({ x }, { reps }, torch) => torch.run1('Tile', [x], reps)),
  BroadcastTo: kernel<{ shape: number[] }>(({ x }, { shape }, torch) => torch.run1('BroadcastTo', [x], shape)),
  ...eachNamed(['Concat', 'Pack'], (name) =>
    kernel<{ axis: number }>((inputs, { axis }, torch) => {
      const tensors = Object.values(inputs);
      return torch.run1(name, tensors, [fromFront(axis, tensors[0].shape.length + (name === 'Pack' ? 1 : 0))]);
    })),
  Unpack: kernel<tf.UnpackAttrs>(({ value }, { axis }, torch) => {
    const from = fromFront(axis, value.shape.length);
    return torch.run('Unpack', [value], [from], value.shape[from]);
  }),
  SplitV: kernel<tf.SplitVAttrs>(({ x }, { numOrSizeSplits, axis }, torch) => {
    const from = fromFront(axis, x.shape.length);
    const sizes = tf.backend_util.prepareSplitSize(x as tf.Tensor, numOrSizeSplits, from);
    return torch.run('SplitV', [x], [from, ...sizes], sizes.length);
  }),
  Slice: kernel<tf.SliceAttrs>(({ x }, { begin, size }, torch) => {
    const [from, sizes] = tf.slice_util.parseSliceParams(x as tf.Tensor, begin, size);
    tf.slice_util.assertParamsValid(x as tf.Tensor, from, sizes);
    return torch.run1('Slice', [x], [...from, ...sizes]);
  }),
  StridedSlice: kernel<tf.StridedSliceAttrs>(({ x }, attributes, torch) => {
    const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attributes;
    const info = tf.slice_util.sliceInfo(x.shape, begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask);
    // Negative where an end lies before its begin.
    const sizes = tf.slice_util.computeOutShape(info.begin, info.end, info.strides).map((size) => Math.max(0, size));
    const cut = torch.run1('StridedSlice', [x], [...info.begin, ...sizes, ...info.strides]);
    const out = reshape(torch, cut, info.finalShape);
    disposeAll(torch, [cut]);
    return out;
  }),
  PadV2: kernel<tf.PadV2Attrs>(({ x }, { paddings, constantValue }, torch) =>
    torch.run1('PadV2', [x], [constantValue, ...paddings.flat()])),
  MirrorPad: kernel<tf.MirrorPadAttrs>(({ x }, { paddings, mode }, torch) =>
    paddings.reduce((padded, [before, after], axis) => {
      const positions = torch.write(mirroredPositions(x.shape[axis], before, after, mode), [before + x.shape[axis] + after], 'int32');
      const indices: tf.TensorInfo = { dataId: positions, shape: [before + x.shape[axis] + after], dtype: 'int32' };
      const wider = torch.run1('GatherV2', [padded, indices], [axis, 0]);
      disposeAll(torch, [indices, padded]);
      return wider;
    }, torch.share(x))),
};

/** Positions along an axis of `size` that mirror its ends: `reflect` without repeating the edge, `symmetric` with it. */
function mirroredPositions(size: number, before: number, after: number, mode: 'reflect' | 'symmetric'): Int32Array {
  const offset = mode === 'reflect' ? 0 : 1;
  return Int32Array.from({ length: before + size + after }, (_, i) => {
    const position = i - before;
    if (position < 0) return -position - offset;
    return position < size ? position : 2 * (size - 1) - position + offset;
  });
}
