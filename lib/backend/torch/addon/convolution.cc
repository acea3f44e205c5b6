// Two-dimensional convolutions and pooling. A one-dimensional convolution reaches here with a height of 1.
#include "kernels.h"

#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/avg_pool2d_backward.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/convolution.h>
#include <ATen/ops/convolution_backward.h>
#include <ATen/ops/div.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/max_pool2d_with_indices.h>
#include <ATen/ops/max_pool2d_with_indices_backward.h>
#include <ATen/ops/ones.h>

#include <limits>

namespace medner {
namespace {

using at::Tensor;

// What every kernel here is given first: [channelsLast, stride, stride, dilation, dilation, top, bottom, left, right].
// tfjs pads each side by its own amount, libtorch both by the same, so inputs are padded before.
struct Window {
  bool channelsLast;
  Integers stride, dilation, padding;
  explicit Window(const Call& call)
      : channelsLast(call.flag(0)), stride(call.integers(1, 2)), dilation(call.integers(3, 2)), padding(call.integers(5, 4)) {}

  // [batch, channels, height, width], as libtorch has it: a view.
  Tensor in(const Tensor& x) const { return channelsLast ? x.permute({0, 3, 1, 2}) : x; }
  Tensor out(const Tensor& y) const { return channelsLast ? y.permute({0, 2, 3, 1}) : y; }
  bool padded() const { return padding[0] != 0 || padding[1] != 0 || padding[2] != 0 || padding[3] != 0; }
  Tensor pad(const Tensor& x, double value) const {
    return padded() ? at::constant_pad_nd(x, {padding[2], padding[3], padding[0], padding[1]}, value) : x;
  }
  Tensor unpad(const Tensor& x, int64_t height, int64_t width) const {
    return padded() ? x.narrow(2, padding[0], height).narrow(3, padding[2], width) : x;
  }
};

constexpr int kWindowNumbers = 9;

// A filter [height, width, in, out] as libtorch's weight [out, in, height, width].
Tensor weightOf(const Tensor& filter) { return filter.permute({3, 2, 0, 1}); }

// A depthwise filter [height, width, in, multiplier] as the weight [in · multiplier, 1, height, width] of `in` groups.
Tensor depthwiseWeight(const Tensor& filter) {
  return filter.permute({2, 3, 0, 1}).reshape({filter.size(2) * filter.size(3), 1, filter.size(0), filter.size(1)});
}

Tensor convolve(const Window& window, const Tensor& x, const Tensor& weight, int64_t groups) {
  return window.out(at::convolution(window.pad(window.in(x), 0), weight, {}, window.stride, {0, 0}, window.dilation, false, {0, 0}, groups));
}

// The gradient of the padded input, or of the weight.
Tensor backward(const Window& window, const Tensor& dy, const Tensor& x, const Tensor& weight, int64_t groups, bool ofInput) {
  const auto gradients = at::convolution_backward(window.in(dy), x, weight, c10::nullopt, window.stride, {0, 0}, window.dilation, false,
                                                  {0, 0}, groups, {ofInput, !ofInput, false});
  return ofInput ? std::get<0>(gradients) : std::get<1>(gradients);
}

// inputs x, filter
Tensor conv2d(const Call& call) { return convolve(Window(call), call[0], weightOf(call[1]), 1); }

Tensor depthwise(const Call& call) { return convolve(Window(call), call[0], depthwiseWeight(call[1]), call[1].size(2)); }

// inputs dy, filter; attributes: the input's batch, channels, height, width
Tensor inputGradient(const Call& call, bool separate) {
  const Window window(call);
  const Integers shape = call.integers(kWindowNumbers, 4);
  const Integers& p = window.padding;
  const Tensor x = at::empty({shape[0], shape[1], shape[2] + p[0] + p[1], shape[3] + p[2] + p[3]}, call[0].options());
  const Tensor dx = backward(window, call[0], x, separate ? depthwiseWeight(call[1]) : weightOf(call[1]), separate ? shape[1] : 1, true);
  return window.out(window.unpad(dx, shape[2], shape[3]));
}

// inputs x, dy; attributes: the filter's height, width, in, and out or multiplier
Tensor filterGradient(const Call& call, bool separate) {
  const Window window(call);
  const Integers shape = call.integers(kWindowNumbers, 4);
  const Tensor x = window.pad(window.in(call[0]), 0);
  const int64_t outputs = separate ? shape[2] * shape[3] : shape[3];
  const Tensor weight = at::empty({outputs, separate ? 1 : shape[2], shape[0], shape[1]}, x.options());
  const Tensor gradient = backward(window, call[1], x, weight, separate ? shape[2] : 1, false);
  if (!separate) return gradient.permute({2, 3, 1, 0});
  return gradient.reshape({shape[2], shape[3], shape[0], shape[1]}).permute({2, 3, 0, 1});
}

Integers filterSize(const Call& call) { return call.integers(kWindowNumbers, 2); }

// input x; attributes: the filter's height and width
Tensor maxPool(const Call& call) {
  const Window window(call);
  const Tensor x = window.pad(window.in(call[0]), -std::numeric_limits<float>::infinity());
  return window.out(std::get<0>(at::max_pool2d_with_indices(x, filterSize(call), window.stride, {0, 0}, window.dilation)));
}

// inputs dy, x
Tensor maxPoolGradient(const Call& call) {
  const Window window(call);
  const Tensor inner = window.in(call[1]);
  const Tensor x = window.pad(inner, -std::numeric_limits<float>::infinity());
  const auto indices = std::get<1>(at::max_pool2d_with_indices(x, filterSize(call), window.stride, {0, 0}, window.dilation));
  const Tensor dx = at::max_pool2d_with_indices_backward(window.in(call[0]), x, filterSize(call), window.stride, {0, 0}, window.dilation, false, indices);
  return window.out(window.unpad(dx, inner.size(2), inner.size(3)));
}

Tensor sums(const Window& window, const Tensor& padded, at::IntArrayRef size) {
  return at::avg_pool2d(padded, size, window.stride, {0, 0}, false, true, 1);
}

// How many elements inside the input each place of the output averages.
Tensor counts(const Window& window, int64_t height, int64_t width, const Tensor& like, at::IntArrayRef size) {
  return sums(window, window.pad(at::ones({1, 1, height, width}, like.options()), 0), size);
}

Tensor averagePool(const Call& call) {
  const Window window(call);
  const Tensor x = window.in(call[0]);
  const Integers size = filterSize(call);
  return window.out(at::div(sums(window, window.pad(x, 0), size), counts(window, x.size(2), x.size(3), x, size)));
}

// inputs dy, x
Tensor averagePoolGradient(const Call& call) {
  const Window window(call);
  const Tensor x = window.in(call[1]);
  const Integers size = filterSize(call);
  const Tensor share = at::div(window.in(call[0]), counts(window, x.size(2), x.size(3), x, size));
  const Tensor dx = at::avg_pool2d_backward(share, window.pad(x, 0), size, window.stride, {0, 0}, false, true, 1);
  return window.out(window.unpad(dx, x.size(2), x.size(3)));
}

}  // namespace

void registerConvolution(KernelTable& table) {
  table.add("Conv2D", conv2d);
  table.add("Conv2DBackpropInput", [](const Call& call) { return inputGradient(call, false); });
  table.add("Conv2DBackpropFilter", [](const Call& call) { return filterGradient(call, false); });
  table.add("DepthwiseConv2dNative", depthwise);
  table.add("DepthwiseConv2dNativeBackpropInput", [](const Call& call) { return inputGradient(call, true); });
  table.add("DepthwiseConv2dNativeBackpropFilter", [](const Call& call) { return filterGradient(call, true); });
  table.add("MaxPool", maxPool);
  table.add("MaxPoolGrad", maxPoolGradient);
  table.add("AvgPool", averagePool);
  table.add("AvgPoolGrad", averagePoolGradient);
}

}  // namespace medner
