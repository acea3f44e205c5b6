// Gathering and scattering by integer positions. Positions out of range are errors, save where tfjs drops them.
#include "kernels.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/bincount.h>
#include <ATen/ops/eq.h>
#include <ATen/ops/full.h>
#include <ATen/ops/gather.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/logical_and.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

namespace medner {
namespace {

using at::Tensor;

int64_t elementsOf(at::IntArrayRef sizes) {
  int64_t out = 1;
  for (const int64_t size : sizes) out *= size;
  return out;
}

Integers joined(at::IntArrayRef first, at::IntArrayRef second) {
  Integers out = first.vec();
  out.insert(out.end(), second.begin(), second.end());
  return out;
}

// [axis, batchDims]: out[batch, outer, positions, inner] = x[batch, outer, indices[batch, positions], inner].
Tensor gatherAxis(const Call& call) {
  const Tensor &x = call[0], &indices = call[1];
  const int64_t axis = call.integer(0), batchDims = call.integer(1);
  const Integers shape = joined(joined(x.sizes().slice(0, axis), indices.sizes().slice(batchDims)), x.sizes().slice(axis + 1));
  if (batchDims == 0) return at::index_select(x, axis, indices.reshape({-1}).to(at::kInt)).reshape(shape);

  const int64_t batch = elementsOf(x.sizes().slice(0, batchDims)), outer = elementsOf(x.sizes().slice(batchDims, axis - batchDims));
  const int64_t inner = elementsOf(x.sizes().slice(axis + 1)), positions = elementsOf(indices.sizes().slice(batchDims));
  const Tensor wide = indices.to(at::kLong).reshape({batch, 1, positions, 1}).expand({batch, outer, positions, inner});
  return at::gather(x.reshape({batch, outer, x.size(axis), inner}), 2, wide).reshape(shape);
}

// Rows of `positions` [..., d] as single positions into the first d of `dimensions`, flattened.
Tensor flatPositions(const Tensor& positions, at::IntArrayRef dimensions) {
  const int64_t depth = positions.size(-1);
  Integers strides(depth, 1);
  for (int64_t i = depth - 2; i >= 0; i--) strides[i] = strides[i + 1] * dimensions[i + 1];
  const Tensor rows = positions.reshape({-1, depth}).to(at::kLong);
  Tensor flat = at::zeros({rows.size(0)}, rows.options());
  for (int64_t i = 0; i < depth; i++) flat.add_(rows.select(1, i), strides[i]);
  return flat;
}

// (params, indices [..., d]) → [..., params.shape[d:]]
Tensor gatherNd(const Call& call) {
  const Tensor &params = call[0], &indices = call[1];
  const int64_t depth = indices.size(-1);
  const auto inner = params.sizes().slice(depth);
  const Tensor rows = params.reshape({elementsOf(params.sizes().slice(0, depth)), elementsOf(inner)});
  return at::index_select(rows, 0, flatPositions(indices, params.sizes())).reshape(joined(indices.sizes().slice(0, indices.dim() - 1), inner));
}

// (indices [..., d], updates [..., shape[d:]]), attributes shape: the sum of the updates at each place.
Tensor scatterNd(const Call& call) {
  const Tensor &indices = call[0], &updates = call[1];
  const Integers shape = call.integers();
  const int64_t depth = indices.size(-1);
  const at::IntArrayRef dimensions(shape);
  const int64_t width = elementsOf(dimensions.slice(depth));
  Tensor rows = at::zeros({elementsOf(dimensions.slice(0, depth)), width}, updates.options());
  rows.index_add_(0, flatPositions(indices, dimensions), updates.reshape({-1, width}));
  return rows.reshape(shape);
}

// (tensor, indices [..., d], updates): a copy with the updates in place of what was there.
Tensor tensorScatterUpdate(const Call& call) {
  const Tensor &tensor = call[0], &indices = call[1], &updates = call[2];
  const int64_t depth = indices.size(-1), width = elementsOf(tensor.sizes().slice(depth));
  Tensor rows = tensor.clone(at::MemoryFormat::Contiguous).reshape({elementsOf(tensor.sizes().slice(0, depth)), width});
  rows.index_copy_(0, flatPositions(indices, tensor.sizes()), updates.to(tensor.scalar_type()).reshape({-1, width}));
  return rows.reshape(tensor.sizes());
}

// Sums rows [m, width] into `count` segments; rows whose segment is out of range are dropped, by way of a spare segment.
Tensor sumSegments(const Tensor& rows, const Tensor& segments, int64_t count) {
  const Tensor inside = at::logical_and(segments.ge(0), segments.lt(count));
  const Tensor safe = at::where(inside, segments, at::scalar_tensor(count, segments.options()));
  return at::zeros({count + 1, rows.size(1)}, rows.options()).index_add_(0, safe, rows).narrow(0, 0, count).contiguous();
}

// (x, segmentIds), [count]
Tensor unsortedSegmentSum(const Call& call) {
  const Tensor &x = call[0], &segments = call[1];
  const auto inner = x.sizes().slice(segments.dim());
  const Tensor sums = sumSegments(x.reshape({segments.numel(), elementsOf(inner)}), segments.reshape({-1}), call.integer(0));
  return sums.reshape(joined({call.integer(0)}, inner));
}

// (x [n] or [batch, n], weights of the same shape or empty), [size, binary]: how often, or with what weight, each value
// below `size` occurs in a row of x.
Tensor denseBincount(const Call& call) {
  const int64_t size = call.integer(0);
  const bool binary = call.flag(1);
  const Tensor x = call[0].dim() == 2 ? call[0] : call[0].unsqueeze(0);
  TORCH_CHECK(x.numel() == 0 || x.min().item<int64_t>() >= 0, "values to count must not be negative");
  const bool weighted = !binary && call[1].numel() > 0;
  const Tensor weights = weighted ? call[1].reshape({-1, 1}) : at::ones({x.numel(), 1}, call[1].options());
  const Tensor rowOffsets = at::arange(x.size(0), x.options()).unsqueeze(1) * size;
  const Tensor segments = at::where(x.lt(size), x + rowOffsets, at::scalar_tensor(-1, x.options()));
  Tensor counts = sumSegments(weights, segments.reshape({-1}), x.size(0) * size);
  if (binary) counts = counts.ne(0).to(counts.scalar_type());
  return call[0].dim() == 2 ? counts.reshape({x.size(0), size}) : counts.reshape({size});
}

// (indices), [dtype, depth, on, off]: a row of `off` with `on` at the index; all `off` where it is out of range.
Tensor oneHot(const Call& call) {
  const auto options = at::TensorOptions().dtype(scalarType(static_cast<int32_t>(call.integer(0)))).device(call[0].device());
  const Tensor hit = at::eq(call[0].unsqueeze(-1), at::arange(call.integer(1), call[0].options()));
  return at::where(hit, at::scalar_tensor(call.number(2), options), at::scalar_tensor(call.number(3), options));
}

// (positions [n, d], or [n] of a vector, values [n] or one, default), attributes shape
Tensor sparseToDense(const Call& call) {
  const Tensor& values = call[1];
  const Integers shape = call.integers();
  const Tensor flat = flatPositions(call[0].dim() < 2 ? call[0].reshape({-1, 1}) : call[0], shape);
  Tensor dense = at::zeros({elementsOf(shape)}, values.options());
  dense.copy_(call[2].reshape({1}).expand({elementsOf(shape)}));
  dense.index_copy_(0, flat, values.reshape({-1}).expand({flat.size(0)}));
  return dense.reshape(shape);
}

}  // namespace

void registerIndexing(KernelTable& table) {
  table.add("GatherV2", gatherAxis);
  table.add("GatherNd", gatherNd);
  table.add("ScatterNd", scatterNd);
  table.add("TensorScatterUpdate", tensorScatterUpdate);
  table.add("UnsortedSegmentSum", unsortedSegmentSum);
  table.add("DenseBincount", denseBincount);
  table.add("OneHot", oneHot);
  table.add("SparseToDense", sparseToDense);
}

}  // namespace medner
