// Matrix products in float32, through oneDNN where libtorch brings no fast ones of its own (Debian's build, whose OpenBLAS
// is about half as fast), else through libtorch.
#pragma once
#include <ATen/core/Tensor.h>

namespace medner {

// [..., m, k] × [..., k, n] → [..., m, n], the leading axes broadcast. Transposed views need no copy.
at::Tensor product(const at::Tensor& a, const at::Tensor& b);

// sum += a b, matrices.
void addProduct(at::Tensor& sum, const at::Tensor& a, const at::Tensor& b);

// bias + scale · a × b for a [batch, m, k], b [batch, k, n] and a bias that broadcasts to [batch, m, n].
at::Tensor biasedProduct(const at::Tensor& bias, const at::Tensor& a, const at::Tensor& b, double scale);

// x [..., in] × weight [out, in]ᵀ + bias [out]; `bias` may be undefined.
at::Tensor affine(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias);

}  // namespace medner
