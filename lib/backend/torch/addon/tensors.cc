#include "tensors.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

namespace medner {
namespace {

std::vector<at::Tensor> slots;
std::vector<int32_t> freeSlots;
std::unordered_map<const void*, int32_t> storageHolders;
MemoryUse use{0, 0, 0};
at::Device target(at::kCPU);

const void* storageOf(const at::Tensor& tensor) { return tensor.storage().unsafeGetStorageImpl(); }

int64_t storageBytes(const at::Tensor& tensor) { return static_cast<int64_t>(tensor.storage().nbytes()); }

}  // namespace

at::ScalarType scalarType(int32_t code) {
  switch (code) {
    case kFloat32: return at::kFloat;
    case kInt32: return at::kInt;
    case kBool: return at::kBool;
  }
  TORCH_CHECK(false, "no element type has the code ", code);
}

int32_t dtypeCode(const at::Tensor& tensor) {
  switch (tensor.scalar_type()) {
    case at::kFloat:
    case at::kBFloat16: return kFloat32;
    case at::kInt: return kInt32;
    case at::kBool: return kBool;
    default: TORCH_CHECK(false, "tfjs has no element type ", tensor.scalar_type());
  }
}

int32_t hold(at::Tensor tensor) {
  if (tensor.scalar_type() == at::kLong) tensor = tensor.to(at::kInt);
  if (tensor.scalar_type() == at::kDouble) tensor = tensor.to(at::kFloat);
  dtypeCode(tensor);
  if (storageHolders[storageOf(tensor)]++ == 0) {
    use.bytes += storageBytes(tensor);
    use.peakBytes = std::max(use.peakBytes, use.bytes);
  }
  use.tensors++;
  if (freeSlots.empty()) {
    slots.push_back(std::move(tensor));
    return static_cast<int32_t>(slots.size()) - 1;
  }
  const int32_t handle = freeSlots.back();
  freeSlots.pop_back();
  slots[handle] = std::move(tensor);
  return handle;
}

at::Tensor& held(int32_t handle) {
  TORCH_CHECK(handle >= 0 && handle < static_cast<int32_t>(slots.size()) && slots[handle].defined(),
              "tensor ", handle, " is disposed");
  return slots[handle];
}

void release(int32_t handle) {
  at::Tensor& tensor = held(handle);
  const auto holders = storageHolders.find(storageOf(tensor));
  if (--holders->second == 0) {
    use.bytes -= storageBytes(tensor);
    storageHolders.erase(holders);
  }
  use.tensors--;
  tensor = at::Tensor();
  freeSlots.push_back(handle);
}

MemoryUse memoryUse() { return use; }

void resetPeak() { use.peakBytes = use.bytes; }

at::Device device() { return target; }

void setDevice(at::Device device) { target = device; }

at::Tensor exclusive(const at::Tensor& tensor) {
  const bool alone = tensor.use_count() == 1 && tensor.storage().use_count() == 1 && tensor.is_contiguous();
  return alone ? tensor : tensor.clone(at::MemoryFormat::Contiguous);
}

}  // namespace medner
