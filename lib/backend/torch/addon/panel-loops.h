// Products of a few rows with one matrix, over and over: the recurrent step. The matrix is laid out once; each element of
// the result is summed in the order of k, so it does not depend on how many rows are multiplied together.
#pragma once
#include <cstdint>
#include <vector>

namespace medner {

// A matrix [depth, width] in panels of 48 columns, each panel's rows one after the other.
class Panels {
 public:
  // Element (k, column) is matrix[k · rowStride + column · columnStride].
  Panels(const float* matrix, int64_t depth, int64_t width, int64_t rowStride, int64_t columnStride);

  // Results are written in rows of this many numbers: the width, made a multiple of 16.
  int64_t stride() const { return stride_; }

  // out[r] = a[r] × matrix, or out[r] += that, for `rows` rows.
  void multiply(const float* const* a, int64_t rows, float* out, bool add) const;

 private:
  int64_t depth_, stride_;
  std::vector<float> packed_;
};

}  // namespace medner
