// Loops over plain memory for what libtorch would do in several passes. Results do not depend on how the ranges are cut
// among threads.
#pragma once
#include <cstddef>
#include <cstdint>

namespace medner {

// Which elements dropout keeps: a function of the seed and the element's index alone, as in dropout.ts.
struct DropoutMask {
  DropoutMask(double rate, double seed);
  uint32_t key;
  uint32_t second;
  uint32_t threshold;
  float kept;
};

// out[i] = x[i] or 0 for the elements [first, first + count) of a tensor; the pointers are to element `first`.
void dropElements(const float* x, float* out, int64_t first, int64_t count, const DropoutMask& mask);

// Rows [firstRow, firstRow + rows) of a softmax's backward pass, in place in `gradient`:
// g ← p (g − Σ g p) · scale, where `mask`, if any, is first applied to g.
void softmaxBackwardRows(float* gradient, const float* probabilities, int64_t firstRow, int64_t rows, int64_t width,
                         float scale, const DropoutMask* mask);

// A bfloat16 number: the upper half of a float32.
struct BFloat16Bits {
  uint16_t bits;
};

// Rows [firstRow, firstRow + rows) of LayerNorm(x + dropout(h)); x, and normal and inverse, may be none; the pointers are to row `firstRow`. With s = x + dropout(h):
// inverse = 1 / √(variance(s) + ε), normal = (s − mean(s)) · inverse, y = normal · scale + shift.
void addNormRows(const float* x, const float* h, const float* scale, const float* shift, float* y, float* normal, float* inverse,
                 int64_t firstRow, int64_t rows, int64_t width, float epsilon, const DropoutMask* mask);
void addNormRows(const BFloat16Bits* x, const BFloat16Bits* h, const float* scale, const float* shift, BFloat16Bits* y,
                 BFloat16Bits* normal, float* inverse, int64_t firstRow, int64_t rows, int64_t width, float epsilon,
                 const DropoutMask* mask);

// Its gradient: dx and dh of each row (equal without a mask, and then perhaps the same memory); dScale and dShift are set to
// the sums over these rows.
void addNormBackwardRows(const float* dy, const float* normal, const float* inverse, const float* scale, float* dx, float* dh,
                         float* dScale, float* dShift, int64_t firstRow, int64_t rows, int64_t width, const DropoutMask* mask);
void addNormBackwardRows(const BFloat16Bits* dy, const BFloat16Bits* normal, const float* inverse, const float* scale, BFloat16Bits* dx,
                         BFloat16Bits* dh, float* dScale, float* dShift, int64_t firstRow, int64_t rows, int64_t width,
                         const DropoutMask* mask);

struct AdamFactors {
  float learningRate;   // over the first moment's bias correction
  float shrink;         // 1 − learning rate × weight decay
  float beta1, beta2;
  float fresh1, fresh2; // 1 − β, rounded once: 1 − 0.999f is off by 5e-5
  float deviation;      // 1 / √(1 − β₂ᵗ)
  float epsilon;
};
void adamElements(float* parameter, const float* gradient, float* m, float* v, int64_t count, const AdamFactors& factors);

double sumOfSquares(const float* x, int64_t count);

}  // namespace medner
