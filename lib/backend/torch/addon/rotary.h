// Rotary positions.
#pragma once
#include <ATen/core/Tensor.h>

#include "pointer-loops.h"

namespace medner {

// Cosine and sine of mθᵢ, θᵢ = 10000^(−2i/size), each [positions, size / 2] for at least the positions asked for.
struct RotaryTables {
  at::Tensor cosine;
  at::Tensor sine;
  Angles angles() const;
};

// Made once for each size, and anew when more positions are asked for.
const RotaryTables& rotaryTables(int64_t positions, int64_t size, at::Device device);

// x [..., positions, size] with each pair of neighbouring dimensions turned by its position's angle, or back: contiguous.
at::Tensor rotated(const at::Tensor& x, bool back);

}  // namespace medner
