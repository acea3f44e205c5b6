// Steps over all parameters of a model at once. They write into the tensors they are given when nothing else sees them.
#include "kernels.h"

#include <ATen/Parallel.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/stack.h>

#include <cmath>

#include "loops.h"

namespace medner {
namespace {

using at::Tensor;

constexpr int64_t kChunk = 1 << 15;

void adamTensor(const Tensor& parameter, const Tensor& gradient, const Tensor& m, const Tensor& v, const AdamFactors& f) {
  if (parameter.is_cuda()) {
    m.mul_(f.beta1).add_(gradient, f.fresh1);
    v.mul_(f.beta2).addcmul_(gradient, gradient, f.fresh2);
    parameter.mul_(f.shrink).addcdiv_(m, v.sqrt().mul_(f.deviation).add_(f.epsilon), -f.learningRate);
    return;
  }
  float *p = parameter.data_ptr<float>(), *first = m.data_ptr<float>(), *second = v.data_ptr<float>();
  const float* g = gradient.data_ptr<float>();
  at::parallel_for(0, parameter.numel(), kChunk, [&](int64_t begin, int64_t end) {
    adamElements(p + begin, g + begin, first + begin, second + begin, end - begin, f);
  });
}

// (parameters…, first moments…, second moments…, gradients…), [beta1, beta2, epsilon, step, learning rates…, decays…]
// → parameters…, first moments…, second moments…
Tensors adamStep(const Call& call) {
  const size_t count = call.inputs() / 4;
  const double beta1 = call.number(0), beta2 = call.number(1), step = call.number(3);
  Tensors updated(3 * count);
  for (size_t i = 0; i < 3 * count; i++) updated[i] = exclusive(call[i]);
  for (size_t i = 0; i < count; i++) {
    const double learningRate = call.number(4 + i), decay = call.number(4 + count + i);
    AdamFactors factors;
    factors.learningRate = static_cast<float>(learningRate / (1 - std::pow(beta1, step)));
    factors.shrink = static_cast<float>(1 - learningRate * decay);
    factors.beta1 = static_cast<float>(beta1);
    factors.beta2 = static_cast<float>(beta2);
    factors.fresh1 = static_cast<float>(1 - beta1);
    factors.fresh2 = static_cast<float>(1 - beta2);
    factors.deviation = static_cast<float>(1 / std::sqrt(1 - std::pow(beta2, step)));
    factors.epsilon = static_cast<float>(call.number(2));
    adamTensor(updated[i], call[3 * count + i].contiguous(), updated[count + i], updated[2 * count + i], factors);
  }
  return updated;
}

double squaredNorm(const Tensor& given) {
  const Tensor x = given.contiguous();
  const float* values = x.data_ptr<float>();
  // One partial sum a chunk, added in order: the result does not depend on the threads.
  std::vector<double> partial((x.numel() + kChunk - 1) / kChunk);
  at::parallel_for(0, static_cast<int64_t>(partial.size()), 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) partial[i] = sumOfSquares(values + i * kChunk, std::min(kChunk, x.numel() - i * kChunk));
  });
  double sum = 0;
  for (const double part : partial) sum += part;
  return sum;
}

double globalNorm(const Call& call) {
  if (call.inputs() > 0 && call[0].is_cuda()) {
    Tensors norms;
    for (size_t i = 0; i < call.inputs(); i++) norms.push_back(at::linalg_vector_norm(call[i]));
    return at::linalg_vector_norm(at::stack(norms)).item<double>();
  }
  double sum = 0;
  for (size_t i = 0; i < call.inputs(); i++) sum += squaredNorm(call[i]);
  return std::sqrt(sum);
}

// (gradients…), [largest norm] → norm, and the scaled gradients if any scaling is due
Tensors globalNormClip(const Call& call) {
  const double norm = globalNorm(call), limit = call.number(0);
  Tensors results{at::scalar_tensor(norm, at::TensorOptions().dtype(at::kFloat))};
  if (!std::isfinite(norm) || norm <= limit) return results;
  const double factor = limit / (norm + 1e-6);
  for (size_t i = 0; i < call.inputs(); i++) results.push_back(exclusive(call[i]).mul_(factor));
  return results;
}

}  // namespace

void registerOptimiser(KernelTable& table) {
  table.addMany("FusedAdamStep", adamStep);
  table.addMany("FusedGlobalNormClip", globalNormClip);
}

}  // namespace medner
