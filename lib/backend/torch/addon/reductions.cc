// Sums, extrema and scans along axes, softmax, sorting, counting.
#include "kernels.h"

#include <ATen/ops/all.h>
#include <ATen/ops/amax.h>
#include <ATen/ops/amin.h>
#include <ATen/ops/any.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/argmin.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/cumprod.h>
#include <ATen/ops/cumsum.h>
#include <ATen/ops/flip.h>
#include <ATen/ops/full.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/prod.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/sort.h>
#include <ATen/ops/sum.h>

#include <algorithm>

namespace medner {
namespace {

using at::Tensor;

// Attributes of every reduction: [keepDims, axis, axis, …]; no axis means no change.
struct Axes {
  bool keep;
  Integers axes;
  explicit Axes(const Call& call) : keep(call.flag(0)), axes(call.integers(1)) {}
};

// Sums and products of booleans and integers are integers.
at::ScalarType accumulator(const Tensor& x) { return x.scalar_type() == at::kFloat ? at::kFloat : at::kInt; }

// Reduces one axis after the other, last first, for operations that libtorch offers along a single axis.
template <class Operation>
Tensor oneByOne(Tensor x, Axes axes, Operation operation) {
  std::sort(axes.axes.rbegin(), axes.axes.rend());
  for (const int64_t axis : axes.axes) x = operation(x, axis, axes.keep);
  return x;
}

// [exclusive, reverse, axis]. An exclusive scan starts from `first` and leaves the last element out.
Tensor scan(const Call& call, double first, Tensor (*operation)(const Tensor&, int64_t, at::ScalarType)) {
  const bool exclusive = call.flag(0), reverse = call.flag(1);
  const int64_t axis = call.integer(2);
  Tensor x = call[0];
  if (reverse) x = at::flip(x, {axis});
  Tensor y = operation(x, axis, accumulator(x));
  if (exclusive && y.size(axis) > 0) {
    Integers shape = y.sizes().vec();
    shape[axis] = 1;
    y = at::cat({at::full(shape, first, y.options()), y.narrow(axis, 0, y.size(axis) - 1)}, axis);
  }
  return reverse ? at::flip(y, {axis}) : y;
}

// [k]: the k largest along the last axis, largest first, the earlier of equals first.
Tensors topK(const Call& call) {
  const auto [values, indices] = at::sort(call[0], /*stable=*/true, -1, /*descending=*/true);
  const int64_t k = call.integer(0);
  return {values.narrow(-1, 0, k).contiguous(), indices.narrow(-1, 0, k).contiguous()};
}

}  // namespace

void registerReductions(KernelTable& table) {
  table.add("Sum", [](const Call& call) {
    const Axes axes(call);
    const Tensor& x = call[0];
    return axes.axes.empty() ? x.to(accumulator(x), false, true) : at::sum(x, axes.axes, axes.keep, accumulator(x));
  });
  table.add("Mean", [](const Call& call) {
    const Axes axes(call);
    const Tensor& x = call[0];
    return axes.axes.empty() ? x.to(at::kFloat, false, true) : at::mean(x, axes.axes, axes.keep, at::kFloat);
  });
  table.add("Max", [](const Call& call) {
    const Axes axes(call);
    return axes.axes.empty() ? call[0].clone() : at::amax(call[0], axes.axes, axes.keep);
  });
  table.add("Min", [](const Call& call) {
    const Axes axes(call);
    return axes.axes.empty() ? call[0].clone() : at::amin(call[0], axes.axes, axes.keep);
  });
  table.add("Prod", [](const Call& call) {
    return oneByOne(call[0].to(accumulator(call[0]), false, true), Axes(call),
                    [](const Tensor& x, int64_t axis, bool keep) { return at::prod(x, axis, keep, x.scalar_type()); });
  });
  table.add("All", [](const Call& call) {
    return oneByOne(call[0].to(at::kBool, false, true), Axes(call),
                    [](const Tensor& x, int64_t axis, bool keep) { return at::all(x, axis, keep); });
  });
  table.add("Any", [](const Call& call) {
    return oneByOne(call[0].to(at::kBool, false, true), Axes(call),
                    [](const Tensor& x, int64_t axis, bool keep) { return at::any(x, axis, keep); });
  });
  // [axis]: the first of equal extrema.
  table.add("ArgMax", [](const Call& call) { return at::argmax(call[0].to(accumulator(call[0])), call.integer(0)); });
  table.add("ArgMin", [](const Call& call) { return at::argmin(call[0].to(accumulator(call[0])), call.integer(0)); });
  table.add("Cumsum", [](const Call& call) {
    return scan(call, 0, [](const Tensor& x, int64_t axis, at::ScalarType type) { return at::cumsum(x, axis, type); });
  });
  table.add("Cumprod", [](const Call& call) {
    return scan(call, 1, [](const Tensor& x, int64_t axis, at::ScalarType type) { return at::cumprod(x, axis, type); });
  });
  // [axis]
  table.add("Softmax", [](const Call& call) { return at::softmax(call[0], call.integer(0), at::kFloat); });
  table.add("LogSoftmax", [](const Call& call) { return at::log_softmax(call[0], call.integer(0), at::kFloat); });
  table.addMany("TopK", topK);
}

}  // namespace medner
