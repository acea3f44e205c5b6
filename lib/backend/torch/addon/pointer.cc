// The kernels of the pointer heads. On the processor they take an example or a few at a time, whose vectors, scores and weights
// stay in the cache: no tensor of all scores is ever made for the loss.
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/full.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "multi-label.h"
#include "pointer-chunk.h"
#include "pointer-loops.h"

namespace medner {

using at::Tensor;

int64_t PointerShape::candidates(int64_t example, int64_t i) const {
  return i < 1 ? 0 : std::max<int64_t>(0, std::min(k, lengths[example] - 1 - i));
}

namespace {

constexpr int64_t kChunkFloats = 1 << 20;  // that are worked on at a time
constexpr int64_t kChunkRows = 4;          // at least: the rows of a token are neighbours in y, and the threads share the rows

// Blocks as narrow as our loops' tiles; on a GPU as wide as makes libtorch's products efficient, with a column for every cell
// of each row, also past the last token. The whole matrix, and a band hardly narrower, is one block.
void chooseBlocks(PointerShape& shape, bool gpu) {
  const int64_t n = shape.n, w = gpu ? 32 : Band::tile, count = (n + w - 1) / w;
  const int64_t least = w + shape.k - 1, reach = gpu ? least : (least + Band::lanes - 1) / Band::lanes * Band::lanes;
  const bool several = !shape.dense && count * w * reach < n * n;
  shape.w = several ? w : n;
  shape.count = several ? count : 1;
  shape.reach = several ? reach : gpu && !shape.dense ? n + shape.k - 1 : n;
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

// Calls `work(chunk)` for chunks of one size whatever the number of threads.
template <class Work>
void inChunks(const PointerShape& shape, Work work) {
  const int64_t floats = shape.cells() + 3 * shape.padded() * shape.size;  // a row's scores, vectors and gradients
  const int64_t rows = std::max(kChunkRows, kChunkFloats / floats);
  if (rows >= shape.types) {
    const int64_t most = rows / shape.types;
    for (int64_t first = 0; first < shape.batch; first += most) work(Chunk{first, std::min(most, shape.batch - first), 0, shape.types});
    return;
  }
  const int64_t parts = (shape.types + rows - 1) / rows, most = (shape.types + parts - 1) / parts;
  for (int64_t example = 0; example < shape.batch; example++) {
    for (int64_t type = 0; type < shape.types; type += most) work(Chunk{example, 1, type, std::min(most, shape.types - type)});
  }
}

// Calls `work(row of all, its blocks)` for each row of the chunk, in parallel.
template <class Work>
void eachRow(const PointerShape& shape, const Chunk& chunk, const Tensor& blocks, Work work) {
  float* cells = blocks.data_ptr<float>();
  at::parallel_for(0, chunk.rows(), 1, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; row++) work(chunk.example * shape.types + chunk.type + row, cells + row * shape.cells());
  });
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
  inChunks(shape, [&](const Chunk& chunk) {
    const Vectors vectors = loadVectors(shape, chunk, y);
    const Tensor blocks = blockScores(shape, chunk, vectors);
    eachRow(shape, chunk, blocks, [&](int64_t row, float* cells) {
      eachCandidateSpan(shape, row, cells, scores, [](const float* block, float* score, int64_t count) { std::memcpy(score, block, count * sizeof(float)); });
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
  inChunks(shape, [&](const Chunk& chunk) {
    const Tensor dBlocks = at::zeros({chunk.rows(), shape.padded(), shape.reach}, y.options());
    eachRow(shape, chunk, dBlocks, [&](int64_t row, float* cells) {
      eachCandidateSpan(shape, row, cells, scores, [](float* block, const float* score, int64_t count) { std::memcpy(block, score, count * sizeof(float)); });
    });
    storeGradient(shape, chunk, dBlocks, loadVectors(shape, chunk, y), dy);
  });
  return dy;
}

// A row's loss; its blocks' scores become the loss's gradient for them, times `share`.
double rowLoss(const PointerShape& shape, int64_t row, float* blocks, const Integers& positives, double share) {
  std::vector<float> weights, cells;
  const double missed = takePositives(blocks, positives.data(), positives.size(), weights);
  const int64_t example = row / shape.types;
  cells.reserve(shape.n * shape.k);
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
  inChunks(shape, [&](const Chunk& chunk) {
    const Vectors vectors = loadVectors(shape, chunk, y);
    const Tensor blocks = blockScores(shape, chunk, vectors);
    eachRow(shape, chunk, blocks, [&](int64_t row, float* cells) {
      Integers inRow;
      const int64_t begin = row * shape.cells(), end = begin + shape.cells();
      auto next = std::lower_bound(positives.begin(), positives.end(), begin);
      for (; next != positives.end() && *next < end; next++) inRow.push_back(*next - begin);
      losses[row] = rowLoss(shape, row, cells, inRow, 1.0 / shape.rows());
    });
    if (withGradient) storeGradient(shape, chunk, blocks, vectors, dy);
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
