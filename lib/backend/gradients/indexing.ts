import * as tf from '@tensorflow/tfjs';

/** The gradient of any kernel that copies elements of `x` to places of its output: `copy` repeats it on a tensor of positions. */
function copied(kernelName: string, copy: (positions: tf.Tensor, attributes: tf.NamedAttrMap) => tf.Tensor): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attributes) => ({
      x: () => {
        const positions = copy(tf.reshape(tf.range(0, x.size, 1, 'int32'), x.shape), attributes);
        const sums = tf.unsortedSegmentSum(tf.reshape(dy as tf.Tensor, [-1]), tf.reshape(positions, [-1]) as tf.Tensor1D, x.size);
        return tf.reshape(sums, x.shape);
      },
    }),
  };
}

const notDifferentiable = (indices: tf.Tensor) => (): tf.Tensor => tf.zeros(indices.shape);

/** Of a kernel that cuts x apart: tfjs's own takes the pieces' gradients for a list, which they are not when there is one piece. */
const pieces = (dy: tf.Tensor | tf.Tensor[]): tf.Tensor[] => (Array.isArray(dy) ? dy : [dy]);

/** Gradients that tfjs lacks, has wrong (MirrorPad), or has for some attributes only (GatherV2, SplitV, Unpack). */
export const indexing: tf.GradConfig[] = [
  {
    kernelName: 'SplitV',
    gradFunc: (dy, _, attributes) => ({ x: () => tf.concat(pieces(dy), (attributes as unknown as tf.SplitVAttrs).axis) }),
  },
  {
    kernelName: 'Unpack',
    gradFunc: (dy, _, attributes) => ({ value: () => tf.stack(pieces(dy), (attributes as unknown as tf.UnpackAttrs).axis) }),
  },
  {
    kernelName: 'GatherV2',
    inputsToSave: ['x', 'indices'],
    gradFunc: (dy, [x, indices], attributes) => {
      const { axis, batchDims = 0 } = attributes as unknown as tf.GatherV2Attrs;
      const along = tf.util.parseAxisParam(axis, x.shape)[0];
      return { x: () => gatherGradient(dy as tf.Tensor, x, indices, along, batchDims), indices: notDifferentiable(indices) };
    },
  },
  {
    kernelName: 'GatherNd',
    inputsToSave: ['params', 'indices'],
    gradFunc: (dy, [params, indices]) => ({
      params: () => tf.scatterND(indices, dy as tf.Tensor, params.shape),
      indices: notDifferentiable(indices),
    }),
  },
  {
    kernelName: 'ScatterNd',
    inputsToSave: ['indices'],
    gradFunc: (dy, [indices]) => ({ updates: () => tf.gatherND(dy as tf.Tensor, indices), indices: notDifferentiable(indices) }),
  },
  {
    kernelName: 'TensorScatterUpdate',
    inputsToSave: ['indices', 'updates'],
    gradFunc: (dy, [indices, updates]) => ({
      tensor: () => {
        const overwritten = tf.scatterND(indices, tf.onesLike(updates), (dy as tf.Tensor).shape);
        return tf.where(tf.equal(overwritten, 0), dy as tf.Tensor, tf.zerosLike(dy as tf.Tensor));
      },
      indices: notDifferentiable(indices),
      updates: () => tf.gatherND(dy as tf.Tensor, indices),
    }),
  },
  {
    kernelName: 'Unpack',
    // tfjs's is an error where there is one tensor to unpack: it then gets no list.
    gradFunc: (dy, _, attributes) => ({ value: () => tf.stack(Array.isArray(dy) ? dy : [dy], (attributes as unknown as tf.UnpackAttrs).axis) }),
  },
  copied('StridedSlice', (positions, attributes) => {
    const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attributes as unknown as tf.StridedSliceAttrs;
    return tf.stridedSlice(positions, begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask);
  }),
  copied('MirrorPad', (positions, attributes) => {
    const { paddings, mode } = attributes as unknown as tf.MirrorPadAttrs;
    return tf.mirrorPad(positions, paddings, mode);
  }),
];

/**
 * Sums dy [batch, outer, positions, inner] into x [batch, outer, along, inner]: one segment sum, with each batch's
 * positions moved to segments of its own.
 */
function gatherGradient(dy: tf.Tensor, x: tf.Tensor, indices: tf.Tensor, axis: number, batchDims: number): tf.Tensor {
  const size = (shape: number[]): number => tf.util.sizeFromShape(shape);
  const batch = size(x.shape.slice(0, batchDims));
  const outer = size(x.shape.slice(batchDims, axis));
  const along = x.shape[axis];
  const inner = size(x.shape.slice(axis + 1));
  const positions = size(indices.shape.slice(batchDims));
  const offsets = tf.mul(tf.reshape(tf.range(0, batch, 1, 'int32'), [batch, 1]), tf.scalar(along, 'int32'));
  const segments = tf.reshape(tf.add(tf.reshape(tf.cast(indices, 'int32'), [batch, positions]), offsets), [-1]) as tf.Tensor1D;
  const rows = tf.reshape(tf.transpose(tf.reshape(dy, [batch, outer, positions, inner]), [0, 2, 1, 3]), [batch * positions, outer * inner]);
  const sums = tf.unsortedSegmentSum(rows, segments, batch * along); // [batch · along, outer · inner]
  return tf.reshape(tf.transpose(tf.reshape(sums, [batch, along, outer, inner]), [0, 2, 1, 3]), x.shape);
}
