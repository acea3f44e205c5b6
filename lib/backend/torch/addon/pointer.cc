// The kernels of the pointer heads. On the processor they work through a few rows (one type of one example each) at a time,
// whose vectors, scores and weights stay in the cache: no tensor of all scores is ever made for the loss.
#include "pointer.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/full.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "multi-label.h"
#include "pointer-loops.h"
#include "products.h"
#include "rotary.h"

namespace medner {

using at::Tensor;

int64_t PointerShape::candidates(int64_t example, int64_t i) const {
  return i < 1 ? 0 : std::max<int64_t>(0, std::min(k, lengths[example] - 1 - i));
}

namespace {

constexpr int64_t kChunkCells = 1 << 18;  // of scores that are worked on at a time
constexpr int64_t kBlockWidth = 32;

// Narrow blocks have fewer cells outside the band, wide ones make the products efficient; the whole matrix is one block.
// (On a GPU a band's block has a column for every cell of each of its rows, also past the last token.)
void chooseBlocks(PointerShape& shape, bool gpu) {
  const int64_t n = shape.n, count = (n + kBlockWidth - 1) / kBlockWidth, reach = kBlockWidth + shape.k - 1;
  const bool several = !shape.dense && count * kBlockWidth * reach < n * n;
  shape.w = several ? kBlockWidth : n;
  shape.count = several ? count : 1;
  shape.reach = several || (gpu && !shape.dense) ? shape.w + shape.k - 1 : n;
}

// y [batch, n, types · 2 · size]; the call's numbers: types, k (0: dense), scale, rotary, a length for each of the batch.
PointerShape pointerShape(const Call& call, const Tensor& y) {
  PointerShape shape;
  shape.batch = y.size(0);
  shape.n = y.size(1);
  shape.types = call.integer(0);
  shape.size = y.size(2) / shape.types / 2;
  shape.dense = call.integer(1) == 0;
  shape.k = shape.dense ? shape.n : std::min(call.integer(1), shape.n);
  shape.scale = call.number(2);
  shape.rotary = call.flag(3);
  shape.lengths = call.integers(4, shape.batch);
  chooseBlocks(shape, y.is_cuda());
  return shape;
}

size_t afterShape(const PointerShape& shape) { return 4 + shape.batch; }

// Positions in the caller's scores, flattened, as positions in the blocks of all rows; ascending, if those were.
Integers positionsInBlocks(const PointerShape& shape, const Integers& positions) {
  const int64_t cells = shape.n * shape.width();
  Integers out;
  for (const int64_t position : positions) {
    const int64_t row = position / cells, i = position % cells / shape.width(), column = position % shape.width();
    const int64_t c = column - shape.column(i, 0);
    TORCH_CHECK(position >= 0 && row < shape.rows() && c >= 0 && c < shape.candidates(row / shape.types, i), "positive ", position, " is no candidate");
    out.push_back(row * shape.cells() + shape.cell(i, c));
  }
  return out;
}

// Some rows' queries [blocks, w, size] and keys [blocks, reach, size]. The keys of neighbouring blocks overlap in memory, the
// last block of a row reaching into the next row's keys, where no candidate is.
struct Vectors {
  Tensor queries;
  Tensor keys;
};

Angles anglesOf(const PointerShape& shape) {
  return shape.rotary ? rotaryTables(shape.n, shape.size, at::Device(at::kCPU)).angles() : Angles{nullptr, nullptr};
}

// Where a row's vectors lie in y: queries, with the keys `size` further on, in steps of `stride`.
int64_t rowInY(const PointerShape& shape, int64_t row) { return (row / shape.types * shape.n * shape.types + row % shape.types) * 2 * shape.size; }

Vectors loadVectors(const PointerShape& shape, const Tensor& y, int64_t first, int64_t rows) {
  const int64_t size = shape.size, n = shape.n, padded = shape.padded(), blocks = rows * shape.count, stride = shape.types * 2 * size;
  const int64_t tail = shape.reach - shape.w;
  const Tensor queries = at::empty({blocks * shape.w, size}, y.options()), keys = at::empty({blocks * shape.w + tail, size}, y.options());
  float *q = queries.data_ptr<float>(), *k = keys.data_ptr<float>();
  std::fill_n(k + blocks * shape.w * size, tail * size, 0.0f);
  const float* from = y.data_ptr<float>();
  const Angles angles = anglesOf(shape);
  at::parallel_for(0, rows, 1, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; row++) {
      const float* x = from + rowInY(shape, first + row);
      float *toQueries = q + row * padded * size, *toKeys = k + row * padded * size;
      rotateRows({x, stride}, {toQueries, size}, angles, n, size / 2, static_cast<float>(shape.scale), false);
      rotateRows({x + size, stride}, {toKeys, size}, angles, n, size / 2, 1, false);
      std::fill_n(toQueries + n * size, (padded - n) * size, 0.0f);
      std::fill_n(toKeys + n * size, (padded - n) * size, 0.0f);
    }
  });
  return {queries.view({blocks, shape.w, size}), keys.as_strided({blocks, shape.reach, size}, {shape.w * size, size, 1})};
}

