// Blocks of a neural network as single kernels, with their gradients.
#include "kernels.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/embedding_dense_backward.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/gather.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/gelu_backward.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>

#include "products.h"

namespace medner {
namespace {

using at::Tensor;

// (x [..., in], weight [out, in], bias [out] or none), computed in the weight's type
Tensor linear(const Call& call) {
  const auto type = call[1].scalar_type();
  return affine(call[0].to(type), call[1], call.inputs() == 3 ? call[2].to(type) : Tensor());
}

// (dy [..., out], x [..., in], weight [out, in]), [withBias] → dx of the weight's type; dweight and dbias, float32
Tensors linearGrad(const Call& call) {
  const Tensor& weight = call[2];
  const Tensor x = call[1].to(weight.scalar_type());
  const Tensor dy = call[0].reshape({-1, weight.size(0)}).to(weight.scalar_type());
  Tensors gradients{product(dy, weight).reshape(x.sizes()), product(dy.t(), x.reshape({-1, weight.size(1)})).to(at::kFloat)};
  if (call.flag(0)) gradients.push_back(at::sum(dy, {0}, /*keepdim=*/false, at::kFloat));
  return gradients;
}

// (x [..., in], then the weight [out, in] and bias [out] of each dense layer) → [..., out, of all layers side by side], as one
// product, in the weights' type
Tensor joinedLinear(const Call& call) {
  const auto type = call[1].scalar_type();
  Tensors weights, biases;
  for (size_t i = 1; i + 1 < call.inputs(); i += 2) {
    weights.push_back(call[i]);
    biases.push_back(call[i + 1]);
  }
  return affine(call[0].to(type), at::cat(weights), at::cat(biases).to(type));
}

// (the gradient of each layer's part [..., out], x [..., in], the weight of each layer) → dx of the weights' type; each layer's
// dweight and dbias, float32
Tensors joinedLinearGrad(const Call& call) {
  const size_t layers = (call.inputs() - 1) / 2;
  const auto type = call[layers + 1].scalar_type();
  const Tensor x = call[layers].to(type), rows = x.reshape({-1, x.size(-1)});
  Tensors gradients{Tensor()};
  for (size_t i = 0; i < layers; i++) {
    const Tensor& weight = call[layers + 1 + i];
    const Tensor dy = call[i].reshape({-1, weight.size(0)}).to(type);
    if (i == 0) gradients[0] = product(dy, weight);
    else addProduct(gradients[0], dy, weight);
    gradients.push_back(product(dy.t(), rows).to(at::kFloat));
    gradients.push_back(at::sum(dy, {0}, /*keepdim=*/false, at::kFloat));
  }
  gradients[0] = gradients[0].reshape(x.sizes());
  return gradients;
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
  table.add("FusedBFloat16", [](const Call& call) { return call[0].to(at::kBFloat16); }, BFloat16::taken);
  table.add("FusedLinear", linear, BFloat16::taken);
  table.addMany("FusedLinearGrad", linearGrad, BFloat16::taken);
  table.add("FusedJoinedLinear", joinedLinear, BFloat16::taken);
  table.addMany("FusedJoinedLinearGrad", joinedLinearGrad, BFloat16::taken);
  table.add("FusedGelu", [](const Call& call) { return at::gelu(call[0]); }, BFloat16::taken);
  table.add("FusedGeluGrad", [](const Call& call) { return at::gelu_backward(call[0], call[1]); }, BFloat16::taken);
  table.add("FusedEmbeddingGrad", embeddingGrad);
  table.addMany("FusedCrossEntropy", crossEntropy);
  table.add("FusedCrossEntropyGrad", crossEntropyGrad);
}

}  // namespace medner
