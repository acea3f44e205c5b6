// Layer normalisation: alone, and of a residual sum.
#include "kernels.h"

#include <ATen/Parallel.h>
#include <ATen/ops/add.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/native_layer_norm.h>
#include <ATen/ops/native_layer_norm_backward.h>
#include <ATen/ops/sum.h>

#include <algorithm>

#include "dropout.h"
#include "loops.h"

namespace medner {
namespace {

using at::Tensor;

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

// (x, h [..., width], scale, shift [width]), [dropout rate, seed, epsilon] → y = LayerNorm(x + dropout(h)) of h's type,
// normal = (x + dropout(h) − mean) / deviation of h's type, inverse deviation [rows]
Tensors addNorm(const Call& call) {
  const Tensor h = call[1].contiguous(), x = call[0].to(h.scalar_type()).contiguous();
  const Tensor scale = call[2].contiguous(), shift = call[3].contiguous();
  const double rate = call.number(0), seed = call.number(1), epsilon = call.number(2);
  const int64_t width = h.size(-1), rows = width > 0 ? h.numel() / width : 0;
  if (h.is_cuda()) {
    const Tensor sum = (rate > 0 ? drop(h, rate, seed) : h).to(at::kFloat) + x;
    const Tensor centred = sum - at::mean(sum, {-1}, true);
    const Tensor inverse = (at::mean(centred * centred, {-1}, true) + epsilon).rsqrt();
    const Tensor normal = centred * inverse;
    return {(normal * scale + shift).to(h.scalar_type()), normal.to(h.scalar_type()), inverse.reshape({rows})};
  }
  const Tensor y = at::empty_like(h), normal = at::empty_like(h), inverse = at::empty({rows}, scale.options());
  const DropoutMask mask(rate, seed);
  byType(h, [&](auto* type) {
    using Element = std::remove_pointer_t<decltype(type)>;
    const Element *xs = elements<Element>(x), *hs = elements<Element>(h);
    Element *ys = elements<Element>(y), *normals = elements<Element>(normal);
    at::parallel_for(0, rows, kRowsPerTask, [&](int64_t begin, int64_t end) {
      const int64_t at = begin * width;
      addNormRows(xs + at, hs + at, elements<float>(scale), elements<float>(shift), ys + at, normals + at, elements<float>(inverse) + begin,
                  begin, end - begin, width, static_cast<float>(epsilon), rate > 0 ? &mask : nullptr);
    });
  });
  return {y, normal, inverse};
}

// (dy, normal, inverse deviation, scale), [dropout rate, seed] → dx, dh of normal's type; dscale, dshift
Tensors addNormGrad(const Call& call) {
  const Tensor normal = call[1].contiguous(), dy = call[0].to(normal.scalar_type()).contiguous();
  const Tensor inverse = call[2].contiguous(), scale = call[3].contiguous();
  const double rate = call.number(0), seed = call.number(1);
  const int64_t width = normal.size(-1), rows = width > 0 ? normal.numel() / width : 0;
  if (normal.is_cuda()) {
    const Tensor gradient = dy.to(at::kFloat), n = normal.to(at::kFloat), dNormal = gradient * scale;
    const Tensor dx = ((dNormal - at::mean(dNormal, {-1}, true) - n * at::mean(dNormal * n, {-1}, true)) *
                       inverse.reshape(n.sizes().slice(0, n.dim() - 1)).unsqueeze(-1)).to(normal.scalar_type());
    return {dx, rate > 0 ? drop(dx, rate, seed) : dx, at::sum((gradient * n).reshape({-1, width}), {0}),
            at::sum(gradient.reshape({-1, width}), {0})};
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
  table.addMany("FusedLayerNorm", layerNorm);
  table.addMany("FusedLayerNormGrad", layerNormGrad);
  table.addMany("FusedAddNorm", addNorm, BFloat16::taken);
  table.addMany("FusedAddNormGrad", addNormGrad, BFloat16::taken);
}

}  // namespace medner
