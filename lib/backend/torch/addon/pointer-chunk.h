// The steps of the pointer kernels on the processor, over some rows (one type of one example each) at a time.
#pragma once
#include "pointer.h"

namespace medner {

// What is worked on at a time: all types of some examples, or some types of one.
struct Chunk {
  int64_t example, examples, type, types;
  int64_t rows() const { return examples * types; }
};

// Some rows' queries [rows, tokens, stride] and keys [rows, as many as the last block reaches, stride]. Of a band, `stride` is
// `size` in whole lanes; what has no token or no dimension is 0.
struct Vectors {
  at::Tensor queries;
  at::Tensor keys;
};

Vectors loadVectors(const PointerShape& shape, const Chunk& chunk, const at::Tensor& y);

// The chunk's scores, [rows, tokens, reach].
at::Tensor blockScores(const PointerShape& shape, const Chunk& chunk, const Vectors& vectors);

// The chunk's part of dy, from the gradient for its blocks' scores. A band's keys are overwritten.
void storeGradient(const PointerShape& shape, const Chunk& chunk, const at::Tensor& dBlocks, const Vectors& vectors, const at::Tensor& dy);

}  // namespace medner
