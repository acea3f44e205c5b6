// The Node-API surface: a handful of functions over handles. Arguments and results travel through one Float64Array that
// JavaScript and this module share, so that a call converts nothing.
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <c10/core/InferenceMode.h>
#include <node_api.h>

#include <climits>
#include <cstring>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "kernels.h"

namespace medner {
namespace {

KernelTable table;
double* exchange = nullptr;
size_t exchangeSize = 0;
napi_ref exchangeRef = nullptr;

napi_value number(napi_env env, double value) {
  napi_value out;
  napi_create_double(env, value, &out);
  return out;
}

struct Arguments {
  napi_env env;
  napi_value values[4];
  Arguments(napi_env env, napi_callback_info info) : env(env) {
    size_t count = 4;
    napi_get_cb_info(env, info, &count, values, nullptr, nullptr);
  }
  int32_t integer(size_t index) const {
    int32_t out = 0;
    napi_get_value_int32(env, values[index], &out);
    return out;
  }
  bool flag(size_t index) const {
    bool out = false;
    napi_get_value_bool(env, values[index], &out);
    return out;
  }
  // The memory of a typed array and its number of elements.
  std::pair<void*, size_t> memory(size_t index) const {
    void* data = nullptr;
    size_t length = 0;
    napi_get_typedarray_info(env, values[index], nullptr, &length, &data, nullptr, nullptr);
    return {data, length};
  }
};

// Runs `body`; what libtorch throws becomes a JavaScript exception without its C++ backtrace.
template <class Body>
napi_value guarded(napi_env env, Body body) {
  try {
    c10::InferenceMode inference;
    return body();
  } catch (const c10::Error& error) {
    napi_throw_error(env, nullptr, error.what_without_backtrace());
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
  }
  return nullptr;
}

// bind(array: Float64Array): the shared array.
napi_value bind(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  if (exchangeRef != nullptr) napi_delete_reference(env, exchangeRef);
  napi_create_reference(env, arguments.values[0], 1, &exchangeRef);
  const auto [data, length] = arguments.memory(0);
  exchange = static_cast<double*>(data);
  exchangeSize = length;
  return nullptr;
}

// kernels(): the names, in the order of their indices.
napi_value kernels(napi_env env, napi_callback_info) {
  napi_value names;
  napi_create_array_with_length(env, table.names().size(), &names);
  for (size_t i = 0; i < table.names().size(); i++) {
    napi_value name;
    napi_create_string_utf8(env, table.names()[i].c_str(), NAPI_AUTO_LENGTH, &name);
    napi_set_element(env, names, i, name);
  }
  return names;
}

// run(kernel, inputs, numbers): reads `inputs` handles and `numbers` numbers from the shared array and writes, for each
// result, its handle, dtype, rank and dimensions there. Returns the number of results.
napi_value run(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  return guarded(env, [&] {
    Tensors results = table.run(arguments.integer(0), exchange, arguments.integer(1), arguments.integer(2));
    size_t needed = 0;
    for (const at::Tensor& result : results) needed += 3 + result.dim();
    TORCH_CHECK(needed <= exchangeSize, "the results' shapes need ", needed, " numbers, the shared array has ", exchangeSize);
    double* out = exchange;
    for (at::Tensor& result : results) {
      const int32_t handle = hold(std::move(result));
      const at::Tensor& tensor = held(handle);
      *out++ = handle;
      *out++ = dtypeCode(tensor);
      *out++ = static_cast<double>(tensor.dim());
      for (const int64_t size : tensor.sizes()) *out++ = static_cast<double>(size);
    }
    return number(env, static_cast<double>(results.size()));
  });
}

// create(values: TypedArray, dtype, rank): a tensor with a copy of the values; its shape is in the shared array.
napi_value create(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  return guarded(env, [&] {
    const auto [data, length] = arguments.memory(0);
    const Integers shape(exchange, exchange + arguments.integer(2));
    at::Tensor tensor = at::empty(shape, at::TensorOptions().dtype(scalarType(arguments.integer(1))));
    TORCH_CHECK(static_cast<size_t>(tensor.numel()) == length, length, " values for the shape ", tensor.sizes());
    if (length > 0) std::memcpy(tensor.data_ptr(), data, tensor.nbytes());
    return number(env, hold(tensor.to(device())));
  });
}

// read(handle, values: TypedArray): fills the array with the tensor's values.
napi_value read(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  return guarded(env, [&]() -> napi_value {
    const at::Tensor& stored = held(arguments.integer(0));
    const at::Tensor tensor = (stored.scalar_type() == at::kBFloat16 ? stored.to(at::kFloat) : stored).contiguous().cpu();
    const auto [data, length] = arguments.memory(1);
    TORCH_CHECK(static_cast<size_t>(tensor.numel()) == length, "room for ", length, " values, not ", tensor.numel());
    if (length > 0) std::memcpy(data, tensor.data_ptr(), tensor.nbytes());
    return nullptr;
  });
}

napi_value dispose(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  return guarded(env, [&]() -> napi_value {
    release(arguments.integer(0));
    return nullptr;
  });
}

// configure(threads, cudaIndex): threads of one kernel; the GPU to compute on, -1 for the processor.
napi_value configure(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  return guarded(env, [&]() -> napi_value {
    const int32_t index = arguments.integer(1);
    at::set_num_threads(arguments.integer(0));
    setDevice(index < 0 ? at::Device(at::kCPU) : at::Device(at::kCUDA, static_cast<at::DeviceIndex>(index)));
    at::empty({1}, at::TensorOptions().device(device()));
    return nullptr;
  });
}

// gpus(): how many CUDA devices answer; 0 where libtorch has no CUDA.
napi_value gpus(napi_env env, napi_callback_info) {
  return guarded(env, [&] { return number(env, static_cast<double>(at::getNumGPUs())); });
}

// memory(reset): [bytes, peak bytes, tensors]; `reset` starts the peak anew afterwards.
napi_value memory(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const MemoryUse use = memoryUse();
  if (arguments.flag(0)) resetPeak();
  napi_value out;
  napi_create_array_with_length(env, 3, &out);
  napi_set_element(env, out, 0, number(env, static_cast<double>(use.bytes)));
  napi_set_element(env, out, 1, number(env, static_cast<double>(use.peakBytes)));
  napi_set_element(env, out, 2, number(env, static_cast<double>(use.tensors)));
  return out;
}

// Training frees and asks for the same large blocks over and over. glibc would give each back to the system, which must
// clear it anew: a tenth of a training step's time.
void keepFreedMemory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, INT_MAX);
#endif
}

napi_value initialise(napi_env env, napi_value exports) {
  if (table.names().empty()) {
    keepFreedMemory();
    registerElementwise(table);
    registerUnary(table);
    registerReductions(table);
    registerShape(table);
    registerIndexing(table);
    registerConvolution(table);
    registerBlocks(table);
    registerNormalisation(table);
    registerDropout(table);
    registerAttention(table);
    registerOptimiser(table);
    registerRecurrent(table);
    registerCrf(table);
    registerRotary(table);
    registerPointer(table);
    registerMultiLabel(table);
  }
  const struct {
    const char* name;
    napi_callback function;
  } functions[] = {{"bind", bind},       {"kernels", kernels},     {"run", run},   {"create", create}, {"read", read},
                   {"dispose", dispose}, {"configure", configure}, {"gpus", gpus}, {"memory", memory}};
  for (const auto& [name, function] : functions) {
    napi_value value;
    napi_create_function(env, name, NAPI_AUTO_LENGTH, function, nullptr, &value);
    napi_set_named_property(env, exports, name, value);
  }
  return exports;
}

}  // namespace
}  // namespace medner

NAPI_MODULE_INIT() { return medner::initialise(env, exports); }
