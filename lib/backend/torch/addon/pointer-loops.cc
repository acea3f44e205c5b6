#include "pointer-loops.h"

#include <cmath>
#include <cstring>

// One copy of each loop for each instruction set, chosen when the addon loads.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__linux__)
#define VECTORISED __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define VECTORISED
#endif
#if defined(__GNUC__)
#define INLINED inline __attribute__((always_inline))
#else
#define INLINED inline
#endif

namespace medner {
namespace {

INLINED uint32_t bits(float x) {
  uint32_t out;
  std::memcpy(&out, &x, sizeof out);
  return out;
}

INLINED float fromBits(uint32_t x) {
  float out;
  std::memcpy(&out, &x, sizeof out);
  return out;
}

// e^x for x ≤ 0, to two units in the last place (the polynomial of Cephes' expf); 0 where the result is no normal number.
INLINED float power(float exponent) {
  const float least = -87.33f;
  const float x = exponent < least ? least : exponent;
  const float integers = 12582912.0f;  // 1.5 · 2²³: adding it rounds to an integer, which its lowest bits then hold
  const float shifted = x * 1.44269504088896341f + integers;
  const float n = shifted - integers;
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;  // x − n log 2
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  p *= fromBits((bits(shifted) + 127u) << 23);
  return exponent < least ? 0.0f : p;
}

}  // namespace

VECTORISED void rotateRows(Rows<const float> x, Rows<float> out, Angles angles, int64_t rows, int64_t pairs, float factor, bool back) {
  const float sign = back ? -factor : factor;
  for (int64_t row = 0; row < rows; row++) {
    const float* from = x.at + row * x.stride;
    float* to = out.at + row * out.stride;
    if (angles.cosine == nullptr) {
#pragma omp simd
      for (int64_t i = 0; i < 2 * pairs; i++) to[i] = factor * from[i];
      continue;
    }
    const float* c = angles.cosine + row * angles.stride;
    const float* s = angles.sine + row * angles.stride;
#pragma omp simd
    for (int64_t i = 0; i < pairs; i++) {
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
      const float e = power(x[i] - most);
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

VECTORISED void accumulate(float* x, const float* y, int64_t count) {
#pragma omp simd
  for (int64_t i = 0; i < count; i++) x[i] += y[i];
}

}  // namespace medner
