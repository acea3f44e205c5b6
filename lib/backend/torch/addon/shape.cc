// Layout: reshaping, transposing, cutting and joining; new tensors; matrix products.
#include "kernels.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/einsum.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/flip.h>
#include <ATen/ops/full.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/split_with_sizes.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/unbind.h>

#include "products.h"

namespace medner {
namespace {

using at::Tensor;

// [begin…, size…]
Tensor slice(const Call& call) {
  Tensor x = call[0];
  const size_t rank = x.dim();
  for (size_t axis = 0; axis < rank; axis++) {
    const int64_t begin = call.integer(axis), size = call.integer(rank + axis);
    if (begin != 0 || size != x.size(axis)) x = x.narrow(axis, begin, size);
  }
  return x;
}

// [begin…, size…, stride…], for an output of `size`: element i along an axis is element begin + i · stride of the input.
Tensor stridedSlice(const Call& call) {
  Tensor x = call[0];
  const size_t rank = x.dim();
  for (size_t axis = 0; axis < rank; axis++) {
    const int64_t begin = call.integer(axis), size = call.integer(rank + axis), stride = call.integer(2 * rank + axis);
    if (size == 0) {
      x = x.narrow(axis, 0, 0);
    } else if (stride > 0) {
      x = x.slice(axis, begin, begin + (size - 1) * stride + 1, stride);
    } else {
      const Tensor positions = at::arange(begin, begin + size * stride, stride, at::TensorOptions().dtype(at::kLong).device(x.device()));
      x = at::index_select(x, axis, positions);
    }
  }
  return x;
}

// [value, before, after, before, after, …]; libtorch lists the last axis first.
Tensor pad(const Call& call) {
  const Integers given = call.integers(1);
  Integers reversed;
  for (size_t axis = given.size() / 2; axis-- > 0;) {
    reversed.push_back(given[2 * axis]);
    reversed.push_back(given[2 * axis + 1]);
  }
  return at::constant_pad_nd(call[0], reversed, call.number(0));
}

// [transposeA, transposeB]: products of the last two axes, the others broadcast. Transposed operands are only views.
Tensor batchMatMul(const Call& call) {
  Tensor a = call[0], b = call[1];
  if (call.flag(0)) a = a.transpose(-1, -2);
  if (call.flag(1)) b = b.transpose(-1, -2);
  return product(a, b);
}

// The equation's characters as numbers.
Tensor einsum(const Call& call) {
  std::string equation;
  for (const int64_t code : call.integers()) equation.push_back(static_cast<char>(code));
  return at::einsum(equation, call.tensors(0, call.inputs()));
}

}  // namespace

void registerShape(KernelTable& table) {
  table.add("Reshape", [](const Call& call) { return call[0].reshape(call.integers()); }, BFloat16::taken);
  table.add("Transpose", [](const Call& call) { return call[0].permute(call.integers()); }, BFloat16::taken);
  table.add("Slice", slice, BFloat16::taken);
  table.add("StridedSlice", stridedSlice);
  table.add("PadV2", pad);
  table.add("Reverse", [](const Call& call) { return at::flip(call[0], call.integers()); });
  table.add("Tile", [](const Call& call) { return call[0].repeat(call.integers()); });
  table.add("BroadcastTo", [](const Call& call) { return call[0].expand(call.integers()).contiguous(); });
  // [axis]
  table.add("Concat", [](const Call& call) { return at::cat(call.tensors(0, call.inputs()), call.integer(0)); });
  table.add("Pack", [](const Call& call) { return at::stack(call.tensors(0, call.inputs()), call.integer(0)); });
  table.addMany("Unpack", [](const Call& call) { return at::unbind(call[0], call.integer(0)); });
  // [axis, size, size, …]
  table.addMany("SplitV", [](const Call& call) { return at::split_with_sizes(call[0], call.integers(1), call.integer(0)); });
  // [dtype, value, dimension, …]
  table.add("Fill", [](const Call& call) {
    const auto options = at::TensorOptions().dtype(scalarType(static_cast<int32_t>(call.integer(0)))).device(device());
    return at::full(call.integers(2), call.number(1), options);
  });
  table.add("BatchMatMul", batchMatMul);
  table.add("Einsum", einsum);
}

}  // namespace medner
