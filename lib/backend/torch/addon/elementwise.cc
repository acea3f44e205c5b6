// Binary operations with broadcasting, comparisons and selection.
#include "kernels.h"

#include <ATen/ops/add.h>
#include <ATen/ops/atan2.h>
#include <ATen/ops/bitwise_and.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/div.h>
#include <ATen/ops/eq.h>
#include <ATen/ops/floor.h>
#include <ATen/ops/ge.h>
#include <ATen/ops/gt.h>
#include <ATen/ops/le.h>
#include <ATen/ops/logical_and.h>
#include <ATen/ops/logical_or.h>
#include <ATen/ops/lt.h>
#include <ATen/ops/maximum.h>
#include <ATen/ops/minimum.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/nan_to_num.h>
#include <ATen/ops/ne.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/remainder.h>
#include <ATen/ops/square.h>
#include <ATen/ops/sub.h>
#include <ATen/ops/trunc.h>
#include <ATen/ops/where.h>

namespace medner {
namespace {

using at::Tensor;

bool isBool(const Tensor& tensor) { return tensor.scalar_type() == at::kBool; }
// Arithmetic on booleans, which libtorch refuses in part: as integers, then whether the result is not zero.
Tensor arithmetic(const Call& call, Tensor (*operation)(const Tensor&, const Tensor&)) {
  const Tensor &a = call[0], &b = call[1];
  if (isBool(a) && isBool(b)) return operation(a.to(at::kInt), b.to(at::kInt)).to(at::kBool);
  return operation(a, b);
}

// A double tensor as int32 in JavaScript's way: NaN and infinities become 0.
Tensor toInteger(const Tensor& value) { return at::nan_to_num(value, 0, 0, 0).to(at::kInt); }

// Division that rounds down, always to int32; x / 0 is 0.
Tensor floorDivide(const Call& call) {
  return toInteger(at::floor(at::div(call[0].to(at::kDouble), call[1].to(at::kDouble))));
}

// The remainder with the divisor's sign. An integer modulo 0 is 0 (JavaScript's NaN, stored as an integer).
Tensor modulo(const Call& call) {
  const Tensor &a = call[0], &b = call[1];
  if (isFloat(a)) return at::remainder(a, b);
  return toInteger(at::remainder(a.to(at::kDouble), b.to(at::kDouble)));
}

Tensor power(const Call& call) {
  const Tensor &a = call[0], &b = call[1];
  if (isFloat(a) || isFloat(b)) return at::pow(a, b);
  return toInteger(at::trunc(at::pow(a.to(at::kDouble), b.to(at::kDouble))));
}

// where(condition, a, b); a condition of rank 1 chooses whole rows of tensors of higher rank.
Tensor select(const Call& call) {
  Tensor condition = call[0].to(at::kBool);
  const Tensor &a = call[1], &b = call[2];
  if (condition.dim() == 1 && a.dim() > 1) {
    Integers shape(a.dim(), 1);
    shape[0] = condition.size(0);
    condition = condition.reshape(shape);
  }
  return at::where(condition, a, b);
}

}  // namespace

void registerElementwise(KernelTable& table) {
  table.add("Add", [](const Call& call) { return arithmetic(call, [](const Tensor& a, const Tensor& b) { return at::add(a, b); }); }, BFloat16::taken);
  table.add("Sub", [](const Call& call) { return arithmetic(call, [](const Tensor& a, const Tensor& b) { return at::sub(a, b); }); });
  table.add("Multiply", [](const Call& call) { return at::mul(call[0], call[1]); });
  table.add("RealDiv", [](const Call& call) { return at::div(call[0], call[1]); });
  table.add("FloorDiv", floorDivide);
  table.add("Mod", modulo);
  table.add("Pow", power);
  table.add("Maximum", [](const Call& call) { return at::maximum(call[0], call[1]); });
  table.add("Minimum", [](const Call& call) { return at::minimum(call[0], call[1]); });
  table.add("SquaredDifference", [](const Call& call) {
    return arithmetic(call, [](const Tensor& a, const Tensor& b) { return at::square(at::sub(a, b)); });
  });
  table.add("Atan2", [](const Call& call) { return at::atan2(call[0], call[1]); });
  table.add("BitwiseAnd", [](const Call& call) { return at::bitwise_and(call[0], call[1]); });

  table.add("Equal", [](const Call& call) { return at::eq(call[0], call[1]); });
  table.add("NotEqual", [](const Call& call) { return at::ne(call[0], call[1]); });
  table.add("Greater", [](const Call& call) { return at::gt(call[0], call[1]); });
  table.add("GreaterEqual", [](const Call& call) { return at::ge(call[0], call[1]); });
  table.add("Less", [](const Call& call) { return at::lt(call[0], call[1]); });
  table.add("LessEqual", [](const Call& call) { return at::le(call[0], call[1]); });
  table.add("LogicalAnd", [](const Call& call) { return at::logical_and(call[0], call[1]); });
  table.add("LogicalOr", [](const Call& call) { return at::logical_or(call[0], call[1]); });
  table.add("Select", select);

  // [low, high]
  table.add("ClipByValue", [](const Call& call) {
    const Tensor clipped = at::clamp(call[0], call.number(0), call.number(1));
    return isFloat(call[0]) ? clipped : clipped.to(call[0].scalar_type());
  });
  table.add("AddN", [](const Call& call) {
    Tensor sum = call.inputs() == 1 ? call[0].clone() : at::add(call[0], call[1]);
    for (size_t i = 2; i < call.inputs(); i++) sum = call[i].scalar_type() == sum.scalar_type() ? sum.add_(call[i]) : at::add(sum, call[i]);
    return sum;
  }, BFloat16::taken);
}

}  // namespace medner
