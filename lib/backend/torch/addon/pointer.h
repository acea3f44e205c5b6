// Pointer heads: scores of the spans of each entity type from one projection of the tokens, as products of small blocks.
#pragma once
#include "kernels.h"

namespace medner {

constexpr double kNoCandidate = -1e4;  // as in pointer-scores.ts

// The spans that are scored, and the blocks in which: `count` blocks of w first tokens × the `reach` tokens from the block's
// own first on. A block's row i thus has the span (i, i + c) at column i mod w + c.
struct PointerShape {
  int64_t batch, n, types, size;
  bool dense;  // the caller's scores are [n, n] by first and last token, not [n, k] by first token and length
  int64_t k;   // spans are shorter than or as long as this; n for the dense matrix
  double scale;
  bool rotary;
  Integers lengths;
  int64_t w, count, reach;

  int64_t rows() const { return batch * types; }
  int64_t padded() const { return count * w; }
  int64_t cells() const { return padded() * reach; }
  // Where in y the query of an example's token for a type is, with its key behind it.
  int64_t inY(int64_t example, int64_t i, int64_t type) const { return ((example * n + i) * types + type) * 2 * size; }
  // Columns of the caller's scores, and the column of the span of first token i that is c tokens longer than one.
  int64_t width() const { return dense ? n : k; }
  int64_t column(int64_t i, int64_t c) const { return dense ? i + c : c; }
  // Where in a row's blocks that span is.
  int64_t cell(int64_t i, int64_t c) const { return i * reach + i % w + c; }
  // How many spans with the first token i are candidates.
  int64_t candidates(int64_t example, int64_t i) const;
};

// On a GPU, of whole tensors: the scores; their gradient for y; the loss, and if asked for its gradient for y.
at::Tensor pointerScoresOnGpu(const PointerShape& shape, const at::Tensor& y);
at::Tensor pointerScoresGradOnGpu(const PointerShape& shape, const at::Tensor& dScores, const at::Tensor& y);
Tensors pointerLossOnGpu(const PointerShape& shape, const at::Tensor& y, const Integers& positives, bool withGradient);

}  // namespace medner
