// The kernels by name, and what a kernel is given.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "tensors.h"

namespace medner {

using Tensors = std::vector<at::Tensor>;
using Integers = std::vector<int64_t>;

inline bool isFloat(const at::Tensor& tensor) { return tensor.scalar_type() == at::kFloat; }

// What a kernel makes of inputs held in bfloat16: most see them as float32; those that gain by it take them as they are.
enum class BFloat16 { widened, taken };

// One invocation: its input tensors, and its attributes as a list of numbers in the order the kernel documents.
class Call {
 public:
  // `exchange` holds the inputs' handles, then the numbers.
  Call(const double* exchange, size_t inputs, size_t numbers, BFloat16 treatment)
      : handles_(exchange), numbers_(exchange + inputs), inputCount_(inputs), numberCount_(numbers) {
    for (size_t i = 0; treatment == BFloat16::widened && i < inputs; i++) {
      const at::Tensor& given = held(static_cast<int32_t>(handles_[i]));
      if (given.scalar_type() != at::kBFloat16) continue;
      wide_.resize(inputs);
      wide_[i] = given.to(at::kFloat);
    }
  }

  size_t inputs() const { return inputCount_; }
  const at::Tensor& operator[](size_t index) const {
    TORCH_CHECK(index < inputCount_, "input ", index, " is missing");
    if (!wide_.empty() && wide_[index].defined()) return wide_[index];
    return held(static_cast<int32_t>(handles_[index]));
  }
  Tensors tensors(size_t from, size_t count) const {
    Tensors out;
    out.reserve(count);
    for (size_t i = from; i < from + count; i++) out.push_back((*this)[i]);
    return out;
  }

  size_t numbers() const { return numberCount_; }
  double number(size_t index) const {
    TORCH_CHECK(index < numberCount_, "attribute ", index, " is missing");
    return numbers_[index];
  }
  int64_t integer(size_t index) const { return static_cast<int64_t>(number(index)); }
  bool flag(size_t index) const { return number(index) != 0; }
  Integers integers(size_t from, size_t count) const {
    Integers out(count);
    for (size_t i = 0; i < count; i++) out[i] = integer(from + i);
    return out;
  }
  Integers integers(size_t from = 0) const { return integers(from, numberCount_ - from); }

 private:
  const double* handles_;
  const double* numbers_;
  size_t inputCount_;
  size_t numberCount_;
  Tensors wide_;
};

using Kernel = std::function<Tensors(const Call&)>;

// Kernels are called by their index, looked up once by name.
class KernelTable {
 public:
  // A kernel of one result.
  void add(const char* name, at::Tensor (*kernel)(const Call&), BFloat16 treatment = BFloat16::widened) {
    addMany(name, [kernel](const Call& call) { return Tensors{kernel(call)}; }, treatment);
  }
  // A kernel of any number of results.
  void addMany(const char* name, Kernel kernel, BFloat16 treatment = BFloat16::widened) {
    names_.push_back(name);
    entries_.push_back({std::move(kernel), treatment});
  }
  const std::vector<std::string>& names() const { return names_; }
  Tensors run(size_t index, const double* exchange, size_t inputs, size_t numbers) const {
    const Entry& entry = entries_.at(index);
    return entry.kernel(Call(exchange, inputs, numbers, entry.treatment));
  }

 private:
  struct Entry {
    Kernel kernel;
    BFloat16 treatment;
  };
  std::vector<std::string> names_;
  std::vector<Entry> entries_;
};

void registerElementwise(KernelTable& table);
void registerUnary(KernelTable& table);
void registerReductions(KernelTable& table);
void registerShape(KernelTable& table);
void registerIndexing(KernelTable& table);
void registerConvolution(KernelTable& table);
void registerBlocks(KernelTable& table);
void registerNormalisation(KernelTable& table);
void registerDropout(KernelTable& table);
void registerAttention(KernelTable& table);
void registerOptimiser(KernelTable& table);
void registerRecurrent(KernelTable& table);
void registerCrf(KernelTable& table);
void registerRotary(KernelTable& table);
void registerPointer(KernelTable& table);
void registerMultiLabel(KernelTable& table);

}  // namespace medner
