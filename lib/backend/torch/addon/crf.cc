// The log-partition of a linear-chain CRF and its gradient, the marginals.
#include <ATen/Parallel.h>
#include <ATen/ops/amax.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/logsumexp.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <limits>

#include "crf-loops.h"
#include "kernels.h"
#include "lengths.h"

namespace medner {
namespace {

using at::Tensor;

// In place of −∞, so that a difference of two impossible scores is a number.
constexpr double kLeastScore = std::numeric_limits<float>::lowest();

// The states of a step less their maximum, which is added to `shift`: [batch, labels].
Tensor centred(const Tensor& states, Tensor* shift = nullptr) {
  const Tensor most = at::amax(states, {1}, /*keepdim=*/true).clamp_min(kLeastScore);
  if (shift != nullptr) *shift = *shift + most.squeeze(1);
  return states - most;
}

Tensors crfOnGpu(const Tensor& emissions, const Tensor& lengths, const Tensor& transitions, const Tensor& start, const Tensor& end) {
  const int64_t batch = emissions.size(0), n = emissions.size(1);
  readLengths(lengths, n);  // for its check
  const Tensor sums = at::zeros_like(emissions);
  Tensor shift = at::zeros({batch}, emissions.options().dtype(at::kDouble)), states;
  for (int64_t t = 0; t < n; t++) {
    const Tensor sum = t == 0 ? start.expand({batch, start.size(0)}) : at::logsumexp(states.unsqueeze(2) + transitions, {1});
    sums.select(1, t).copy_(sum);
    const Tensor real = lengths.gt(t);
    Tensor moved = shift;
    const Tensor next = centred(sum + emissions.select(1, t), &moved);
    states = t == 0 ? next : at::where(real.unsqueeze(1), next, states);
    shift = at::where(real, moved, shift);
  }
  if (n == 0) return {at::zeros({batch}, emissions.options()), sums};
  const Tensor partition = (shift + at::logsumexp(states + end, {1})).to(emissions.scalar_type());
  return {at::where(lengths.gt(0), partition, at::zeros_like(partition)), sums};
}

Tensors crfGradOnGpu(const Tensor& dy, const Tensor& emissions, const Tensor& lengths, const Tensor& transitions, const Tensor& end, const Tensor& sums) {
  const int64_t batch = emissions.size(0), n = emissions.size(1), labels = emissions.size(2);
  const Tensor dEmissions = at::zeros_like(emissions);
  Tensor dTransitions = at::zeros_like(transitions), dEnd = at::zeros_like(end), marginals = at::zeros({batch, labels}, emissions.options());
  Tensor states = n > 0 ? centred(sums.select(1, n - 1) + emissions.select(1, n - 1)) : Tensor();
  for (int64_t t = n - 1; t >= 0; t--) {
    const Tensor weights = at::exp(centred(states + end)), total = at::sum(weights, {1}, /*keepdim=*/true);
    // Of a sequence without a possible path, all weights are 0.
    const Tensor finals = weights / at::where(total.gt(0), total, at::ones_like(total)) * dy.unsqueeze(1) * lengths.eq(t + 1).unsqueeze(1);
    dEnd = dEnd + at::sum(finals, {0});
    marginals = marginals + finals;  // 0 so far where this is the last token
    dEmissions.select(1, t).copy_(marginals);
    if (t == 0) break;
    states = centred(sums.select(1, t - 1) + emissions.select(1, t - 1));
    const Tensor pairs = marginals.unsqueeze(1) * at::exp(states.unsqueeze(2) + transitions - sums.select(1, t).clamp_min(kLeastScore).unsqueeze(1));
    dTransitions = dTransitions + at::sum(pairs, {0});
    marginals = at::sum(pairs, {2});
  }
  return {dEmissions, dTransitions, n > 0 ? at::sum(dEmissions.select(1, 0), {0}) : at::zeros_like(end), dEnd};
}

// (emissions [batch, n, labels], lengths [batch], transitions [labels, labels], start [labels], end [labels])
// → log-partition [batch], sums over the label before [batch, n, labels]
Tensors crf(const Call& call) {
  if (call[0].is_cuda()) return crfOnGpu(call[0], call[1], call[2], call[3], call[4]);
  const Tensor emissions = call[0].contiguous(), transitions = call[2].contiguous();
  const Tensor start = call[3].contiguous(), end = call[4].contiguous();
  const int64_t batch = emissions.size(0), n = emissions.size(1), labels = emissions.size(2);
  const std::vector<int64_t> lengths = readLengths(call[1], n);
  const CrfScores scores(transitions.data_ptr<float>(), start.data_ptr<float>(), end.data_ptr<float>(), labels);
  const Tensor partition = at::zeros({batch}, emissions.options()), sums = at::zeros_like(emissions);
  at::parallel_for(0, batch, 1, [&](int64_t begin, int64_t endOfRange) {
    for (int64_t i = begin; i < endOfRange; i++) {
      const int64_t length = lengths[i], at = i * n * labels;
      if (length == 0) continue;
      partition.data_ptr<float>()[i] = static_cast<float>(crfForward(emissions.data_ptr<float>() + at, length, scores, sums.data_ptr<float>() + at));
    }
  });
  return {partition, sums};
}

// (dy [batch], emissions, lengths, transitions, start, end, sums) → the gradients of emissions, transitions, start and end
Tensors crfGrad(const Call& call) {
  if (call[0].is_cuda()) return crfGradOnGpu(call[0], call[1], call[2], call[3], call[5], call[6]);
  const Tensor dy = call[0].contiguous(), emissions = call[1].contiguous(), transitions = call[3].contiguous();
  const Tensor start = call[4].contiguous(), end = call[5].contiguous(), &sums = call[6];
  const int64_t batch = emissions.size(0), n = emissions.size(1), labels = emissions.size(2);
  const std::vector<int64_t> lengths = readLengths(call[2], n);
  const CrfScores scores(transitions.data_ptr<float>(), start.data_ptr<float>(), end.data_ptr<float>(), labels);
  const Tensor dEmissions = at::zeros_like(emissions), pairs = at::zeros({batch, labels, scores.width()}, emissions.options());
  at::parallel_for(0, batch, 1, [&](int64_t begin, int64_t endOfRange) {
    for (int64_t i = begin; i < endOfRange; i++) {
      const int64_t length = lengths[i], at = i * n * labels;
      if (length == 0) continue;
      crfBackward(emissions.data_ptr<float>() + at, length, scores, sums.data_ptr<float>() + at, dy.data_ptr<float>()[i],
                  dEmissions.data_ptr<float>() + at, pairs.data_ptr<float>() + i * labels * scores.width());
    }
  });
  // In the order of the sequences, whichever thread came first.
  const Tensor dStart = at::zeros_like(start), dEnd = at::zeros_like(end);
  for (int64_t i = 0; i < batch; i++) {
    const int64_t length = lengths[i];
    if (length == 0) continue;
    const float *first = dEmissions.data_ptr<float>() + i * n * labels, *last = first + (length - 1) * labels;
    for (int64_t j = 0; j < labels; j++) {
      dStart.data_ptr<float>()[j] += first[j];
      dEnd.data_ptr<float>()[j] += last[j];
    }
  }
  return {dEmissions, at::sum(pairs, {0}).narrow(1, 0, labels).contiguous(), dStart, dEnd};
}

}  // namespace

void registerCrf(KernelTable& table) {
  table.addMany("FusedCrf", crf);
  table.addMany("FusedCrfGrad", crfGrad);
}

}  // namespace medner
