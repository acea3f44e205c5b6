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

struct AdamFactors {
  float learningRate;   // over the first moment's bias correction
  float shrink;         // 1 − learning rate × weight decay
  float beta1, beta2;
  float deviation;      // 1 / √(1 − β₂ᵗ)
  float epsilon;
};
void adamElements(float* parameter, const float* gradient, float* m, float* v, int64_t count, const AdamFactors& factors);

double sumOfSquares(const float* x, int64_t count);

}  // namespace medner
