// Loops over plain memory for the pointer heads and their loss. Results do not depend on how the ranges are cut among threads.
#pragma once
#include <cstdint>

namespace medner {

// Vectors, `stride` floats apart.
template <class Float>
struct Rows {
  Float* at;
  int64_t stride;
};

// Cosines and sines of the first vector's angles, one for each pair of dimensions, and how far the next vector's are from
// them: 0 where all vectors are at one position. Null: no rotation.
struct Angles {
  const float* cosine;
  const float* sine;
  int64_t stride;
  Angles from(int64_t position) const { return cosine == nullptr ? *this : Angles{cosine + position * stride, sine + position * stride, stride}; }
  Angles at(int64_t position) const { return {from(position).cosine, from(position).sine, 0}; }
};

// out ← factor · R x for each of `rows` vectors: R turns the pair (x₂ᵢ, x₂ᵢ₊₁) by its angle, by the negative angle if `back`.
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
