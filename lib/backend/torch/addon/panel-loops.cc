#include "panel-loops.h"

#include <algorithm>

#define INLINED __attribute__((always_inline)) inline

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__linux__)
#define WITH_X86_TARGETS
#endif

namespace medner {
namespace {

constexpr int64_t kPanel = 48;     // columns
constexpr int64_t kMultiple = 16;  // of the width: whole vectors of every kind below

// Floats of one vector register, wherever they lie in memory. (Types of other sizes than the registers' are cut up, badly.)
template <int kLanes>
struct Vector;
template <>
struct Vector<16> {
  typedef float Type __attribute__((vector_size(64), aligned(4), may_alias));
};
template <>
struct Vector<8> {
  typedef float Type __attribute__((vector_size(32), aligned(4), may_alias));
};
template <>
struct Vector<4> {
  typedef float Type __attribute__((vector_size(16), aligned(4), may_alias));
};

// The operands of a product with one panel.
struct Operands {
  const float* const* a;
  const float* panel;
  int64_t columns, depth;
  float* out;
  int64_t stride;
  bool add;
};

// kRows rows × kVectors vectors of results from column `from` on, held in registers while k runs.
template <int kLanes, int kRows, int kVectors>
INLINED void tile(const Operands& o, int64_t from) {
  using Lanes = typename Vector<kLanes>::Type;
  Lanes sums[kRows][kVectors];
  const float* rows[kRows];
#pragma GCC unroll 8
  for (int r = 0; r < kRows; r++) {
    rows[r] = o.a[r];
#pragma GCC unroll 3
    for (int v = 0; v < kVectors; v++) sums[r][v] = o.add ? *reinterpret_cast<const Lanes*>(o.out + r * o.stride + from + v * kLanes) : Lanes{};
  }
  const float* panel = o.panel + from;
  const int64_t depth = o.depth, columns = o.columns;
  for (int64_t k = 0; k < depth; k++, panel += columns) {
    Lanes weights[kVectors];
#pragma GCC unroll 3
    for (int v = 0; v < kVectors; v++) weights[v] = *reinterpret_cast<const Lanes*>(panel + v * kLanes);
#pragma GCC unroll 8
    for (int r = 0; r < kRows; r++) {
      const float factor = rows[r][k];
#pragma GCC unroll 3
      for (int v = 0; v < kVectors; v++) sums[r][v] += factor * weights[v];
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < kRows; r++) {
#pragma GCC unroll 3
    for (int v = 0; v < kVectors; v++) *reinterpret_cast<Lanes*>(o.out + r * o.stride + from + v * kLanes) = sums[r][v];
  }
}

template <int kLanes, int kRows>
INLINED void strip(const Operands& o) {
  int64_t from = 0;
  for (; from + 3 * kLanes <= o.columns; from += 3 * kLanes) tile<kLanes, kRows, 3>(o, from);
  for (; from < o.columns; from += kLanes) tile<kLanes, kRows, 1>(o, from);
}

// Up to kMost rows; the switch makes their number a constant.
template <int kLanes, int kMost>
INLINED void rowsOf(int64_t rows, const Operands& o) {
#define ROWS(count) \
  case count: return strip<kLanes, (count) <= kMost ? (count) : 1>(o);
  switch (rows) { ROWS(1) ROWS(2) ROWS(3) ROWS(4) ROWS(5) ROWS(6) ROWS(7) ROWS(8) }
#undef ROWS
}

struct Kernel {
  void (*multiply)(int64_t rows, const Operands& operands);
  int64_t rows;  // at most: rows × 3 sums, 3 weights and a factor fill the registers
};

void multiply4(int64_t rows, const Operands& o) { rowsOf<4, 4>(rows, o); }

#ifdef WITH_X86_TARGETS
__attribute__((target("avx2,fma"))) void multiply8(int64_t rows, const Operands& o) { rowsOf<8, 4>(rows, o); }
__attribute__((target("avx512f"))) void multiply16(int64_t rows, const Operands& o) { rowsOf<16, 8>(rows, o); }
#endif

Kernel choose() {
#ifdef WITH_X86_TARGETS
  if (__builtin_cpu_supports("avx512f")) return {multiply16, 8};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return {multiply8, 4};
#endif
  return {multiply4, 4};
}

}  // namespace

Panels::Panels(const float* matrix, int64_t depth, int64_t width, int64_t rowStride, int64_t columnStride)
    : depth_(depth), stride_((width + kMultiple - 1) / kMultiple * kMultiple), packed_(depth * stride_) {
  for (int64_t from = 0; from < width; from += kPanel) {
    const int64_t step = std::min(kPanel, stride_ - from), columns = std::min(step, width - from);
    float* panel = packed_.data() + from * depth;
    for (int64_t k = 0; k < depth; k++) {
      for (int64_t c = 0; c < columns; c++) panel[k * step + c] = matrix[k * rowStride + (from + c) * columnStride];
    }
  }
}

void Panels::multiply(const float* const* a, int64_t rows, float* out, bool add) const {
  static const Kernel kernel = choose();
  const int64_t blocks = (rows + kernel.rows - 1) / kernel.rows;
  for (int64_t from = 0; from < stride_; from += kPanel) {
    for (int64_t block = 0; block < blocks; block++) {
      const int64_t first = rows * block / blocks, count = rows * (block + 1) / blocks - first;
      kernel.multiply(count, {a + first, packed_.data() + from * depth_, std::min(kPanel, stride_ - from), depth_, out + first * stride_ + from, stride_, add});
    }
  }
}

}  // namespace medner
