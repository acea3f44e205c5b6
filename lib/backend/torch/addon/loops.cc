#include "loops.h"

#include <cmath>
#include <cstring>
#include <vector>

#include "vectorised.h"

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

inline float widened(float value) { return value; }
inline float widened(BFloat16Bits value) {
  const uint32_t bits = static_cast<uint32_t>(value.bits) << 16;
  float out;
  std::memcpy(&out, &bits, sizeof(out));
  return out;
}
// To the nearest, halves to even; a NaN stays one.
inline void narrow(float value, float& out) { out = value; }
inline void narrow(float value, BFloat16Bits& out) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  const uint32_t rounded = (bits + 0x7fffU + ((bits >> 16) & 1U)) >> 16;
  out.bits = static_cast<uint16_t>(value != value ? 0x7fc0U : rounded);
}

template <class Element>
inline __attribute__((always_inline)) void addNorm(const Element* x, const Element* h, const float* scale, const float* shift, Element* y,
                                                   Element* normal, float* inverse, int64_t firstRow, int64_t rows, int64_t width,
                                                   float epsilon, const DropoutMask* given) {
  const DropoutMask mask = given != nullptr ? *given : DropoutMask(0, 0);
  std::vector<float> buffer(width);
  float* s = buffer.data();
  for (int64_t row = 0; row < rows; row++) {
    const int64_t at = row * width;
    if (given != nullptr) {
      const uint32_t start = static_cast<uint32_t>((firstRow + row) * width);
#pragma omp simd
      for (int64_t i = 0; i < width; i++) s[i] = widened(h[at + i]) * factor(start + static_cast<uint32_t>(i), mask);
    } else {
#pragma omp simd
      for (int64_t i = 0; i < width; i++) s[i] = widened(h[at + i]);
    }
    if (x != nullptr) {
#pragma omp simd
      for (int64_t i = 0; i < width; i++) s[i] += widened(x[at + i]);
    }
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < width; i++) sum += s[i];
    const float mean = sum / width;
    float squares = 0;
#pragma omp simd reduction(+ : squares)
    for (int64_t i = 0; i < width; i++) {
      s[i] -= mean;
      squares += s[i] * s[i];
    }
    const float inverseOfRow = 1 / std::sqrt(squares / width + epsilon);
    if (normal == nullptr) {
#pragma omp simd
      for (int64_t i = 0; i < width; i++) narrow(s[i] * inverseOfRow * scale[i] + shift[i], y[at + i]);
      continue;
    }
    inverse[row] = inverseOfRow;
#pragma omp simd
    for (int64_t i = 0; i < width; i++) {
      const float n = s[i] * inverseOfRow;
      narrow(n, normal[at + i]);
      narrow(n * scale[i] + shift[i], y[at + i]);
    }
  }
}

template <class Element>
inline __attribute__((always_inline)) void addNormBackward(const Element* dy, const Element* normal, const float* inverse, const float* scale,
                                                           Element* dx, Element* dh, float* dScale, float* dShift, int64_t firstRow,
                                                           int64_t rows, int64_t width, const DropoutMask* given) {
  const DropoutMask mask = given != nullptr ? *given : DropoutMask(0, 0);
  for (int64_t i = 0; i < width; i++) dScale[i] = dShift[i] = 0;
  for (int64_t row = 0; row < rows; row++) {
    const int64_t at = row * width;
    float along = 0, alongNormal = 0;
#pragma omp simd reduction(+ : along, alongNormal)
    for (int64_t i = 0; i < width; i++) {
      const float g = widened(dy[at + i]), n = widened(normal[at + i]), d = g * scale[i];
      along += d;
      alongNormal += d * n;
      dScale[i] += g * n;
      dShift[i] += g;
    }
    const float mean = along / width, slope = alongNormal / width, inverseOfRow = inverse[row];
    if (given != nullptr) {
      const uint32_t start = static_cast<uint32_t>((firstRow + row) * width);
#pragma omp simd
      for (int64_t i = 0; i < width; i++) {
        const float d = (widened(dy[at + i]) * scale[i] - mean - widened(normal[at + i]) * slope) * inverseOfRow;
        narrow(d, dx[at + i]);
        narrow(d * factor(start + static_cast<uint32_t>(i), mask), dh[at + i]);
      }
    } else {
#pragma omp simd
      for (int64_t i = 0; i < width; i++) {
        const float d = (widened(dy[at + i]) * scale[i] - mean - widened(normal[at + i]) * slope) * inverseOfRow;
        narrow(d, dx[at + i]);
      }
    }
  }
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

VECTORISED void addNormRows(const float* x, const float* h, const float* scale, const float* shift, float* y, float* normal, float* inverse,
                            int64_t firstRow, int64_t rows, int64_t width, float epsilon, const DropoutMask* mask) {
  addNorm(x, h, scale, shift, y, normal, inverse, firstRow, rows, width, epsilon, mask);
}

VECTORISED void addNormRows(const BFloat16Bits* x, const BFloat16Bits* h, const float* scale, const float* shift, BFloat16Bits* y,
                            BFloat16Bits* normal, float* inverse, int64_t firstRow, int64_t rows, int64_t width, float epsilon,
                            const DropoutMask* mask) {
  addNorm(x, h, scale, shift, y, normal, inverse, firstRow, rows, width, epsilon, mask);
}

VECTORISED void addNormBackwardRows(const float* dy, const float* normal, const float* inverse, const float* scale, float* dx, float* dh,
                                    float* dScale, float* dShift, int64_t firstRow, int64_t rows, int64_t width, const DropoutMask* mask) {
  addNormBackward(dy, normal, inverse, scale, dx, dh, dScale, dShift, firstRow, rows, width, mask);
}

VECTORISED void addNormBackwardRows(const BFloat16Bits* dy, const BFloat16Bits* normal, const float* inverse, const float* scale,
                                    BFloat16Bits* dx, BFloat16Bits* dh, float* dScale, float* dShift, int64_t firstRow, int64_t rows,
                                    int64_t width, const DropoutMask* mask) {
  addNormBackward(dy, normal, inverse, scale, dx, dh, dScale, dShift, firstRow, rows, width, mask);
}

VECTORISED void adamElements(float* parameter, const float* gradient, float* m, float* v, int64_t count, const AdamFactors& f) {
#pragma omp simd
  for (int64_t i = 0; i < count; i++) {
    const float g = gradient[i];
    const float first = f.beta1 * m[i] + f.fresh1 * g;
    const float second = f.beta2 * v[i] + f.fresh2 * g * g;
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
