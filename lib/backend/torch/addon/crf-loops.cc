#include "crf-loops.h"

#include <algorithm>
#include <limits>

#include "vector-math.h"

namespace medner {
namespace {

// In place of −∞, so that a difference of two impossible scores is a number.
constexpr float kLowest = std::numeric_limits<float>::lowest();

float greatest(const float* x, int64_t count) { return std::max(kLowest, *std::max_element(x, x + count)); }

// α_t, up to the constant that is returned: states = sums + emissions, less their maximum.
float logStates(const float* sums, const float* emissions, float* states, int64_t labels) {
  for (int64_t j = 0; j < labels; j++) states[j] = sums[j] + emissions[j];
  const float most = greatest(states, labels);
  for (int64_t j = 0; j < labels; j++) states[j] -= most;
  return most;
}

// most[j] = maxᵢ states[i] + transitions[i, j], total[j] = Σᵢ exp(states[i] + transitions[i, j] − most[j])
VECTORISED void sumOverPrevious(const float* states, const float* transitions, int64_t labels, int64_t width, float* most, float* total) {
  std::fill(most, most + width, kLowest);
  std::fill(total, total + width, 0.0f);
  for (int64_t i = 0; i < labels; i++) {
    const float state = states[i];
    const float* row = transitions + i * width;
#pragma omp simd
    for (int64_t j = 0; j < width; j++) most[j] = most[j] < state + row[j] ? state + row[j] : most[j];
  }
  for (int64_t i = 0; i < labels; i++) {
    const float state = states[i];
    const float* row = transitions + i * width;
#pragma omp simd
    for (int64_t j = 0; j < width; j++) total[j] += exponential(state + row[j] - most[j]);
  }
}

// The pairs' marginals, later[j] · exp(states[i] + transitions[i, j] − sums[j]), added to dTransitions; their sums over j
// are the earlier labels' marginals.
VECTORISED void pairMarginals(const float* states, const float* transitions, const float* sums, const float* later, int64_t labels, int64_t width,
                              float* dTransitions, float* earlier) {
  for (int64_t i = 0; i < labels; i++) {
    const float state = states[i];
    const float* row = transitions + i * width;
    float* dRow = dTransitions + i * width;
    float total = 0;
#pragma omp simd reduction(+ : total)
    for (int64_t j = 0; j < width; j++) {
      const float pair = later[j] * exponential(state + row[j] - sums[j]);
      dRow[j] += pair;
      total += pair;
    }
    earlier[i] = total;
  }
}

}  // namespace

CrfScores::CrfScores(const float* transitions, const float* start, const float* end, int64_t labels)
    : labels_(labels), width_((labels + 15) / 16 * 16), transitions_(labels * width_), start_(start), end_(end) {
  for (int64_t i = 0; i < labels; i++) std::copy_n(transitions + i * labels, labels, transitions_.data() + i * width_);
}

double crfForward(const float* emissions, int64_t length, const CrfScores& scores, float* sums) {
  const int64_t labels = scores.labels(), width = scores.width();
  std::vector<float> states(width), most(width), total(width);
  std::copy_n(scores.start(), labels, sums);
  double shift = 0;
  for (int64_t t = 0; t < length; t++, sums += labels, emissions += labels) {
    if (t > 0) {
      sumOverPrevious(states.data(), scores.transitions(), labels, width, most.data(), total.data());
      for (int64_t j = 0; j < labels; j++) sums[j] = most[j] + std::log(total[j]);
    }
    shift += logStates(sums, emissions, states.data(), labels);
  }
  for (int64_t j = 0; j < labels; j++) states[j] += scores.end()[j];
  const double last = greatest(states.data(), labels);
  double sum = 0;
  for (int64_t j = 0; j < labels; j++) sum += std::exp(states[j] - last);
  return shift + last + std::log(sum);
}

void crfBackward(const float* emissions, int64_t length, const CrfScores& scores, const float* sums, float dy, float* dEmissions,
                 float* dTransitions) {
  const int64_t labels = scores.labels(), width = scores.width();
  std::vector<float> states(width), bounded(width), marginals(width), earlier(width);
  const int64_t last = (length - 1) * labels;
  logStates(sums + last, emissions + last, states.data(), labels);
  for (int64_t j = 0; j < labels; j++) states[j] += scores.end()[j];
  const float most = greatest(states.data(), labels);
  float total = 0;
  for (int64_t j = 0; j < labels; j++) total += marginals[j] = exponential(states[j] - most);
  for (int64_t j = 0; j < labels; j++) marginals[j] = total > 0 ? marginals[j] / total * dy : 0;
  for (int64_t t = length - 1; t > 0; t--) {
    std::copy_n(marginals.data(), labels, dEmissions + t * labels);
    logStates(sums + (t - 1) * labels, emissions + (t - 1) * labels, states.data(), labels);
    for (int64_t j = 0; j < labels; j++) bounded[j] = std::max(kLowest, sums[t * labels + j]);
    pairMarginals(states.data(), scores.transitions(), bounded.data(), marginals.data(), labels, width, dTransitions, earlier.data());
    marginals.swap(earlier);
  }
  std::copy_n(marginals.data(), labels, dEmissions);
}

}  // namespace medner
