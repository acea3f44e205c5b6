// Layer normalisation: alone, and of a residual sum.
#include "kernels.h"

#include <ATen/Parallel.h>
#include <ATen/ops/add.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/sum.h>

#include <algorithm>

#include "dropout.h"
#include "loops.h"

namespace medner {
namespace {

using at::Tensor;

template <class Element>
Element* elements(const Tensor& tensor) {
  return static_cast<Element*>(tensor.data_ptr());
}

// Calls `body` with a null pointer of the tensor's element type.
template <class Body>
void byType(const Tensor& tensor, Body body) {
  if (tensor.scalar_type() == at::kBFloat16) body(static_cast<BFloat16Bits*>(nullptr));
  else body(static_cast<float*>(nullptr));
}

constexpr int64_t kRowsPerTask = 32;

struct Dropout {
  double rate = 0;
  double seed = 0;
};

// h [..., width], scale, shift [width], and a residual x as h, or none → y = LayerNorm(x + dropout(h)) of h's type,
// and, if `forGradient`, normal = (x + dropout(h) − mean) / deviation of h's type, inverse deviation [rows]
Tensors normalise(const Tensor& residual, const Tensor& given, const Tensor& givenScale, const Tensor& givenShift, double epsilon, Dropout dropout,
                  bool forGradient) {
  const Tensor h = given.contiguous(), scale = givenScale.contiguous(), shift = givenShift.contiguous();
  const Tensor x = residual.defined() ? residual.to(h.scalar_type()).contiguous() : residual;
  const auto [rate, seed] = dropout;
  const int64_t width = h.size(-1), rows = width > 0 ? h.numel() / width : 0;
  if (h.is_cuda()) {
    Tensor sum = (rate > 0 ? drop(h, rate, seed) : h).to(at::kFloat);
    if (x.defined()) sum = sum + x;
    const Tensor centred = sum - at::mean(sum, {-1}, true);
    const Tensor inverse = (at::mean(centred * centred, {-1}, true) + epsilon).rsqrt();
    const Tensor normal = centred * inverse;
    const Tensor y = (normal * scale + shift).to(h.scalar_type());
    return forGradient ? Tensors{y, normal.to(h.scalar_type()), inverse.reshape({rows})} : Tensors{y};
  }
  const Tensor y = at::empty_like(h), normal = forGradient ? at::empty_like(h) : Tensor(), inverse = forGradient ? at::empty({rows}, scale.options()) : Tensor();
  const DropoutMask mask(rate, seed);
  byType(h, [&](auto* type) {
    using Element = std::remove_pointer_t<decltype(type)>;
    const Element *xs = x.defined() ? elements<Element>(x) : nullptr, *hs = elements<Element>(h);
    Element *ys = elements<Element>(y), *normals = forGradient ? elements<Element>(normal) : nullptr;
    float* inverses = forGradient ? elements<float>(inverse) : nullptr;
    at::parallel_for(0, rows, kRowsPerTask, [&](int64_t begin, int64_t end) {
      const int64_t at = begin * width;
      addNormRows(xs != nullptr ? xs + at : nullptr, hs + at, elements<float>(scale), elements<float>(shift), ys + at, forGradient ? normals + at : nullptr,
                  forGradient ? inverses + begin : nullptr, begin, end - begin, width, static_cast<float>(epsilon), rate > 0 ? &mask : nullptr);
    });
  });
  return forGradient ? Tensors{y, normal, inverse} : Tensors{y};
}

// → dx, dh (the same tensor without dropout) of normal's type; dscale, dshift
Tensors normaliseGrad(const Tensor& gradient, const Tensor& givenNormal, const Tensor& givenInverse, const Tensor& givenScale, Dropout dropout) {
  const Tensor normal = givenNormal.contiguous(), dy = gradient.to(normal.scalar_type()).contiguous();
  const Tensor inverse = givenInverse.contiguous(), scale = givenScale.contiguous();
  const auto [rate, seed] = dropout;
  const int64_t width = normal.size(-1), rows = width > 0 ? normal.numel() / width : 0;
  if (normal.is_cuda()) {
    const Tensor wide = dy.to(at::kFloat), n = normal.to(at::kFloat), dNormal = wide * scale;
    const Tensor dx = ((dNormal - at::mean(dNormal, {-1}, true) - n * at::mean(dNormal * n, {-1}, true)) *
                       inverse.reshape(n.sizes().slice(0, n.dim() - 1)).unsqueeze(-1)).to(normal.scalar_type());
    return {dx, rate > 0 ? drop(dx, rate, seed) : dx, at::sum((wide * n).reshape({-1, width}), {0}),
            at::sum(wide.reshape({-1, width}), {0})};
  }
  const Tensor dx = at::empty_like(normal), dh = rate > 0 ? at::empty_like(normal) : dx;
  // Sums over rows in as many parts as the rows allow, whatever the number of threads: the bits stay the same.
  const int64_t parts = std::max<int64_t>(1, std::min<int64_t>(16, rows / kRowsPerTask));
  const Tensor sums = at::empty({2, parts, width}, scale.options());
  const DropoutMask mask(rate, seed);
  byType(normal, [&](auto* type) {
    using Element = std::remove_pointer_t<decltype(type)>;
    const Element *dys = elements<Element>(dy), *normals = elements<Element>(normal);
    Element *dxs = elements<Element>(dx), *dhs = elements<Element>(dh);
    at::parallel_for(0, parts, 1, [&](int64_t begin, int64_t end) {
      for (int64_t part = begin; part < end; part++) {
        const int64_t first = rows * part / parts, count = rows * (part + 1) / parts - first, at = first * width;
        float* dScale = elements<float>(sums) + part * width;
        addNormBackwardRows(dys + at, normals + at, elements<float>(inverse) + first, elements<float>(scale), dxs + at, dhs + at, dScale,
                            dScale + parts * width, first, count, width, rate > 0 ? &mask : nullptr);
      }
    });
  });
  return {dx, dh, at::sum(sums[0], {0}), at::sum(sums[1], {0})};
}

}  // namespace

void registerNormalisation(KernelTable& table) {
  // (x, scale, shift), [epsilon, for a gradient] → y and, for that, normal, inverse deviation
  table.addMany("FusedLayerNorm", [](const Call& call) { return normalise(Tensor(), call[0], call[1], call[2], call.number(0), {}, call.flag(1)); });
  // (dy, normal, inverse deviation, scale) → dx, dscale, dshift
  table.addMany("FusedLayerNormGrad", [](const Call& call) {
    const Tensors gradients = normaliseGrad(call[0], call[1], call[2], call[3], {});
    return Tensors{gradients[0], gradients[2], gradients[3]};
  });
  // (x, h, scale, shift), [dropout rate, seed, epsilon, for a gradient] → y and, for that, normal, inverse deviation
  table.addMany("FusedAddNorm", [](const Call& call) {
    return normalise(call[0], call[1], call[2], call[3], call.number(2), {call.number(0), call.number(1)}, call.flag(3));
  }, BFloat16::taken);
  // (dy, normal, inverse deviation, scale), [dropout rate, seed] → dx, dh, dscale, dshift
  table.addMany("FusedAddNormGrad", [](const Call& call) {
    return normaliseGrad(call[0], call[1], call[2], call[3], {call.number(0), call.number(1)});
  }, BFloat16::taken);
}

}  // namespace medner
