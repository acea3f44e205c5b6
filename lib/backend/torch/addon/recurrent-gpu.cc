// GRU and LSTM where memory cannot be walked through: libtorch's operations over the whole batch, step by step. Padded
// steps are computed too and masked.
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/zeros.h>

#include "lengths.h"
#include "products.h"
#include "recurrent.h"

namespace medner {
namespace {

using at::Tensor;

// 1 for tokens, 0 for padding: [batch, n, 1].
Tensor tokenMask(const Tensor& lengths, const Tensor& x) {
  readLengths(lengths, x.size(1));  // for its check
  return at::arange(x.size(1), lengths.options()).unsqueeze(0).lt(lengths.unsqueeze(1)).to(x.scalar_type()).unsqueeze(2);
}

// Position of a step; all sequences are read together, so a reversed walk begins in the padding, where nothing changes.
int64_t positionOf(int64_t step, int64_t n, bool reverse) { return reverse ? n - 1 - step : step; }

}  // namespace

Tensors gruOnGpu(const Call& call) {
  const Tensor &x = call[0], &weight = call[3], &bias = call[5];
  const bool reverse = call.flag(0);
  const int64_t batch = x.size(0), n = x.size(1), hidden = weight.size(1);
  const Tensor mask = tokenMask(call[1], x), gates = affine(x, call[2], call[4]);
  const Tensor y = at::empty({batch, n, hidden}, x.options()), candidate = at::empty_like(y);
  Tensor h = at::zeros({batch, hidden}, x.options());
  for (int64_t s = 0; s < n; s++) {
    const int64_t t = positionOf(s, n, reverse);
    const Tensor real = mask.select(1, t), input = gates.select(1, t), product = affine(h, weight, bias);
    const Tensor rz = at::sigmoid(input.narrow(1, 0, 2 * hidden) + product.narrow(1, 0, 2 * hidden));
    const Tensor fromState = product.narrow(1, 2 * hidden, hidden);
    const Tensor candidateState = at::tanh(input.narrow(1, 2 * hidden, hidden) + rz.narrow(1, 0, hidden) * fromState);
    const Tensor next = candidateState + rz.narrow(1, hidden, hidden) * (h - candidateState);
    input.copy_(at::cat({rz, candidateState}, 1));
    candidate.select(1, t).copy_(fromState);
    y.select(1, t).copy_(next * real);
    h = h + (next - h) * real;
  }
  return {y, gates, candidate};
}

Tensors gruGradOnGpu(const Call& call) {
  const Tensor &dy = call[0], &x = call[1], &weight = call[4], &y = call[5], &gates = call[6], &candidate = call[7];
  const bool reverse = call.flag(0);
  const int64_t n = x.size(1), hidden = weight.size(1);
  const Tensor mask = tokenMask(call[2], x), earlier = oneStepEarlier(y, reverse);
  const Tensor inputGates = at::empty_like(gates), hiddenGates = at::empty_like(gates);
  Tensor carry = at::zeros({x.size(0), hidden}, x.options());
  for (int64_t s = n - 1; s >= 0; s--) {
    const int64_t t = positionOf(s, n, reverse);
    const Tensor gate = gates.select(1, t), r = gate.narrow(1, 0, hidden), z = gate.narrow(1, hidden, hidden), state = gate.narrow(1, 2 * hidden, hidden);
    const Tensor gradient = (dy.select(1, t) + carry) * mask.select(1, t);
    const Tensor dn = gradient * (1 - z) * (1 - state * state);
    const Tensor dz = gradient * (earlier.select(1, t) - state) * z * (1 - z);
    const Tensor dr = dn * candidate.select(1, t) * r * (1 - r);
    const Tensor hiddenGradient = at::cat({dr, dz, dn * r}, 1);
    inputGates.select(1, t).copy_(at::cat({dr, dz, dn}, 1));
    hiddenGates.select(1, t).copy_(hiddenGradient);
    carry = gradient * z + product(hiddenGradient, weight);
  }
  return inputGradients(x, y, call[3], inputGates, hiddenGates, reverse);
}

Tensors lstmOnGpu(const Call& call) {
  const Tensor &x = call[0], &weight = call[3], &bias = call[5];
  const bool reverse = call.flag(0);
  const int64_t batch = x.size(0), n = x.size(1), hidden = weight.size(1);
  const Tensor mask = tokenMask(call[1], x), gates = affine(x, call[2], call[4]);
  const Tensor y = at::empty({batch, n, hidden}, x.options()), cells = at::empty_like(y);
  Tensor h = at::zeros({batch, hidden}, x.options()), c = h;
  for (int64_t s = 0; s < n; s++) {
    const int64_t t = positionOf(s, n, reverse);
    const Tensor real = mask.select(1, t), input = gates.select(1, t), sum = input + affine(h, weight, bias);
    const Tensor both = at::sigmoid(sum.narrow(1, 0, 2 * hidden)), g = at::tanh(sum.narrow(1, 2 * hidden, hidden));
    const Tensor o = at::sigmoid(sum.narrow(1, 3 * hidden, hidden));
    const Tensor cell = both.narrow(1, hidden, hidden) * c + both.narrow(1, 0, hidden) * g;
    input.copy_(at::cat({both, g, o}, 1));
    // Kept masked: read in reverse, a sequence's first step finds the padding's cell as the one before.
    cells.select(1, t).copy_(cell * real);
    const Tensor next = o * at::tanh(cell);
    y.select(1, t).copy_(next * real);
    h = h + (next - h) * real;
    c = c + (cell - c) * real;
  }
  return {y, gates, cells};
}

Tensors lstmGradOnGpu(const Call& call) {
  const Tensor &dy = call[0], &x = call[1], &weight = call[4], &y = call[5], &gates = call[6], &cells = call[7];
  const bool reverse = call.flag(0);
  const int64_t n = x.size(1), hidden = weight.size(1);
  const Tensor mask = tokenMask(call[2], x), earlier = oneStepEarlier(cells, reverse), gradients = at::empty_like(gates);
  Tensor carry = at::zeros({x.size(0), hidden}, x.options()), dCell = carry;
  for (int64_t s = n - 1; s >= 0; s--) {
    const int64_t t = positionOf(s, n, reverse);
    const Tensor gate = gates.select(1, t), i = gate.narrow(1, 0, hidden), f = gate.narrow(1, hidden, hidden);
    const Tensor g = gate.narrow(1, 2 * hidden, hidden), o = gate.narrow(1, 3 * hidden, hidden), squashed = at::tanh(cells.select(1, t));
    const Tensor real = mask.select(1, t), gradient = (dy.select(1, t) + carry) * real;
    const Tensor dc = dCell * real + gradient * o * (1 - squashed * squashed);
    const Tensor gateGradient = at::cat({dc * g * i * (1 - i), dc * earlier.select(1, t) * f * (1 - f), dc * i * (1 - g * g), gradient * squashed * o * (1 - o)}, 1);
    gradients.select(1, t).copy_(gateGradient);
    carry = product(gateGradient, weight);
    dCell = dc * f;
  }
  return inputGradients(x, y, call[3], gradients, gradients, reverse);
}

}  // namespace medner
