#include "products.h"

#ifdef WITH_DNNL
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <dnnl.h>
#endif
#include <ATen/ops/baddbmm.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/matmul.h>

#include <vector>

namespace medner {

using at::Tensor;

#ifdef WITH_DNNL
namespace {

// A matrix (the last two axes) as oneDNN takes it: rows apart by `stride`, perhaps transposed.
struct Operand {
  Tensor tensor;
  char transposed;
  int64_t stride;
  explicit Operand(const Tensor& given) : tensor(given), transposed('N'), stride(0) {
    const int64_t rows = given.size(-2), columns = given.size(-1);
    if (given.stride(-1) == 1 && given.stride(-2) >= columns) {
      stride = given.stride(-2);
    } else if (given.stride(-2) == 1 && given.stride(-1) >= rows) {
      transposed = 'T';
      stride = given.stride(-1);
    } else {
      tensor = given.contiguous();
      stride = columns;
    }
  }
  const float* matrix(int64_t index) const { return tensor.data_ptr<float>() + (tensor.dim() == 3 ? index * tensor.stride(0) : 0); }
};

bool suits(const Tensor& a, const Tensor& b) {
  return a.scalar_type() == at::kFloat && b.scalar_type() == at::kFloat && !a.is_cuda() && a.numel() > 0 && b.numel() > 0 &&
         a.dim() == b.dim() && (a.dim() == 2 || (a.dim() == 3 && a.size(0) == b.size(0)));
}

Tensor multiply(const Tensor& left, const Tensor& right, float scale) {
  const Operand a(left), b(right);
  const int64_t m = left.size(-2), k = left.size(-1), n = right.size(-1), batch = left.dim() == 3 ? left.size(0) : 1;
  std::vector<int64_t> shape = left.sizes().vec();
  shape.back() = n;
  const Tensor out = at::empty(shape, left.options());
  float* to = out.data_ptr<float>();
  const auto one = [&](int64_t i) {
    dnnl_sgemm(a.transposed, b.transposed, m, n, k, scale, a.matrix(i), a.stride, b.matrix(i), b.stride, 0, to + i * m * n, n);
  };
  if (batch == 1) {
    one(0);
  } else {
    at::parallel_for(0, batch, 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i++) one(i);
    });
  }
  return out;
}

}  // namespace

Tensor product(const Tensor& a, const Tensor& b) {
  if (suits(a, b)) return multiply(a, b, 1);
  if (a.dim() == 4 && b.dim() == 4 && a.sizes().slice(0, 2) == b.sizes().slice(0, 2)) {
    const Tensor flat = product(a.flatten(0, 1), b.flatten(0, 1));
    return flat.reshape({a.size(0), a.size(1), a.size(2), b.size(3)});
  }
  return at::matmul(a, b);
}

Tensor biasedProduct(const Tensor& bias, const Tensor& a, const Tensor& b, double scale) {
  if (!suits(a, b)) return at::baddbmm(bias, a, b, 1, scale);
  return multiply(a, b, static_cast<float>(scale)).add_(bias);
}

void addProduct(Tensor& sum, const Tensor& a, const Tensor& b) { sum.add_(product(a, b)); }

Tensor affine(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  const Tensor rows = x.reshape({-1, weight.size(1)}), transposed = weight.t();
  if (!suits(rows, transposed)) return at::linear(x, weight, bias);
  Tensor y = multiply(rows, transposed, 1);
  if (bias.defined()) y.add_(bias);
  std::vector<int64_t> shape = x.sizes().vec();
  shape.back() = weight.size(0);
  return y.reshape(shape);
}

#else

Tensor product(const Tensor& a, const Tensor& b) { return at::matmul(a, b); }

Tensor biasedProduct(const Tensor& bias, const Tensor& a, const Tensor& b, double scale) { return at::baddbmm(bias, a, b, 1, scale); }

void addProduct(Tensor& sum, const Tensor& a, const Tensor& b) { sum.addmm_(a, b); }

Tensor affine(const Tensor& x, const Tensor& weight, const Tensor& bias) { return at::linear(x, weight, bias); }

#endif

}  // namespace medner
