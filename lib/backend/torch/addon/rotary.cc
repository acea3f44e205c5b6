#include "rotary.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/stack.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "kernels.h"

namespace medner {
namespace {

RotaryTables makeTables(int64_t positions, int64_t size, at::Device device) {
  const int64_t pairs = size / 2;
  const at::Tensor cosine = at::empty({positions, pairs}, at::TensorOptions().dtype(at::kFloat)), sine = at::empty_like(cosine);
  float *c = cosine.data_ptr<float>(), *s = sine.data_ptr<float>();
  for (int64_t i = 0; i < pairs; i++) {
    const double theta = std::pow(10000.0, static_cast<double>(-2 * i) / static_cast<double>(size));
    for (int64_t m = 0; m < positions; m++) {
      c[m * pairs + i] = static_cast<float>(std::cos(static_cast<double>(m) * theta));
      s[m * pairs + i] = static_cast<float>(std::sin(static_cast<double>(m) * theta));
    }
  }
  return {cosine.to(device), sine.to(device)};
}

at::Tensor rotatedOnGpu(const at::Tensor& x, const RotaryTables& tables, bool back) {
  const int64_t n = x.size(-2);
  const at::Tensor a = x.slice(-1, 0, c10::nullopt, 2), b = x.slice(-1, 1, c10::nullopt, 2);  // [..., n, pairs]
  const at::Tensor c = tables.cosine.narrow(0, 0, n), s = tables.sine.narrow(0, 0, n) * (back ? -1 : 1);
  return at::stack({a * c - b * s, b * c + a * s}, -1).reshape(x.sizes());
}

}  // namespace

Angles RotaryTables::angles() const { return {cosine.data_ptr<float>(), sine.data_ptr<float>(), cosine.size(1)}; }

const RotaryTables& rotaryTables(int64_t positions, int64_t size, at::Device device) {
  static std::map<std::pair<int64_t, bool>, RotaryTables> made;
  RotaryTables& tables = made[{size, device.is_cuda()}];
  if (!tables.cosine.defined() || tables.cosine.size(0) < positions) {
    tables = makeTables(std::max<int64_t>(positions, tables.cosine.defined() ? 2 * tables.cosine.size(0) : 128), size, device);
  }
  return tables;
}

at::Tensor rotated(const at::Tensor& given, bool back) {
  if (given.scalar_type() == at::kBFloat16) return rotated(given.to(at::kFloat), back).to(at::kBFloat16);
  const int64_t n = given.size(-2), size = given.size(-1);
  const RotaryTables& tables = rotaryTables(n, size, given.device());
  if (given.is_cuda()) return rotatedOnGpu(given, tables, back);
  const at::Tensor x = size == 0 || given.stride(-1) == 1 ? given : given.contiguous();
  const at::Tensor out = at::empty(x.sizes(), x.options());
  if (x.numel() == 0) return out;
  const Angles angles = tables.angles();
  const float* from = x.data_ptr<float>();
  float* to = out.data_ptr<float>();
  // Where the vectors of the given index into the leading axes begin, which may be a transposed view's.
  const auto begins = [&](int64_t index) {
    int64_t offset = 0;
    for (int64_t axis = x.dim() - 3; axis >= 0; axis--) {
      offset += index % x.size(axis) * x.stride(axis);
      index /= x.size(axis);
    }
    return from + offset;
  };
  at::parallel_for(0, x.numel() / size, std::max<int64_t>(1, (1 << 14) / size), [&](int64_t begin, int64_t end) {
    while (begin < end) {
      const int64_t outer = begin / n, position = begin % n, rows = std::min(end - begin, n - position);
      rotateRows({begins(outer) + position * x.stride(-2), x.stride(-2)}, {to + begin * size, size}, angles.from(position), rows, size, 1, back);
      begin += rows;
    }
  });
  return out;
}

void registerRotary(KernelTable& table) {
  // [back]
  table.add("FusedRope", [](const Call& call) { return rotated(call[0], call.flag(0)); }, BFloat16::taken);
}

}  // namespace medner
