#include "pointer-chunk.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>

#include <algorithm>

#include "pointer-loops.h"
#include "products.h"
#include "rotary.h"

namespace medner {

using at::Tensor;

namespace {

bool isBand(const PointerShape& shape) { return shape.count > 1; }

Band bandOf(const PointerShape& shape) {
  return {shape.padded(), shape.reach, shape.size, (shape.size + Band::lanes - 1) / Band::lanes * Band::lanes};
}

Angles anglesOf(const PointerShape& shape) {
  return shape.rotary ? rotaryTables(shape.n, shape.size, at::Device(at::kCPU)).angles() : Angles{nullptr, nullptr, 0};
}

// Calls `work(example, token)` for each token of the chunk's examples, in parallel.
template <class Work>
void eachToken(const Chunk& chunk, int64_t tokens, int64_t size, Work work) {
  const int64_t grain = std::max<int64_t>(1, (1 << 14) / (chunk.types * 2 * size));
  at::parallel_for(0, chunk.examples * tokens, grain, [&](int64_t begin, int64_t end) {
    for (int64_t unit = begin; unit < end; unit++) work(unit / tokens, unit % tokens);
  });
}

// The gradients for queries and keys; a band's keys make room for theirs.
Vectors vectorGradients(const PointerShape& shape, const Chunk& chunk, const Tensor& dBlocks, const Vectors& vectors) {
  if (!isBand(shape)) return {product(dBlocks, vectors.keys), product(dBlocks.transpose(1, 2), vectors.queries)};
  const Band band = bandOf(shape);
  const Vectors gradients{at::empty_like(vectors.queries), vectors.keys};
  const float *d = dBlocks.data_ptr<float>(), *q = vectors.queries.data_ptr<float>();
  float *dq = gradients.queries.data_ptr<float>(), *k = gradients.keys.data_ptr<float>();
  at::parallel_for(0, chunk.rows(), 1, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; row++) {
      const int64_t query = row * band.tokens * band.stride, key = row * band.keys() * band.stride;
      bandQueryGradient(band, d + row * shape.cells(), k + key, dq + query);
      bandKeyGradient(band, d + row * shape.cells(), q + query, k + key);
    }
  });
  return gradients;
}

}  // namespace

// Token by token, for y is read in its order then.
Vectors loadVectors(const PointerShape& shape, const Chunk& chunk, const Tensor& y) {
  const Band band = bandOf(shape);
  const int64_t size = shape.size, types = chunk.types, stride = isBand(shape) ? band.stride : size;
  const int64_t keyTokens = isBand(shape) ? band.keys() : shape.n, queryRow = shape.padded() * stride, keyRow = keyTokens * stride;
  const Tensor queries = at::empty({chunk.rows(), shape.padded(), stride}, y.options()), keys = at::empty({chunk.rows(), keyTokens, stride}, y.options());
  if (stride > size) {
    queries.zero_();
    keys.zero_();
  }
  float *q = queries.data_ptr<float>(), *k = keys.data_ptr<float>();
  const float* from = y.data_ptr<float>();
  const Angles angles = anglesOf(shape);
  eachToken(chunk, keyTokens, size, [&](int64_t example, int64_t i) {
    float *toQueries = q + example * types * queryRow + i * stride, *toKeys = k + example * types * keyRow + i * stride;
    if (i < shape.n) {
      const float* x = from + shape.inY(chunk.example + example, i, chunk.type);
      rotateRows({x, 2 * size}, {toQueries, queryRow}, angles.at(i), types, size, static_cast<float>(shape.scale), false);
      rotateRows({x + size, 2 * size}, {toKeys, keyRow}, angles.at(i), types, size, 1, false);
    } else {
      for (int64_t type = 0; type < types; type++) {
        std::fill_n(toKeys + type * keyRow, stride, 0.0f);
        if (i < shape.padded()) std::fill_n(toQueries + type * queryRow, stride, 0.0f);
      }
    }
  });
  return {queries, keys};
}

Tensor blockScores(const PointerShape& shape, const Chunk& chunk, const Vectors& vectors) {
  if (!isBand(shape)) return product(vectors.queries, vectors.keys.transpose(1, 2));
  const Band band = bandOf(shape);
  const Tensor scores = at::empty({chunk.rows(), shape.padded(), shape.reach}, vectors.queries.options());
  const float *q = vectors.queries.data_ptr<float>(), *k = vectors.keys.data_ptr<float>();
  float* to = scores.data_ptr<float>();
  at::parallel_for(0, chunk.rows(), 1, [&](int64_t begin, int64_t end) {
    std::vector<float> transposed(band.keys() * band.size);
    for (int64_t row = begin; row < end; row++) {
      bandScores(band, q + row * band.tokens * band.stride, k + row * band.keys() * band.stride, to + row * shape.cells(), transposed.data());
    }
  });
  return scores;
}

void storeGradient(const PointerShape& shape, const Chunk& chunk, const Tensor& dBlocks, const Vectors& vectors, const Tensor& dy) {
  const Vectors gradients = vectorGradients(shape, chunk, dBlocks, vectors);
  const int64_t size = shape.size, types = chunk.types, stride = gradients.keys.size(2);
  const int64_t queryRow = shape.padded() * stride, keyRow = gradients.keys.size(1) * stride;
  const float *q = gradients.queries.data_ptr<float>(), *k = gradients.keys.data_ptr<float>();
  float* out = dy.data_ptr<float>();
  const Angles angles = anglesOf(shape);
  eachToken(chunk, shape.n, size, [&](int64_t example, int64_t i) {
    float* to = out + shape.inY(chunk.example + example, i, chunk.type);
    const float *fromQueries = q + example * types * queryRow + i * stride, *fromKeys = k + example * types * keyRow + i * stride;
    rotateRows({fromQueries, queryRow}, {to, 2 * size}, angles.at(i), types, size, static_cast<float>(shape.scale), true);
    rotateRows({fromKeys, keyRow}, {to + size, 2 * size}, angles.at(i), types, size, 1, true);
  });
}

}  // namespace medner
