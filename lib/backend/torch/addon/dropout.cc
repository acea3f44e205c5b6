#include "dropout.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/rand_like.h>

#include <mutex>

#include "kernels.h"
#include "loops.h"

namespace medner {
namespace {

using at::Tensor;

// On a GPU the mask comes from the device's own generator, seeded anew, so that the gradient draws the same mask again.
Tensor dropOnGpu(const Tensor& x, double rate, double seed) {
  auto generator = at::globalContext().defaultGenerator(x.device());
  {
    std::lock_guard<std::mutex> lock(generator.mutex());
    generator.set_current_seed(static_cast<uint64_t>(seed));
  }
  return x * at::rand_like(x, x.options().dtype(at::kFloat), at::MemoryFormat::Contiguous).ge(rate) * (1 / (1 - rate));
}

}  // namespace

Tensor drop(const Tensor& given, double rate, double seed) {
  if (given.is_cuda()) return dropOnGpu(given, rate, seed);
  constexpr int64_t grain = 1 << 14;
  const Tensor x = given.contiguous();
  Tensor out = at::empty_like(x);
  const float* from = x.data_ptr<float>();
  float* to = out.data_ptr<float>();
  const DropoutMask mask(rate, seed);
  at::parallel_for(0, x.numel(), grain, [&](int64_t begin, int64_t end) { dropElements(from + begin, to + begin, begin, end - begin, mask); });
  return out;
}

void registerDropout(KernelTable& table) {
  // [rate, seed]
  table.add("FusedDropout", [](const Call& call) { return drop(call[0], call.number(0), call.number(1)); });
}

}  // namespace medner
