// Tensors held on behalf of JavaScript, which knows each by a small integer handle.
#pragma once
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <cstdint>

namespace medner {

// The element types of tfjs, by the codes that backend.ts uses. What tfjs takes for float32 may be held in bfloat16.
enum DtypeCode : int32_t { kFloat32 = 0, kInt32 = 1, kBool = 2 };

at::ScalarType scalarType(int32_t code);
int32_t dtypeCode(const at::Tensor& tensor);

// Takes a tensor in, as one of the types above: 64-bit results of libtorch become 32-bit ones.
int32_t hold(at::Tensor tensor);
at::Tensor& held(int32_t handle);
void release(int32_t handle);

// Bytes of the storages that handles refer to, each storage counted once, and their highest sum so far.
struct MemoryUse {
  int64_t bytes;
  int64_t peakBytes;
  int64_t tensors;
};
MemoryUse memoryUse();
void resetPeak();

// Where new tensors are made.
at::Device device();
void setDevice(at::Device device);

// The tensor's own memory to write into: itself if no other tensor sees its elements, else a copy.
at::Tensor exclusive(const at::Tensor& tensor);

}  // namespace medner
