// Dropout, and masked scaled dot-product attention with dropout of its probabilities.
#include "kernels.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/ops/_softmax_backward_data.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/rand_like.h>
#include <ATen/ops/softmax.h>

#include <cmath>
#include <mutex>

#include "loops.h"
#include "products.h"

namespace medner {
namespace {

using at::Tensor;

constexpr int64_t kGrain = 1 << 14;
constexpr double kMasked = -1e4;  // as in attention.ts

// On a GPU the mask comes from the device's own generator, seeded anew, so that the gradient draws the same mask again.
Tensor dropOnGpu(const Tensor& x, double rate, double seed) {
  auto generator = at::globalContext().defaultGenerator(x.device());
  {
    std::lock_guard<std::mutex> lock(generator.mutex());
    generator.set_current_seed(static_cast<uint64_t>(seed));
  }
  return x * at::rand_like(x, x.options(), at::MemoryFormat::Contiguous).ge(rate) * (1 / (1 - rate));
}

Tensor drop(const Tensor& given, double rate, double seed) {
  if (given.is_cuda()) return dropOnGpu(given, rate, seed);
  const Tensor x = given.contiguous();
  Tensor out = at::empty_like(x);
  const float* from = x.data_ptr<float>();
  float* to = out.data_ptr<float>();
  const DropoutMask mask(rate, seed);
  at::parallel_for(0, x.numel(), kGrain, [&](int64_t begin, int64_t end) { dropElements(from + begin, to + begin, begin, end - begin, mask); });
  return out;
}

// [batch, heads, n, d] → [batch · heads, n, d]
Tensor flatHeads(const Tensor& x) { return x.reshape({x.size(0) * x.size(1), x.size(2), x.size(3)}); }

// (q, k, v [batch, heads, n, d], mask [batch, keys]), [dropout rate, seed] → y, probabilities [batch · heads, queries, keys]
Tensors attention(const Call& call) {
  const Tensor &q = call[0], &k = call[1], &v = call[2], &mask = call[3];
  const double rate = call.number(0), seed = call.number(1);
  const int64_t batch = q.size(0), heads = q.size(1), queries = q.size(2), keys = k.size(2);
  const Tensor bias = ((1 - mask) * kMasked).reshape({batch, 1, 1, keys}).expand({batch, heads, 1, keys}).reshape({batch * heads, 1, keys});
  const Tensor scores = biasedProduct(bias, flatHeads(q), flatHeads(k).transpose(1, 2), 1 / std::sqrt(static_cast<double>(q.size(3))));
  const Tensor probabilities = at::softmax(scores, -1);
  const Tensor dropped = rate > 0 ? drop(probabilities, rate, seed) : probabilities;
  return {product(dropped, flatHeads(v)).reshape({batch, heads, queries, v.size(3)}), probabilities};
}

// In place in `gradient`: from the gradient of the dropped probabilities to that of the scaled scores.
Tensor scoreGradient(Tensor gradient, const Tensor& probabilities, double rate, double seed, double scale) {
  if (gradient.is_cuda()) {
    if (rate > 0) gradient = drop(gradient, rate, seed);
    return at::_softmax_backward_data(gradient, probabilities, -1, at::kFloat) * scale;
  }
  const DropoutMask mask(rate, seed);
  float* g = gradient.data_ptr<float>();
  const float* p = probabilities.data_ptr<float>();
  const int64_t width = gradient.size(-1), rows = width > 0 ? gradient.numel() / width : 0;
  at::parallel_for(0, rows, std::max<int64_t>(1, kGrain / std::max<int64_t>(1, width)), [&](int64_t begin, int64_t end) {
    softmaxBackwardRows(g + begin * width, p + begin * width, begin, end - begin, width, static_cast<float>(scale), rate > 0 ? &mask : nullptr);
  });
  return gradient;
}

// (dy, q, k, v, probabilities), [dropout rate, seed] → dq, dk, dv
Tensors attentionGrad(const Call& call) {
  const Tensor &q = call[1], &k = call[2], &v = call[3], &probabilities = call[4];
  const double rate = call.number(0), seed = call.number(1), scale = 1 / std::sqrt(static_cast<double>(q.size(3)));
  const Tensor dy = flatHeads(call[0]);
  const Tensor dropped = rate > 0 ? drop(probabilities, rate, seed) : probabilities;
  const Tensor dv = product(dropped.transpose(1, 2), dy);
  const Tensor dScores = scoreGradient(product(dy, flatHeads(v).transpose(1, 2)), probabilities, rate, seed, scale);
  return {product(dScores, flatHeads(k)).reshape(q.sizes()), product(dScores.transpose(1, 2), flatHeads(q)).reshape(k.sizes()),
          dv.reshape(v.sizes())};
}

}  // namespace

void registerAttention(KernelTable& table) {
  // [rate, seed]
  table.add("FusedDropout", [](const Call& call) { return drop(call[0], call.number(0), call.number(1)); });
  table.addMany("FusedAttention", attention);
  table.addMany("FusedAttentionGrad", attentionGrad);
}

}  // namespace medner
