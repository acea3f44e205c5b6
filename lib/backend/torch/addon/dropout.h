// Dropout whose mask a gradient can draw again.
#pragma once
#include <ATen/core/Tensor.h>

namespace medner {

// x, float32 or on a GPU any type, with each element zeroed with probability `rate` and the rest divided by 1 − rate. The
// seed alone decides which.
at::Tensor drop(const at::Tensor& x, double rate, double seed);

}  // namespace medner
