import * as tf from '@tensorflow/tfjs';
import { dtypeCodes } from '../backend';
import { fromFront, kernel, type KernelFamily } from './family';

export const indexing: KernelFamily = {
  GatherV2: kernel<tf.GatherV2Attrs>(({ x, indices }, { axis, batchDims }, torch) =>
    torch.run1('GatherV2', [x, indices], [tf.util.parseAxisParam(axis, x.shape)[0], fromFront(batchDims ?? 0, indices.shape.length)])),
  GatherNd: ({ params, indices }, _, torch) => torch.run1('GatherNd', [params, indices]),
  ScatterNd: kernel<tf.ScatterNdAttrs>(({ indices, updates }, { shape }, torch) => torch.run1('ScatterNd', [indices, updates], shape)),
  TensorScatterUpdate: ({ tensor, indices, updates }, _, torch) => torch.run1('TensorScatterUpdate', [tensor, indices, updates]),
  UnsortedSegmentSum: kernel<tf.UnsortedSegmentSumAttrs>(({ x, segmentIds }, { numSegments }, torch) =>
    torch.run1('UnsortedSegmentSum', [x, segmentIds], [numSegments])),
  Bincount: kernel<tf.BincountAttrs>(({ x, weights }, { size }, torch) => torch.run1('DenseBincount', [x, weights], [size, 0])),
  DenseBincount: kernel<tf.DenseBincountAttrs>(({ x, weights }, { size, binaryOutput }, torch) =>
    torch.run1('DenseBincount', [x, weights], [size, binaryOutput ? 1 : 0])),
  OneHot: kernel<tf.OneHotAttrs>(({ indices }, { depth, onValue, offValue, dtype }, torch) =>
    torch.run1('OneHot', [indices], [dtypeCodes[dtype ?? 'float32'] as number, depth, onValue, offValue])),
  SearchSorted: kernel<tf.SearchSortedAttrs>(({ sortedSequence, values }, { side }, torch) =>
    torch.run1('SearchSorted', [sortedSequence, values], [side === 'right' ? 1 : 0])),
  Diag: ({ x }, _, torch) => torch.run1('Diag', [x]),
  SparseToDense: kernel<tf.SparseToDenseAttrs>(({ sparseIndices, sparseValues, defaultValue }, { outputShape }, torch) =>
    torch.run1('SparseToDense', [sparseIndices, sparseValues, defaultValue], outputShape)),
};
