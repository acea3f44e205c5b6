// The multi-label cross-entropy of multi-label-loss.ts.
#pragma once
#include "kernels.h"

namespace medner {

// log(1 + Σ e^−s) of a row's positives, whose scores become −∞ so that no sum over the rest counts them; and their weights
// e^−s / (1 + Σ e^−s).
double takePositives(float* scores, const int64_t* cells, size_t count, std::vector<float>& weights);

// On any device, of whole tensors: x [rows, cells], −∞ where no candidate is; positions of the positives in x, flattened.
// The mean loss over the rows, and the gradient for x if asked for.
Tensors multiLabelLossOnGpu(const at::Tensor& x, const Integers& positives, bool withGradient);

}  // namespace medner
