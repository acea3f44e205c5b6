#include "loops.h"

#include <cmath>

// One copy of each loop for each instruction set, chosen when the addon loads.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__linux__)
#define VECTORISED __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define VECTORISED
#endif

namespace medner {
namespace {

inline uint32_t mix(uint32_t h) {
  h = (h ^ (h >> 16)) * 0x7feb352dU;
  h = (h ^ (h >> 15)) * 0x846ca68bU;
  return h ^ (h >> 16);
}

// The mask comes by value: read through a pointer, it might change with every element written, and no compiler would
// compute several elements at once.
inline float factor(uint32_t index, const DropoutMask mask) {
  uint32_t h = index ^ mask.key;
  h = (h ^ (h >> 16)) * 0x7feb352dU;
  h += mask.second;
  h = (h ^ (h >> 15)) * 0x846ca68bU;
  h ^= h >> 16;
  return h < mask.threshold ? 0.0f : mask.kept;
}

}  // namespace

DropoutMask::DropoutMask(double rate, double seed) {
  const double high = std::floor(seed / 4294967296.0);
  key = mix(static_cast<uint32_t>(static_cast<int64_t>(seed)) ^ 0x9e3779b9U);
  second = mix(key ^ static_cast<uint32_t>(static_cast<int64_t>(high)));
  threshold = static_cast<uint32_t>(std::floor(rate * 4294967296.0 + 0.5));
  kept = static_cast<float>(1 / (1 - rate));
}

VECTORISED void dropElements(const float* x, float* out, int64_t first, int64_t count, const DropoutMask& given) {
  const DropoutMask mask = given;
  const uint32_t start = static_cast<uint32_t>(first);
#pragma omp simd
  for (int64_t i = 0; i < count; i++) out[i] = x[i] * factor(start + static_cast<uint32_t>(i), mask);
}

VECTORISED void softmaxBackwardRows(float* gradient, const float* probabilities, int64_t firstRow, int64_t rows, int64_t width,
                                    float scale, const DropoutMask* given) {
  const DropoutMask mask = given != nullptr ? *given : DropoutMask(0, 0);
  for (int64_t row = 0; row < rows; row++) {
    float* g = gradient + row * width;
    const float* p = probabilities + row * width;
    if (given != nullptr) {
      const uint32_t start = static_cast<uint32_t>((firstRow + row) * width);
#pragma omp simd
      for (int64_t i = 0; i < width; i++) g[i] *= factor(start + static_cast<uint32_t>(i), mask);
    }
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < width; i++) sum += g[i] * p[i];
#pragma omp simd
    for (int64_t i = 0; i < width; i++) g[i] = p[i] * (g[i] - sum) * scale;
  }
}

VECTORISED void adamElements(float* parameter, const float* gradient, float* m, float* v, int64_t count, const AdamFactors& f) {
#pragma omp simd
  for (int64_t i = 0; i < count; i++) {
    const float g = gradient[i];
    const float first = f.beta1 * m[i] + (1 - f.beta1) * g;
    const float second = f.beta2 * v[i] + (1 - f.beta2) * g * g;
    m[i] = first;
    v[i] = second;
    parameter[i] = parameter[i] * f.shrink - f.learningRate * first / (std::sqrt(second) * f.deviation + f.epsilon);
  }
}

VECTORISED double sumOfSquares(const float* x, int64_t count) {
  double sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < count; i++) sum += static_cast<double>(x[i]) * x[i];
  return sum;
}

}  // namespace medner
