// What the recurrent kernels share: which sequence stands where in a batch, and the walk through the time steps.
#pragma once
#include <ATen/core/Tensor.h>

#include <functional>
#include <vector>

#include "kernels.h"

namespace medner {

// Padded sequences [batch, n] with their lengths, read from the front or, `reverse`, each from its own end.
class Sequences {
 public:
  Sequences(const at::Tensor& lengths, int64_t n, bool reverse);

  int64_t batch() const { return static_cast<int64_t>(lengths_.size()); }
  int64_t n() const { return n_; }
  int64_t length(int64_t sequence) const { return lengths_[sequence]; }
  bool reverse() const { return reverse_; }
  // The row, among [batch · n], of a sequence's token at a step.
  int64_t row(int64_t sequence, int64_t step) const { return sequence * n_ + (reverse_ ? lengths_[sequence] - 1 - step : step); }

  // Deals the sequences out to the threads, longest first; each group is walked through by itself, so that no thread
  // waits for another at every step.
  void eachGroup(const std::function<void(const std::vector<int64_t>& group)>& body) const;

  // How many of a group's sequences have a token at a step: its first ones.
  int64_t active(const std::vector<int64_t>& group, int64_t step) const;

  // Sets the rows of padding of x [batch, n, width] to 0.
  void clearPadding(const at::Tensor& x) const;

 private:
  std::vector<int64_t> lengths_;
  int64_t n_;
  bool reverse_;
};

// What the forward step of one token is given: rows among [batch · n], `previous` −1 at a sequence's first step.
struct Token {
  int64_t sequence, row, previous;
};

// y [batch, n, hidden] is filled step by step: `step` gets each token and its product h × weightᵀ [gates · hidden].
void walk(const Sequences& sequences, const at::Tensor& weight, const at::Tensor& y,
          const std::function<void(const Token&, const float* product)>& step);

// The same backwards. `step` writes the token's row of `gradients` [batch, n, gates · hidden], from which the state's
// gradient goes on through the weight; it is in `carry`, to which `step` leaves what bypasses the weight.
void walkBack(const Sequences& sequences, const at::Tensor& weight, const at::Tensor& gradients,
              const std::function<void(const Token&, float* carry)>& step);

// x [batch, n, width] one step earlier: row i holds what row i − 1 held (i + 1 if reversed), 0 at a sequence's first step.
at::Tensor oneStepEarlier(const at::Tensor& x, bool reverse);

// The gradients of x, both weights and both biases from those of the gates' inputs, [batch, n, gates · hidden] each: of
// x × weightᵀ + bias and of the state's product.
Tensors inputGradients(const at::Tensor& x, const at::Tensor& y, const at::Tensor& weight, const at::Tensor& inputGates,
                       const at::Tensor& hiddenGates, bool reverse);

// The kernels of recurrent.cc in libtorch's operations, step by step for the whole batch.
Tensors gruOnGpu(const Call& call);
Tensors gruGradOnGpu(const Call& call);
Tensors lstmOnGpu(const Call& call);
Tensors lstmGradOnGpu(const Call& call);

}  // namespace medner
