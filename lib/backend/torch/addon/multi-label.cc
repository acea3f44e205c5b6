// The multi-label cross-entropy with its gradient.
#include "multi-label.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/amax.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/log.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "pointer-loops.h"

namespace medner {
namespace {

using at::Tensor;

// log(1 + Σ e^x) of each row, and e^x / (1 + Σ e^x).
std::pair<Tensor, Tensor> logOnePlusSumExp(const Tensor& x) {
  const Tensor most = at::amax(x, {1}, true).clamp_min(0);
  const Tensor powers = at::exp(x - most), sum = at::sum(powers, {1}, true) + at::exp(-most);
  return {at::log(sum) + most, powers / sum};
}

}  // namespace

double takePositives(float* scores, const int64_t* cells, size_t count, std::vector<float>& weights) {
  double most = 0, sum = 0;
  for (size_t p = 0; p < count; p++) most = std::max(most, -static_cast<double>(scores[cells[p]]));
  for (size_t p = 0; p < count; p++) sum += std::exp(-static_cast<double>(scores[cells[p]]) - most);
  sum += std::exp(-most);
  weights.resize(count);
  for (size_t p = 0; p < count; p++) {
    float& score = scores[cells[p]];
    weights[p] = static_cast<float>(std::exp(-static_cast<double>(score) - most) / sum);
    score = -std::numeric_limits<float>::infinity();
  }
  return most + std::log(sum);
}

Tensors multiLabelLossOnGpu(const Tensor& x, const Integers& positives, bool withGradient) {
  const Tensor none = at::full_like(x, -std::numeric_limits<float>::infinity());
  const Tensor positive = at::zeros_like(x, at::kBool);
  if (!positives.empty()) positive.view({-1}).index_fill_(0, at::tensor(positives, at::kLong).to(x.device()), 1);
  const auto [others, otherWeights] = logOnePlusSumExp(at::where(positive, none, x));
  const auto [missed, missedWeights] = logOnePlusSumExp(at::where(positive, -x, none));
  Tensors results{at::mean(others + missed)};
  if (withGradient) results.push_back((otherWeights - missedWeights) / x.size(0));
  return results;
}

namespace {

// (scores), [cells a row, withGradient, positions of positives in order…] → loss, and its gradient if asked for
Tensors multiLabelLoss(const Call& call) {
  const int64_t cells = call.integer(0), rows = call[0].numel() / cells;
  const bool withGradient = call.flag(1);
  const Integers positives = call.integers(2);
  if (call[0].is_cuda()) {
    Tensors results = multiLabelLossOnGpu(call[0].reshape({rows, cells}), positives, withGradient);
    if (withGradient) results[1] = results[1].reshape(call[0].sizes());
    return results;
  }
  const Tensor scores = call[0].contiguous(), gradient = at::empty_like(scores);
  const float* from = scores.data_ptr<float>();
  float* to = gradient.data_ptr<float>();
  std::vector<double> losses(rows);
  at::parallel_for(0, rows, std::max<int64_t>(1, (1 << 13) / cells), [&](int64_t begin, int64_t end) {
    std::vector<float> weights;
    Integers inRow;
    for (int64_t row = begin; row < end; row++) {
      float* x = to + row * cells;
      std::memcpy(x, from + row * cells, cells * sizeof(float));
      inRow.clear();
      auto next = std::lower_bound(positives.begin(), positives.end(), row * cells);
      for (; next != positives.end() && *next < (row + 1) * cells; next++) inRow.push_back(*next - row * cells);
      const double missed = takePositives(x, inRow.data(), inRow.size(), weights);
      const ExponentSum others = exponentiate(x, cells);
      scaled(x, x, cells, static_cast<float>(1 / (others.sum * rows)));
      for (size_t p = 0; p < inRow.size(); p++) x[inRow[p]] = -weights[p] / static_cast<float>(rows);
      losses[row] = missed + others.most + std::log(others.sum);
    }
  });
  double sum = 0;
  for (const double loss : losses) sum += loss;
  Tensors results{at::scalar_tensor(sum / rows, scores.options())};
  if (withGradient) results.push_back(gradient);
  return results;
}

}  // namespace

void registerMultiLabel(KernelTable& table) { table.addMany("FusedMultiLabelLoss", multiLabelLoss); }

}  // namespace medner
