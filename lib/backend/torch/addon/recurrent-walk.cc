#include "recurrent.h"

#include <ATen/Parallel.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <numeric>

#include "lengths.h"
#include "panel-loops.h"
#include "products.h"

namespace medner {

using at::Tensor;

namespace {

// A step reads the whole recurrent weight; fewer sequences than this would not pay for it.
constexpr int64_t kLeastOfGroup = 4;

int64_t longest(const Sequences& sequences, const std::vector<int64_t>& group) { return group.empty() ? 0 : sequences.length(group[0]); }

}  // namespace

Sequences::Sequences(const Tensor& lengths, int64_t n, bool reverse) : lengths_(readLengths(lengths, n)), n_(n), reverse_(reverse) {}

void Sequences::eachGroup(const std::function<void(const std::vector<int64_t>&)>& body) const {
  std::vector<int64_t> order(lengths_.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) { return lengths_[a] > lengths_[b]; });
  const int64_t groups = std::max<int64_t>(1, std::min<int64_t>(at::get_num_threads(), batch() / kLeastOfGroup));
  at::parallel_for(0, groups, 1, [&](int64_t begin, int64_t end) {
    for (int64_t group = begin; group < end; group++) {
      std::vector<int64_t> members;
      for (int64_t i = group; i < batch(); i += groups) members.push_back(order[i]);
      body(members);
    }
  });
}

int64_t Sequences::active(const std::vector<int64_t>& group, int64_t step) const {
  return std::partition_point(group.begin(), group.end(), [&](int64_t sequence) { return lengths_[sequence] > step; }) - group.begin();
}

void Sequences::clearPadding(const Tensor& x) const {
  const int64_t width = x.size(-1);
  float* values = x.data_ptr<float>();
  for (int64_t i = 0; i < batch(); i++) std::fill(values + (i * n_ + lengths_[i]) * width, values + (i + 1) * n_ * width, 0.0f);
}

void walk(const Sequences& sequences, const Tensor& weight, const Tensor& y, const std::function<void(const Token&, const float*)>& step) {
  const int64_t width = weight.size(0), hidden = weight.size(1);
  const Tensor matrix = weight.contiguous();
  const Panels panels(matrix.data_ptr<float>(), hidden, width, 1, hidden);  // the transposed weight
  const float* states = y.data_ptr<float>();
  sequences.eachGroup([&](const std::vector<int64_t>& group) {
    std::vector<float> products(group.size() * panels.stride());
    std::vector<const float*> previous(group.size());
    for (int64_t s = 0; s < longest(sequences, group); s++) {
      const int64_t active = sequences.active(group, s);
      for (int64_t i = 0; s > 0 && i < active; i++) previous[i] = states + sequences.row(group[i], s - 1) * hidden;
      if (s > 0) panels.multiply(previous.data(), active, products.data(), false);
      for (int64_t i = 0; i < active; i++) {
        const int64_t sequence = group[i];
        step({sequence, sequences.row(sequence, s), s > 0 ? sequences.row(sequence, s - 1) : -1}, products.data() + i * panels.stride());
      }
    }
  });
  sequences.clearPadding(y);
}

void walkBack(const Sequences& sequences, const Tensor& weight, const Tensor& gradients, const std::function<void(const Token&, float*)>& step) {
  const int64_t width = weight.size(0), hidden = weight.size(1);
  const Tensor matrix = weight.contiguous();
  const Panels panels(matrix.data_ptr<float>(), width, hidden, hidden, 1);
  const float* rows = gradients.data_ptr<float>();
  sequences.eachGroup([&](const std::vector<int64_t>& group) {
    std::vector<float> carries(group.size() * panels.stride());
    std::vector<const float*> current(group.size());
    for (int64_t s = longest(sequences, group) - 1; s >= 0; s--) {
      const int64_t active = sequences.active(group, s);
      for (int64_t i = 0; i < active; i++) {
        const int64_t sequence = group[i], row = sequences.row(sequence, s);
        step({sequence, row, s > 0 ? sequences.row(sequence, s - 1) : -1}, carries.data() + i * panels.stride());
        current[i] = rows + row * width;
      }
      if (s > 0) panels.multiply(current.data(), active, carries.data(), true);
    }
  });
  sequences.clearPadding(gradients);
}

Tensor oneStepEarlier(const Tensor& x, bool reverse) {
  Tensor out = at::zeros_like(x);
  const int64_t rest = x.size(1) - 1;
  if (rest > 0) out.narrow(1, reverse ? 0 : 1, rest).copy_(x.narrow(1, reverse ? 1 : 0, rest));
  return out;
}

Tensors inputGradients(const Tensor& x, const Tensor& y, const Tensor& weight, const Tensor& inputGates, const Tensor& hiddenGates, bool reverse) {
  const Tensor inputRows = inputGates.reshape({-1, weight.size(0)}), hiddenRows = hiddenGates.reshape({-1, weight.size(0)});
  const Tensor previous = oneStepEarlier(y, reverse).reshape({-1, y.size(2)});
  const Tensor inputBias = at::sum(inputRows, {0});
  return {product(inputRows, weight).reshape(x.sizes()), product(inputRows.t(), x.reshape({-1, weight.size(1)})), product(hiddenRows.t(), previous),
          inputBias, hiddenGates.is_same(inputGates) ? inputBias : at::sum(hiddenRows, {0})};
}

}  // namespace medner
