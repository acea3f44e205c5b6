// The lengths of padded sequences.
#pragma once
#include <ATen/core/Tensor.h>

#include <vector>

namespace medner {

inline std::vector<int64_t> readLengths(const at::Tensor& lengths, int64_t padded) {
  const at::Tensor values = lengths.to(at::kCPU, at::kLong).contiguous();
  const std::vector<int64_t> out(values.data_ptr<int64_t>(), values.data_ptr<int64_t>() + values.numel());
  for (const int64_t length : out) TORCH_CHECK(length >= 0 && length <= padded, "a length of ", length, " in a batch padded to ", padded);
  return out;
}

}  // namespace medner
