// The pointer heads on a GPU: the same blocks, all rows at once, by libtorch's operations.
#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <limits>

#include "multi-label.h"
#include "pointer.h"
#include "products.h"
#include "rotary.h"

namespace medner {
namespace {

using at::Tensor;

// Queries [blocks, w, size] and keys [blocks, reach, size] of all rows.
std::pair<Tensor, Tensor> allVectors(const PointerShape& s, const Tensor& y) {
  Tensor both = y.view({s.batch, s.n, s.types, 2, s.size}).permute({3, 0, 2, 1, 4}).reshape({2, s.rows(), s.n, s.size});
  if (s.rotary) both = rotated(both, false);
  both = at::constant_pad_nd(both, {0, 0, 0, s.padded() - s.n}, 0);
  const Tensor keys = at::constant_pad_nd(both.select(0, 1).reshape({-1, s.size}), {0, 0, 0, s.reach - s.w}, 0);
  const int64_t blocks = s.rows() * s.count;
  return {(both.select(0, 0) * s.scale).reshape({blocks, s.w, s.size}), keys.as_strided({blocks, s.reach, s.size}, {s.w * s.size, s.size, 1})};
}

// Which of the blocks' cells are candidates: [batch, 1, count, w, reach].
Tensor candidateCells(const PointerShape& s, const at::TensorOptions& options) {
  const at::TensorOptions integers = options.dtype(at::kLong);
  const Tensor first = at::arange(s.padded(), integers).view({1, 1, s.count, s.w, 1});
  const Tensor last = (at::arange(s.count, integers) * s.w).view({s.count, 1, 1}) + at::arange(s.reach, integers);
  const Tensor lengths = at::tensor(s.lengths, at::kLong).to(options.device()).view({s.batch, 1, 1, 1, 1});
  return first.ge(1) & last.ge(first) & (last - first).lt(s.k) & last.lt(lengths - 1);
}

// [rows · count, w, reach] as [batch, types, count, w, reach]
Tensor byExample(const PointerShape& s, const Tensor& blocks) { return blocks.view({s.batch, s.types, s.count, s.w, s.reach}); }

// The blocks' cells as the caller has them, [batch, types, padded, width].
Tensor callersView(const PointerShape& s, const Tensor& blocks) {
  if (s.dense) return blocks.view({s.batch, s.types, s.n, s.n});
  const int64_t type = s.cells(), block = s.w * s.reach;
  return blocks.as_strided({s.batch, s.types, s.count, s.w, s.k}, {s.types * type, type, block, s.reach + 1, 1});
}

Tensor gradient(const PointerShape& s, const Tensor& dBlocks, const std::pair<Tensor, Tensor>& vectors) {
  const Tensor dQueries = product(dBlocks, vectors.second).view({s.rows(), s.padded(), s.size}) * s.scale;
  const Tensor dBlockKeys = product(dBlocks.transpose(1, 2), vectors.first).view({s.rows(), s.count, s.reach, s.size});
  const Tensor dKeys = at::zeros({s.rows(), s.padded() + s.reach - s.w, s.size}, dBlocks.options());
  for (int64_t b = 0; b < s.count; b++) dKeys.narrow(1, b * s.w, s.reach).add_(dBlockKeys.select(1, b));
  Tensor both = at::stack({dQueries.narrow(1, 0, s.n), dKeys.narrow(1, 0, s.n)});
  if (s.rotary) both = rotated(both, true);
  return both.view({2, s.batch, s.types, s.n, s.size}).permute({1, 3, 2, 0, 4}).reshape({s.batch, s.n, s.types * 2 * s.size});
}

Tensor blockScores(const std::pair<Tensor, Tensor>& vectors) { return product(vectors.first, vectors.second.transpose(1, 2)); }

}  // namespace

Tensor pointerScoresOnGpu(const PointerShape& s, const Tensor& y) {
  const Tensor scores = byExample(s, blockScores(allVectors(s, y)));
  const Tensor kept = at::where(candidateCells(s, y.options()), scores, at::full_like(scores, kNoCandidate));
  return callersView(s, kept.contiguous()).reshape({s.batch, s.types, s.padded(), s.width()}).narrow(2, 0, s.n).contiguous();
}

Tensor pointerScoresGradOnGpu(const PointerShape& s, const Tensor& dScores, const Tensor& y) {
  const Tensor dBlocks = at::zeros({s.rows() * s.count, s.w, s.reach}, y.options());
  const Tensor view = callersView(s, dBlocks);
  view.copy_(at::constant_pad_nd(dScores, {0, 0, 0, s.padded() - s.n}, 0).view(view.sizes()));
  byExample(s, dBlocks).mul_(candidateCells(s, y.options()));
  return gradient(s, dBlocks, allVectors(s, y));
}

Tensors pointerLossOnGpu(const PointerShape& s, const Tensor& y, const Integers& positives, bool withGradient) {
  const auto vectors = allVectors(s, y);
  const Tensor scores = byExample(s, blockScores(vectors));
  const Tensor none = at::full_like(scores, -std::numeric_limits<float>::infinity());
  const Tensor cells = at::where(candidateCells(s, y.options()), scores, none).reshape({s.rows(), s.cells()});
  Tensors results = multiLabelLossOnGpu(cells, positives, withGradient);
  if (withGradient) results[1] = gradient(s, results[1].view({s.rows() * s.count, s.w, s.reach}), vectors);
  return results;
}

}  // namespace medner
