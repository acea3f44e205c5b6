#include "pointer-loops.h"

#include <cmath>
#include <cstring>
#include <type_traits>

#include "vector-math.h"

#if defined(__GNUC__)
#define INLINED inline __attribute__((always_inline))
#define INLINED_BODY __attribute__((always_inline))
#else
#define INLINED inline
#define INLINED_BODY
#endif

namespace medner {
namespace {

// Four rows × `width` groups of lanes of a sum of outer products, held in registers.
template <int width>
struct Tile {
  typedef float Lanes __attribute__((vector_size(4 * Band::lanes)));
  Lanes sum[Band::tile][width] = {};

  // Adds the outer product of four factors, `stride` apart, and the values.
  INLINED void add(const float* values, const float* factors, int64_t stride) {
    for (int g = 0; g < width; g++) {
      Lanes lanes;
      std::memcpy(&lanes, values + g * Band::lanes, sizeof lanes);
      for (int row = 0; row < Band::tile; row++) sum[row][g] += lanes * factors[row * stride];
    }
  }
  INLINED void store(float* out, int64_t stride) const {
    for (int row = 0; row < Band::tile; row++) std::memcpy(out + row * stride, sum[row], sizeof sum[row]);
  }
};

// Cuts `count` lanes into panels that fit the registers: calls `work(groups of lanes, first lane)`.
template <class Work>
INLINED void eachPanel(int64_t count, Work work) {
  int64_t at = 0;
  for (; at + 3 * Band::lanes <= count && at + 4 * Band::lanes != count; at += 3 * Band::lanes) work(std::integral_constant<int, 3>(), at);
  for (; at + 2 * Band::lanes <= count; at += 2 * Band::lanes) work(std::integral_constant<int, 2>(), at);
  if (at < count) work(std::integral_constant<int, 1>(), at);
}

}  // namespace

VECTORISED void rotateRows(Rows<const float> x, Rows<float> out, Angles angles, int64_t rows, int64_t size, float factor, bool back) {
  const float sign = back ? -factor : factor;
  for (int64_t row = 0; row < rows; row++) {
    const float* from = x.at + row * x.stride;
    float* to = out.at + row * out.stride;
    if (angles.cosine == nullptr) {
#pragma omp simd
      for (int64_t i = 0; i < size; i++) to[i] = factor * from[i];
      continue;
    }
    const float* c = angles.cosine + row * angles.stride;
    const float* s = angles.sine + row * angles.stride;
#pragma omp simd
    for (int64_t i = 0; i < size / 2; i++) {
      const float a = from[2 * i], b = from[2 * i + 1];
      to[2 * i] = a * (factor * c[i]) - b * (sign * s[i]);
      to[2 * i + 1] = b * (factor * c[i]) + a * (sign * s[i]);
    }
  }
}

VECTORISED ExponentSum exponentiate(float* x, int64_t count) {
  float most = 0;
#pragma omp simd reduction(max : most)
  for (int64_t i = 0; i < count; i++) most = x[i] > most ? x[i] : most;
  ExponentSum out{most, std::exp(-static_cast<double>(most))};
  constexpr int64_t part = 1024;  // few enough that a float holds their sum well
  for (int64_t begin = 0; begin < count; begin += part) {
    const int64_t end = begin + part < count ? begin + part : count;
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = begin; i < end; i++) {
      const float e = exponential(x[i] - most);
      x[i] = e;
      sum += e;
    }
    out.sum += sum;
  }
  return out;
}

VECTORISED void scaled(const float* x, float* out, int64_t count, float factor) {
#pragma omp simd
  for (int64_t i = 0; i < count; i++) out[i] = factor * x[i];
}

VECTORISED void bandScores(const Band& band, const float* queries, const float* keys, float* scores, float* transposed) {
  const int64_t count = band.keys();
  for (int64_t j = 0; j < count; j += Band::tile) {
    for (int64_t d = 0; d < band.size; d++) {
      for (int64_t of = 0; of < Band::tile; of++) transposed[d * count + j + of] = keys[(j + of) * band.stride + d];
    }
  }
  for (int64_t i = 0; i < band.tokens; i += Band::tile) {
    const float* q = queries + i * band.stride;
    eachPanel(band.reach, [&](auto width, int64_t u) INLINED_BODY {
      Tile<decltype(width)::value> tile;
      for (int64_t d = 0; d < band.size; d++) tile.add(transposed + d * count + i + u, q + d, band.stride);
      tile.store(scores + i * band.reach + u, band.reach);
    });
  }
}

VECTORISED void bandQueryGradient(const Band& band, const float* dScores, const float* keys, float* dQueries) {
  for (int64_t i = 0; i < band.tokens; i += Band::tile) {
    const float* d = dScores + i * band.reach;
    eachPanel(band.stride, [&](auto width, int64_t at) INLINED_BODY {
      Tile<decltype(width)::value> tile;
      for (int64_t u = 0; u < band.reach; u++) tile.add(keys + (i + u) * band.stride + at, d + u, band.reach);
      tile.store(dQueries + i * band.stride + at, band.stride);
    });
  }
}

VECTORISED void bandKeyGradient(const Band& band, const float* dScores, const float* queries, float* dKeys) {
  for (int64_t j = 0; j < band.keys(); j += Band::tile) {
    const int64_t begin = j < band.reach ? 0 : j - band.reach + Band::tile, end = j + Band::tile < band.tokens ? j + Band::tile : band.tokens;
    eachPanel(band.stride, [&](auto width, int64_t at) INLINED_BODY {
      Tile<decltype(width)::value> tile;
      for (int64_t i = begin; i < end; i++) tile.add(queries + i * band.stride + at, dScores + i * band.reach + j - i / Band::tile * Band::tile, 1);
      tile.store(dKeys + j * band.stride + at, band.stride);
    });
  }
}

}  // namespace medner
