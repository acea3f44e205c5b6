// Masked scaled dot-product attention with dropout of its probabilities.
#include "kernels.h"

#include <ATen/Parallel.h>
#include <ATen/ops/_softmax_backward_data.h>
#include <ATen/ops/softmax.h>
#if LIBTORCH_VERSION >= 203
#include <ATen/ops/_scaled_dot_product_flash_attention_for_cpu.h>
#include <ATen/ops/_scaled_dot_product_flash_attention_for_cpu_backward.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#define HAS_FLASH_ATTENTION
#endif

#include <algorithm>
#include <cmath>

#include "dropout.h"
#include "loops.h"
#include "products.h"

namespace medner {
namespace {

using at::Tensor;

constexpr double kMasked = -1e4;  // as in attention.ts

// [batch, heads, n, d] → [batch · heads, n, d]. Heads are narrow: a processor multiplies them no faster in bfloat16.
Tensor flatHeads(const Tensor& x) {
  const Tensor wide = x.is_cuda() ? x : x.to(at::kFloat, /*non_blocking=*/false, /*copy=*/false, at::MemoryFormat::Contiguous);
  return wide.reshape({x.size(0) * x.size(1), x.size(2), x.size(3)});
}

// What is added to the scores: [batch, 1, 1, keys].
Tensor maskBias(const Tensor& mask) { return ((1 - mask) * kMasked).reshape({mask.size(0), 1, 1, mask.size(1)}); }

// libtorch's blockwise attention holds no probabilities, but cannot drop any of them.
bool suitsFlash(const Tensor& q, double rate) {
#ifdef HAS_FLASH_ATTENTION
  return rate == 0 && !q.is_cuda() && q.numel() > 0;
#else
  return false;
#endif
}

// (q, k, v [batch, heads, n, d], mask [batch, keys]), [dropout rate, seed] → y and what the gradient takes: the probabilities
// [batch · heads, queries, keys], or y and the logarithms of the softmax's sums
Tensors attention(const Call& call) {
  const Tensor &q = call[0], &k = call[1], &v = call[2], &mask = call[3];
  const double rate = call.number(0), seed = call.number(1);
#ifdef HAS_FLASH_ATTENTION
  if (suitsFlash(q, rate)) {
    const auto [y, logSums] = at::_scaled_dot_product_flash_attention_for_cpu(q.to(at::kFloat), k.to(at::kFloat), v.to(at::kFloat), 0, false, maskBias(mask));
    return {y.to(v.scalar_type()), y, logSums};
  }
#endif
  const int64_t batch = q.size(0), heads = q.size(1), queries = q.size(2), keys = k.size(2);
  const Tensor flatQ = flatHeads(q);
  const Tensor bias = maskBias(mask).expand({batch, heads, 1, keys}).reshape({batch * heads, 1, keys}).to(flatQ.scalar_type());
  const Tensor scores = biasedProduct(bias, flatQ, flatHeads(k).transpose(1, 2), 1 / std::sqrt(static_cast<double>(q.size(3))));
  const Tensor probabilities = at::softmax(scores, -1);
  const Tensor kept = rate > 0 ? drop(probabilities, rate, seed) : probabilities;
  return {product(kept, flatHeads(v)).reshape({batch, heads, queries, v.size(3)}).to(v.scalar_type()), probabilities};
}

#ifdef HAS_FLASH_ATTENTION
// (q, k, v, mask) → y: blocks of scores that are never all in memory, and nothing kept for a gradient
Tensor attentionInference(const Call& call) {
  const auto type = call[2].scalar_type();
  return at::scaled_dot_product_attention(call[0].to(type), call[1].to(type), call[2], maskBias(call[3]).to(type));
}
#endif

// In place in `gradient`: from the gradient of the dropped probabilities to that of the scaled scores.
Tensor scoreGradient(Tensor gradient, const Tensor& probabilities, double rate, double seed, double scale) {
  if (gradient.is_cuda()) {
    if (rate > 0) gradient = drop(gradient, rate, seed);
    return at::_softmax_backward_data(gradient, probabilities, -1, gradient.scalar_type()) * scale;
  }
  const DropoutMask mask(rate, seed);
  float* g = gradient.data_ptr<float>();
  const float* p = probabilities.data_ptr<float>();
  const int64_t width = gradient.size(-1), rows = width > 0 ? gradient.numel() / width : 0;
  at::parallel_for(0, rows, std::max<int64_t>(1, 16384 / std::max<int64_t>(1, width)), [&](int64_t begin, int64_t end) {
    softmaxBackwardRows(g + begin * width, p + begin * width, begin, end - begin, width, static_cast<float>(scale), rate > 0 ? &mask : nullptr);
  });
  return gradient;
}

// (dy, q, k, v, mask, probabilities or y and logarithms), [dropout rate, seed] → dq, dk, dv
Tensors attentionGrad(const Call& call) {
  const Tensor &q = call[1], &k = call[2], &v = call[3], &probabilities = call[5];
  const double rate = call.number(0), seed = call.number(1), scale = 1 / std::sqrt(static_cast<double>(q.size(3)));
#ifdef HAS_FLASH_ATTENTION
  if (suitsFlash(q, rate)) {
    const auto [dq, dk, dv] = at::_scaled_dot_product_flash_attention_for_cpu_backward(
        call[0].to(at::kFloat), q.to(at::kFloat), k.to(at::kFloat), v.to(at::kFloat), call[5], call[6], 0, false, maskBias(call[4]));
    return {dq.to(q.scalar_type()), dk.to(k.scalar_type()), dv.to(v.scalar_type())};
  }
#endif
  const Tensor dy = flatHeads(call[0].to(v.scalar_type()));
  const Tensor kept = rate > 0 ? drop(probabilities, rate, seed) : probabilities;
  const Tensor dv = product(kept.transpose(1, 2), dy);
  const Tensor dScores = scoreGradient(product(dy, flatHeads(v).transpose(1, 2)), probabilities, rate, seed, scale);
  const auto typed = [](const Tensor& gradient, const Tensor& of) { return gradient.reshape(of.sizes()).to(of.scalar_type()); };
  return {typed(product(dScores, flatHeads(k)), q), typed(product(dScores.transpose(1, 2), flatHeads(q)), k), typed(dv, v)};
}

}  // namespace

void registerAttention(KernelTable& table) {
  table.addMany("FusedAttention", attention, BFloat16::taken);
  table.addMany("FusedAttentionGrad", attentionGrad, BFloat16::taken);
#ifdef HAS_FLASH_ATTENTION
  table.add("FusedAttentionInference", attentionInference, BFloat16::taken);
#endif
}

}  // namespace medner
