// Elementary functions in float that a compiler can turn into vector instructions: the C library's are calls, one element
// at a time. To be included only by files of plain loops.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstring>

#include "vectorised.h"

namespace medner {

// eˣ to 2 units in the last place (S. Moshier, Cephes, expf): eˣ = 2ⁿ eʳ with |r| ≤ log 2 / 2. It is 0 below −87.3, where
// floats lose precision, and stays at e⁸⁸ above 88, so that it never overflows.
inline float exponential(float x) {
  const float bounded = x < -87.3f ? -87.3f : x > 88.0f ? 88.0f : x;
  // Adding 1.5 · 2²³ rounds to an integer, which stands in the low bits.
  const float shifted = bounded * 1.44269504f + 12582912.0f;
  const float n = shifted - 12582912.0f;
  const float r = (bounded - n * 0.693359375f) + n * 2.12194440e-4f;
  float series = 1.9875691500e-4f;
  series = series * r + 1.3981999507e-3f;
  series = series * r + 8.3334519073e-3f;
  series = series * r + 4.1665795894e-2f;
  series = series * r + 1.6666665459e-1f;
  series = series * r + 5.0000001201e-1f;
  int32_t bits;
  std::memcpy(&bits, &shifted, sizeof bits);
  bits = static_cast<int32_t>(static_cast<uint32_t>(bits - 0x4b400000 + 127) << 23);
  float power;
  std::memcpy(&power, &bits, sizeof power);
  const float value = (series * r * r + r + 1.0f) * power;
  return x < -87.3f ? 0.0f : value;
}

inline float sigmoid(float x) { return 1.0f / (1.0f + exponential(-x)); }

// tanh, by its own series near 0, where 1 − 2 / (e²ˣ + 1) would cancel (Cephes, tanhf).
inline float hyperbolicTangent(float x) {
  const float size = std::fabs(x), square = x * x;
  float series = -5.70498872745e-3f;
  series = series * square + 2.06390887954e-2f;
  series = series * square - 5.37397155531e-2f;
  series = series * square + 1.33314422036e-1f;
  series = series * square - 3.33332819422e-1f;
  const float near = x + x * square * series;
  const float far = std::copysign(1.0f - 2.0f / (exponential(2.0f * size) + 1.0f), x);
  return size < 0.625f ? near : far;
}

}  // namespace medner
