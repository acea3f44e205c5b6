#include "panel-loops.h"

#include <algorithm>
#include <cstring>

#define INLINED __attribute__((always_inline)) inline

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__linux__)
#define WITH_X86_TARGETS
#endif

namespace medner {
namespace {

constexpr int64_t kLanes = 16, kVectors = 3;

// 16 floats, wherever they lie; compilers cut them into what the instruction set has.
typedef float Lanes __attribute__((vector_size(64), aligned(4), may_alias));

// kRows × (16 · kColumns) results, held in registers while k runs. `step` is from one row of the panel to the next.
template <int kRows, int kColumns>
INLINED void tile(const float* const* a, const float* panel, int64_t step, int64_t depth, float* out, int64_t stride, bool add) {
  Lanes sums[kRows][kColumns];
  const float* rows[kRows];
#pragma GCC unroll 8
  for (int r = 0; r < kRows; r++) {
    rows[r] = a[r];
#pragma GCC unroll 3
    for (int c = 0; c < kColumns; c++) sums[r][c] = add ? *reinterpret_cast<const Lanes*>(out + r * stride + c * kLanes) : Lanes{};
  }
  for (int64_t k = 0; k < depth; k++, panel += step) {
    Lanes weights[kColumns];
#pragma GCC unroll 3
    for (int c = 0; c < kColumns; c++) weights[c] = *reinterpret_cast<const Lanes*>(panel + c * kLanes);
#pragma GCC unroll 8
    for (int r = 0; r < kRows; r++) {
      const float factor = rows[r][k];
#pragma GCC unroll 3
      for (int c = 0; c < kColumns; c++) sums[r][c] += factor * weights[c];
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < kRows; r++) {
#pragma GCC unroll 3
    for (int c = 0; c < kColumns; c++) *reinterpret_cast<Lanes*>(out + r * stride + c * kLanes) = sums[r][c];
  }
}

// All columns of one panel, kColumns vectors at a time.
template <int kRows, int kColumns>
INLINED void strip(const float* const* a, const float* panel, int64_t vectors, int64_t depth, float* out, int64_t stride, bool add) {
  const int64_t step = vectors * kLanes;
  int64_t v = 0;
  for (; v + kColumns <= vectors; v += kColumns) tile<kRows, kColumns>(a, panel + v * kLanes, step, depth, out + v * kLanes, stride, add);
  for (; v < vectors; v++) tile<kRows, 1>(a, panel + v * kLanes, step, depth, out + v * kLanes, stride, add);
}

// Up to kMost rows; the switch makes their number a constant.
template <int kMost, int kColumns>
INLINED void rowsOf(int64_t rows, const float* const* a, const float* panel, int64_t vectors, int64_t depth, float* out, int64_t stride, bool add) {
#define ROWS(count) \
  case count: return strip<(count) <= kMost ? (count) : 1, kColumns>(a, panel, vectors, depth, out, stride, add);
  switch (rows) { ROWS(1) ROWS(2) ROWS(3) ROWS(4) ROWS(5) ROWS(6) ROWS(7) ROWS(8) }
#undef ROWS
}

using Strip = void (*)(int64_t, const float* const*, const float*, int64_t, int64_t, float*, int64_t, bool);

struct Kernel {
  Strip strip;
  int64_t rows;  // at most, as many as the registers hold
};

void plainStrip(int64_t rows, const float* const* a, const float* panel, int64_t vectors, int64_t depth, float* out, int64_t stride, bool add) {
  rowsOf<2, 1>(rows, a, panel, vectors, depth, out, stride, add);
}

#ifdef WITH_X86_TARGETS
__attribute__((target("avx2,fma"))) void avx2Strip(int64_t rows, const float* const* a, const float* panel, int64_t vectors, int64_t depth, float* out, int64_t stride, bool add) {
  rowsOf<4, 1>(rows, a, panel, vectors, depth, out, stride, add);
}

__attribute__((target("avx512f"))) void avx512Strip(int64_t rows, const float* const* a, const float* panel, int64_t vectors, int64_t depth, float* out, int64_t stride, bool add) {
  rowsOf<8, kVectors>(rows, a, panel, vectors, depth, out, stride, add);
}
#endif

Kernel choose() {
#ifdef WITH_X86_TARGETS
  if (__builtin_cpu_supports("avx512f")) return {avx512Strip, 8};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return {avx2Strip, 4};
#endif
  return {plainStrip, 2};
}

}  // namespace

Panels::Panels(const float* matrix, int64_t depth, int64_t width, int64_t rowStride, int64_t columnStride)
    : depth_(depth), stride_((width + kLanes - 1) / kLanes * kLanes), packed_(depth * stride_) {
  for (int64_t from = 0; from < width; from += kVectors * kLanes) {
    const int64_t step = std::min(kVectors * kLanes, stride_ - from), columns = std::min(step, width - from);
    float* panel = packed_.data() + from * depth;
    for (int64_t k = 0; k < depth; k++) {
      for (int64_t c = 0; c < columns; c++) panel[k * step + c] = matrix[k * rowStride + (from + c) * columnStride];
    }
  }
}

void Panels::multiply(const float* const* a, int64_t rows, float* out, bool add) const {
  static const Kernel kernel = choose();
  const int64_t blocks = (rows + kernel.rows - 1) / kernel.rows;
  for (int64_t from = 0; from < stride_; from += kVectors * kLanes) {
    const int64_t vectors = std::min(kVectors, (stride_ - from) / kLanes);
    for (int64_t block = 0; block < blocks; block++) {
      const int64_t first = rows * block / blocks, count = rows * (block + 1) / blocks - first;
      kernel.strip(count, a + first, packed_.data() + from * depth_, vectors, depth_, out + first * stride_ + from, stride_, add);
    }
  }
}

}  // namespace medner