// Adds to each block's own keys what the blocks before it say of them.
void gatherOverlaps(const PointerShape& shape, float* dKeys) {
  const int64_t block = shape.reach * shape.size;
  for (int64_t b = 1; b < shape.count; b++) {
    for (int64_t back = 1; back <= b && back * shape.w < shape.reach; back++) {
      const int64_t shared = std::min(shape.w, shape.reach - back * shape.w);
      accumulate(dKeys + b * block, dKeys + (b - back) * block + back * shape.w * shape.size, shared * shape.size);
    }
  }
}

// These rows' part of dy, from the gradient for their blocks' scores.
void storeGradient(const PointerShape& shape, const Tensor& dBlocks, const Vectors& vectors, const Tensor& dy, int64_t first, int64_t rows) {
  const Tensor dQueries = product(dBlocks, vectors.keys), dKeys = product(dBlocks.transpose(1, 2), vectors.queries);
  const int64_t size = shape.size, w = shape.w, stride = shape.types * 2 * size;
  const float* q = dQueries.data_ptr<float>();
  float *k = dKeys.data_ptr<float>(), *out = dy.data_ptr<float>();
  const Angles angles = anglesOf(shape);
  at::parallel_for(0, rows, 1, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; row++) {
      float* to = out + rowInY(shape, first + row);
      float* rowKeys = k + row * shape.count * shape.reach * size;
      rotateRows({q + row * shape.padded() * size, size}, {to, stride}, angles, shape.n, size / 2, static_cast<float>(shape.scale), true);
      gatherOverlaps(shape, rowKeys);
      for (int64_t i = 0; i < shape.n; i += w) {
        rotateRows({rowKeys + i / w * shape.reach * size, size}, {to + i * stride + size, stride}, angles.from(i, size / 2), std::min(w, shape.n - i), size / 2, 1, true);
      }
    }
  });
}

// Calls `work(first row, rows)` for a few rows at a time, as many whatever the number of threads.
template <class Work>
void inChunks(const PointerShape& shape, Work work) {
  const int64_t cells = std::max<int64_t>(1, shape.cells()), most = std::max<int64_t>(4, kChunkCells / cells);
  for (int64_t first = 0; first < shape.rows(); first += most) work(first, std::min(most, shape.rows() - first));
}

// Calls `copy(a span of candidates in a row's blocks, the same in the caller's scores, how many)` for each first token.
template <class Copy>
void eachCandidateSpan(const PointerShape& shape, int64_t row, float* blocks, float* scores, Copy copy) {
  for (int64_t i = 1; i < shape.n; i++) {
    const int64_t count = shape.candidates(row / shape.types, i);
    if (count > 0) copy(blocks + shape.cell(i, 0), scores + (row * shape.n + i) * shape.width() + shape.column(i, 0), count);
  }
}

// (y) → scores [batch, types, n, width]
Tensor pointerScores(const Call& call) {
  const Tensor y = call[0].contiguous();
  const PointerShape shape = pointerShape(call, y);
  if (y.is_cuda()) return pointerScoresOnGpu(shape, y);
  const Tensor out = at::full({shape.batch, shape.types, shape.n, shape.width()}, kNoCandidate, y.options());
  float* scores = out.data_ptr<float>();
  inChunks(shape, [&](int64_t first, int64_t rows) {
    const Vectors vectors = loadVectors(shape, y, first, rows);
    const Tensor blocks = product(vectors.queries, vectors.keys.transpose(1, 2));
    float* from = blocks.data_ptr<float>();
    at::parallel_for(0, rows, 1, [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; row++) {
        eachCandidateSpan(shape, first + row, from + row * shape.cells(), scores,
                          [](const float* block, float* score, int64_t count) { std::memcpy(score, block, count * sizeof(float)); });
      }
    });
  });
  return out;
}

