// Operations on one tensor, element by element, and changes of the element type.
#include "kernels.h"

#include <ATen/ops/abs.h>
#include <ATen/ops/acos.h>
#include <ATen/ops/acosh.h>
#include <ATen/ops/asin.h>
#include <ATen/ops/asinh.h>
#include <ATen/ops/atan.h>
#include <ATen/ops/atanh.h>
#include <ATen/ops/ceil.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/cos.h>
#include <ATen/ops/cosh.h>
#include <ATen/ops/elu.h>
#include <ATen/ops/erf.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/expm1.h>
#include <ATen/ops/floor.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/gt.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/isinf.h>
#include <ATen/ops/isnan.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/log.h>
#include <ATen/ops/log1p.h>
#include <ATen/ops/logical_not.h>
#include <ATen/ops/nan_to_num.h>
#include <ATen/ops/neg.h>
#include <ATen/ops/reciprocal.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/round.h>
#include <ATen/ops/rsqrt.h>
#include <ATen/ops/selu.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/sign.h>
#include <ATen/ops/sin.h>
#include <ATen/ops/sinh.h>
#include <ATen/ops/softplus.h>
#include <ATen/ops/sqrt.h>
#include <ATen/ops/square.h>
#include <ATen/ops/tan.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/where.h>

namespace medner {
namespace {

using at::Tensor;

// Functions into the real numbers turn integers into floats; the others keep the element type.
Tensor real(const Tensor& tensor) { return isFloat(tensor) ? tensor : tensor.to(at::kFloat); }

Tensor rounded(const Tensor& x, Tensor (*operation)(const Tensor&)) { return isFloat(x) ? operation(x) : x.clone(); }

// [dtype]: floats lose their fraction; NaN and infinities become 0 as an integer and true as a boolean.
Tensor cast(const Call& call) {
  const at::ScalarType type = scalarType(static_cast<int32_t>(call.integer(0)));
  const Tensor& x = call[0];
  if (isFloat(x) && type == at::kInt) return at::nan_to_num(x, 0, 0, 0).to(type);
  return x.to(type, /*non_blocking=*/false, /*copy=*/true);
}

// [alpha]: 1 above zero, alpha elsewhere, NaN where x is NaN.
Tensor step(const Call& call) {
  const Tensor x = real(call[0]);
  const Tensor values = at::where(at::gt(x, 0), at::full_like(x, 1), at::full_like(x, call.number(0)));
  return at::where(at::isnan(x), x, values).to(call[0].scalar_type());
}

}  // namespace

void registerUnary(KernelTable& table) {
  table.add("Cast", cast);
  table.add("Copy", [](const Call& call) { return call[0].clone(at::MemoryFormat::Contiguous); });
  table.add("Step", step);

  table.add("Neg", [](const Call& call) { return at::neg(call[0]); });
  table.add("Square", [](const Call& call) { return at::square(call[0]); });
  table.add("Abs", [](const Call& call) { return at::abs(call[0]); });
  table.add("Sign", [](const Call& call) { return at::sign(call[0]); });
  table.add("Relu", [](const Call& call) { return at::relu(call[0]); });
  table.add("Relu6", [](const Call& call) { return at::clamp(call[0], 0, 6); });
  table.add("Floor", [](const Call& call) { return rounded(call[0], [](const Tensor& x) { return at::floor(x); }); });
  table.add("Ceil", [](const Call& call) { return rounded(call[0], [](const Tensor& x) { return at::ceil(x); }); });
  table.add("Round", [](const Call& call) { return rounded(call[0], [](const Tensor& x) { return at::round(x); }); });
  table.add("LogicalNot", [](const Call& call) { return at::logical_not(call[0]); });
  table.add("IsNan", [](const Call& call) { return at::isnan(call[0]); });
  table.add("IsInf", [](const Call& call) { return at::isinf(call[0]); });
  table.add("IsFinite", [](const Call& call) { return at::isfinite(call[0]); });

  table.add("Exp", [](const Call& call) { return at::exp(real(call[0])); });
  table.add("Expm1", [](const Call& call) { return at::expm1(real(call[0])); });
  table.add("Log", [](const Call& call) { return at::log(real(call[0])); });
  table.add("Log1p", [](const Call& call) { return at::log1p(real(call[0])); });
  table.add("Sqrt", [](const Call& call) { return at::sqrt(real(call[0])); });
  table.add("Rsqrt", [](const Call& call) { return at::rsqrt(real(call[0])); });
  table.add("Reciprocal", [](const Call& call) { return at::reciprocal(real(call[0])); });
  table.add("Erf", [](const Call& call) { return at::erf(real(call[0])); });
  table.add("Sigmoid", [](const Call& call) { return at::sigmoid(real(call[0])); });
  table.add("Softplus", [](const Call& call) { return at::softplus(real(call[0])); });
  table.add("Elu", [](const Call& call) { return at::elu(real(call[0])); });
  table.add("Selu", [](const Call& call) { return at::selu(real(call[0])); });
  table.add("LeakyRelu", [](const Call& call) { return at::leaky_relu(real(call[0]), call.number(0)); });
  table.add("Sin", [](const Call& call) { return at::sin(real(call[0])); });
  table.add("Cos", [](const Call& call) { return at::cos(real(call[0])); });
  table.add("Tan", [](const Call& call) { return at::tan(real(call[0])); });
  table.add("Asin", [](const Call& call) { return at::asin(real(call[0])); });
  table.add("Acos", [](const Call& call) { return at::acos(real(call[0])); });
  table.add("Atan", [](const Call& call) { return at::atan(real(call[0])); });
  table.add("Sinh", [](const Call& call) { return at::sinh(real(call[0])); });
  table.add("Cosh", [](const Call& call) { return at::cosh(real(call[0])); });
  table.add("Tanh", [](const Call& call) { return at::tanh(real(call[0])); });
  table.add("Asinh", [](const Call& call) { return at::asinh(real(call[0])); });
  table.add("Acosh", [](const Call& call) { return at::acosh(real(call[0])); });
  table.add("Atanh", [](const Call& call) { return at::atanh(real(call[0])); });

  // (dy, y): y is the output of Elu.
  table.add("EluGrad", [](const Call& call) { return at::where(at::gt(call[1], 0), call[0], call[0] * (call[1] + 1)); });
  // (x, alpha), alpha broadcast.
  table.add("Prelu", [](const Call& call) { return at::where(at::gt(call[0], 0), call[0], call[0] * call[1]); });
}

}  // namespace medner
