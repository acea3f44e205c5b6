// GRU and LSTM over whole sequences: one product for all tokens' inputs, a small one for each step.
#include "recurrent.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/zeros.h>

#include "products.h"
#include "recurrent-loops.h"

namespace medner {
namespace {

using at::Tensor;

const float* readable(const Tensor& x) { return x.data_ptr<float>(); }
float* writable(const Tensor& x) { return x.data_ptr<float>(); }

// (x, lengths, input weight, hidden weight, input bias, hidden bias), [reverse] → y, gates r, z, n, candidate
Tensors gru(const Call& call) {
  if (call[0].is_cuda()) return gruOnGpu(call);
  const Tensor &x = call[0], &weight = call[3];
  const int64_t hidden = weight.size(1);
  const Sequences sequences(call[1], x.size(1), call.flag(0));
  const Tensor gates = affine(x, call[2], call[4]).contiguous(), bias = call[5].contiguous();
  const Tensor y = at::empty({x.size(0), x.size(1), hidden}, x.options()), candidate = at::empty_like(y), start = at::zeros({hidden}, x.options());
  walk(sequences, weight, y, [&](const Token& token, const float* product) {
    const int64_t at = token.row * hidden;
    const float* previous = token.previous < 0 ? readable(start) : readable(y) + token.previous * hidden;
    gruStep(writable(gates) + 3 * at, product, readable(bias), previous, writable(candidate) + at, writable(y) + at, hidden);
  });
  return {y, gates, candidate};
}

// (dy, x, lengths, input weight, hidden weight, y, gates, candidate), [reverse] → dx and the parameters' gradients
Tensors gruGrad(const Call& call) {
  if (call[0].is_cuda()) return gruGradOnGpu(call);
  const Tensor dy = call[0].contiguous();
  const Tensor &x = call[1], &weight = call[4], &y = call[5], &gates = call[6], &candidate = call[7];
  const int64_t hidden = weight.size(1);
  const Sequences sequences(call[2], x.size(1), call.flag(0));
  const Tensor inputGates = at::empty_like(gates), hiddenGates = at::empty_like(gates), start = at::zeros({hidden}, x.options());
  walkBack(sequences, weight, hiddenGates, [&](const Token& token, float* carry) {
    const int64_t at = token.row * hidden;
    const float* previous = token.previous < 0 ? readable(start) : readable(y) + token.previous * hidden;
    gruStepBackward(readable(gates) + 3 * at, readable(candidate) + at, previous, readable(dy) + at, carry, writable(inputGates) + 3 * at,
                    writable(hiddenGates) + 3 * at, hidden);
  });
  sequences.clearPadding(inputGates);
  return inputGradients(x, y, call[3], inputGates, hiddenGates, sequences.reverse());
}

// (x, lengths, input weight, hidden weight, input bias, hidden bias), [reverse] → y, gates i, f, g, o, cells
Tensors lstm(const Call& call) {
  if (call[0].is_cuda()) return lstmOnGpu(call);
  const Tensor &x = call[0], &weight = call[3];
  const int64_t hidden = weight.size(1);
  const Sequences sequences(call[1], x.size(1), call.flag(0));
  const Tensor gates = affine(x, call[2], call[4]).contiguous(), bias = call[5].contiguous();
  const Tensor y = at::empty({x.size(0), x.size(1), hidden}, x.options()), cells = at::empty_like(y), start = at::zeros({hidden}, x.options());
  walk(sequences, weight, y, [&](const Token& token, const float* product) {
    const int64_t at = token.row * hidden;
    const float* previous = token.previous < 0 ? readable(start) : readable(cells) + token.previous * hidden;
    lstmStep(writable(gates) + 4 * at, product, readable(bias), previous, writable(cells) + at, writable(y) + at, hidden);
  });
  return {y, gates, cells};
}

// (dy, x, lengths, input weight, hidden weight, y, gates, cells), [reverse] → dx and the parameters' gradients
Tensors lstmGrad(const Call& call) {
  if (call[0].is_cuda()) return lstmGradOnGpu(call);
  const Tensor dy = call[0].contiguous();
  const Tensor &x = call[1], &weight = call[4], &y = call[5], &gates = call[6], &cells = call[7];
  const int64_t hidden = weight.size(1);
  const Sequences sequences(call[2], x.size(1), call.flag(0));
  const Tensor gradients = at::empty_like(gates), start = at::zeros({hidden}, x.options());
  const Tensor dCells = at::zeros({x.size(0), hidden}, x.options());
  walkBack(sequences, weight, gradients, [&](const Token& token, float* carry) {
    const int64_t at = token.row * hidden;
    const float* previous = token.previous < 0 ? readable(start) : readable(cells) + token.previous * hidden;
    lstmStepBackward(readable(gates) + 4 * at, readable(cells) + at, previous, readable(dy) + at, carry, writable(dCells) + token.sequence * hidden,
                     writable(gradients) + 4 * at, hidden);
  });
  return inputGradients(x, y, call[3], gradients, gradients, sequences.reverse());
}

}  // namespace

void registerRecurrent(KernelTable& table) {
  table.addMany("FusedGru", gru);
  table.addMany("FusedGruGrad", gruGrad);
  table.addMany("FusedLstm", lstm);
  table.addMany("FusedLstmGrad", lstmGrad);
}

}  // namespace medner