// (dScores, y) → dy
Tensor pointerScoresGrad(const Call& call) {
  const Tensor dScores = call[0].contiguous(), y = call[1].contiguous();
  const PointerShape shape = pointerShape(call, y);
  if (y.is_cuda()) return pointerScoresGradOnGpu(shape, dScores, y);
  const Tensor dy = at::empty_like(y);
  float* scores = dScores.data_ptr<float>();
  inChunks(shape, [&](int64_t first, int64_t rows) {
    const Tensor dBlocks = at::zeros({rows * shape.count, shape.w, shape.reach}, y.options());
    float* to = dBlocks.data_ptr<float>();
    at::parallel_for(0, rows, 1, [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; row++) {
        eachCandidateSpan(shape, first + row, to + row * shape.cells(), scores,
                          [](float* block, const float* score, int64_t count) { std::memcpy(block, score, count * sizeof(float)); });
      }
    });
    storeGradient(shape, dBlocks, loadVectors(shape, y, first, rows), dy, first, rows);
  });
  return dy;
}

// A row's loss; its blocks' scores become the loss's gradient for them, times `share`.
double rowLoss(const PointerShape& shape, int64_t row, float* blocks, const Integers& positives, double share, std::vector<float>& cells) {
  std::vector<float> weights;
  const double missed = takePositives(blocks, positives.data(), positives.size(), weights);
  const int64_t example = row / shape.types;
  cells.clear();
  for (int64_t i = 1; i < shape.n; i++) {
    const float* from = blocks + shape.cell(i, 0);
    cells.insert(cells.end(), from, from + shape.candidates(example, i));
  }
  const ExponentSum others = exponentiate(cells.data(), static_cast<int64_t>(cells.size()));
  const float* weight = cells.data();
  for (int64_t i = 0; i < shape.padded(); i++) {
    const int64_t candidates = i < shape.n ? shape.candidates(example, i) : 0, before = i % shape.w;
    float* to = blocks + i * shape.reach;
    std::fill_n(to, before, 0.0f);
    scaled(weight, to + before, candidates, static_cast<float>(share / others.sum));
    std::fill_n(to + before + candidates, shape.reach - before - candidates, 0.0f);
    weight += candidates;
  }
  for (size_t p = 0; p < positives.size(); p++) blocks[positives[p]] = static_cast<float>(-share * weights[p]);
  return missed + others.most + std::log(others.sum);
}

// (y), [… as pointerShape, withGradient, positions of positives in order…] → loss, and its gradient for y if asked for
Tensors pointerLoss(const Call& call) {
  const Tensor y = call[0].contiguous();
  const PointerShape shape = pointerShape(call, y);
  const bool withGradient = call.flag(afterShape(shape));
  const Integers positives = positionsInBlocks(shape, call.integers(afterShape(shape) + 1));
  if (y.is_cuda()) return pointerLossOnGpu(shape, y, positives, withGradient);
  const Tensor dy = withGradient ? at::empty_like(y) : Tensor();
  std::vector<double> losses(shape.rows());
  inChunks(shape, [&](int64_t first, int64_t rows) {
    const Vectors vectors = loadVectors(shape, y, first, rows);
    const Tensor blocks = product(vectors.queries, vectors.keys.transpose(1, 2));
    float* scores = blocks.data_ptr<float>();
    at::parallel_for(0, rows, 1, [&](int64_t begin, int64_t end) {
      std::vector<float> cells;
      for (int64_t row = begin; row < end; row++) {
        const int64_t offset = (first + row) * shape.cells();
        Integers inRow;
        auto next = std::lower_bound(positives.begin(), positives.end(), offset);
        for (; next != positives.end() && *next < offset + shape.cells(); next++) inRow.push_back(*next - offset);
        losses[first + row] = rowLoss(shape, first + row, scores + row * shape.cells(), inRow, 1.0 / shape.rows(), cells);
      }
    });
    if (withGradient) storeGradient(shape, blocks, vectors, dy, first, rows);
  });
  double sum = 0;
  for (const double loss : losses) sum += loss;
  Tensors results{at::scalar_tensor(sum / shape.rows(), y.options())};
  if (withGradient) results.push_back(dy);
  return results;
}

// (x, factor []) → x · factor: x itself, not a copy, where the factor is 1, as a loss's own gradient is
Tensor scale(const Call& call) {
  const bool same = !call[1].is_cuda() && call[1].item<float>() == 1;
  return same ? call[0] : at::mul(call[0], call[1]);
}

}  // namespace

void registerPointer(KernelTable& table) {
  table.add("FusedPointerScores", pointerScores);
  table.add("FusedPointerScoresGrad", pointerScoresGrad);
  table.addMany("FusedPointerLoss", pointerLoss);
  table.add("FusedScale", scale);
}

}  // namespace medner
