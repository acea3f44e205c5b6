// Loops over plain memory for the pointer heads and their loss. Results do not depend on how the ranges are cut among threads.
#pragma once
#include <cstdint>

namespace medner {

// Vectors at neighbouring positions, `stride` floats apart.
template <class Float>
struct Rows {
  Float* at;
  int64_t stride;
};

// The tables [position, pairs] of the angles' cosines and sines, from the first row's position on; null: no rotation.
struct Angles {
  const float* cosine;
  const float* sine;
  Angles from(int64_t position, int64_t pairs) const {
    return cosine == nullptr ? *this : Angles{cosine + position * pairs, sine + position * pairs};
  }
};

// out ← factor · R x for each of `rows` rows: R turns the pair (x₂ᵢ, x₂ᵢ₊₁) by its angle, by the negative angle if `back`.
void rotateRows(Rows<const float> x, Rows<float> out, Angles angles, int64_t rows, int64_t pairs, float factor, bool back);

// The sum 1 + Σ e^x as e^most · sum.
struct ExponentSum {
  float most;
  double sum;
};

// x ← e^(x − most) with most = max(0, largest x); −∞ becomes exactly 0.
ExponentSum exponentiate(float* x, int64_t count);

// out ← factor · x
void scaled(const float* x, float* out, int64_t count, float factor);

// x ← x + y
void accumulate(float* x, const float* y, int64_t count);

}  // namespace medner
