// Blocks of a neural network as single kernels, with their gradients.
#include "kernels.h"

#include <ATen/ops/embedding_dense_backward.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/gather.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/gelu_backward.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/native_layer_norm.h>
#include <ATen/ops/native_layer_norm_backward.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>

#include "products.h"

namespace medner {
namespace {

using at::Tensor;

// (x [..., in], weight [out, in], bias [out] or none)
Tensor linear(const Call& call) {
  return affine(call[0], call[1], call.inputs() == 3 ? call[2] : Tensor());
}

// (dy [..., out], x [..., in], weight [out, in]), [withBias]
Tensors linearGrad(const Call& call) {
  const Tensor &x = call[1], &weight = call[2];
  const Tensor dy = call[0].reshape({-1, weight.size(0)});
  Tensors gradients{product(dy, weight).reshape(x.sizes()), product(dy.t(), x.reshape({-1, weight.size(1)}))};
  if (call.flag(0)) gradients.push_back(at::sum(dy, {0}));
  return gradients;
}

// (x, scale, shift), [epsilon] → y, mean, inverse deviation
Tensors layerNorm(const Call& call) {
  const auto [y, mean, inverse] = at::native_layer_norm(call[0], {call[0].size(-1)}, call[1], call[2], call.number(0));
  return {y, mean, inverse};
}

// (dy, x, scale, mean, inverse deviation) → dx, dscale, dshift
Tensors layerNormGrad(const Call& call) {
  const Tensor &x = call[1], &scale = call[2];
  const auto [dx, dScale, dShift] = at::native_layer_norm_backward(call[0].contiguous(), x, {x.size(-1)}, call[3], call[4], scale,
                                                                   scale, {true, true, true});
  return {dx, dScale, dShift};
}

// (dy [m, dimension], ids [m]), [rows]
Tensor embeddingGrad(const Call& call) {
  return at::embedding_dense_backward(call[0].contiguous(), call[1].to(at::kLong), call.integer(0), /*padding_idx=*/-1,
                                      /*scale_grad_by_freq=*/false);
}

// Each row's share in a weighted mean; 0 where all weights are 0.
Tensor shares(const Tensor& weights) {
  const Tensor total = at::sum(weights);
  return weights / at::where(total.eq(0), at::ones_like(total), total);
}

// (logits [m, classes], labels [m], weights [m]) → loss, probabilities
Tensors crossEntropy(const Call& call) {
  const Tensor logProbabilities = at::log_softmax(call[0], 1);
  const Tensor picked = at::gather(logProbabilities, 1, call[1].to(at::kLong).unsqueeze(1)).squeeze(1);
  return {-at::sum(picked * shares(call[2])), at::exp(logProbabilities)};
}

// (dy, probabilities, labels, weights) → dlogits
Tensor crossEntropyGrad(const Call& call) {
  const Tensor factors = (shares(call[3]) * call[0]).unsqueeze(1);
  Tensor gradient = call[1] * factors;
  return gradient.scatter_add_(1, call[2].to(at::kLong).unsqueeze(1), -factors);
}

}  // namespace

void registerBlocks(KernelTable& table) {
  table.add("FusedLinear", linear);
  table.addMany("FusedLinearGrad", linearGrad);
  table.addMany("FusedLayerNorm", layerNorm);
  table.addMany("FusedLayerNormGrad", layerNormGrad);
  table.add("FusedGelu", [](const Call& call) { return at::gelu(call[0]); });
  table.add("FusedGeluGrad", [](const Call& call) { return at::gelu_backward(call[0], call[1]); });
  table.add("FusedEmbeddingGrad", embeddingGrad);
  table.addMany("FusedCrossEntropy", crossEntropy);
  table.add("FusedCrossEntropyGrad", crossEntropyGrad);
}

}  // namespace medner
