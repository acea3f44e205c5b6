// The forward algorithm of a linear-chain CRF and its derivative, one sequence at a time.
#pragma once
#include <cstdint>
#include <vector>

namespace medner {

class CrfScores {
 public:
  // transitions [labels, labels] (from, to), start and end [labels].
  CrfScores(const float* transitions, const float* start, const float* end, int64_t labels);

  int64_t labels() const { return labels_; }
  // Rows of the transitions, and of their gradient below, are this long: the labels, made whole vectors.
  int64_t width() const { return width_; }
  const float* transitions() const { return transitions_.data(); }
  const float* start() const { return start_; }
  const float* end() const { return end_; }

 private:
  int64_t labels_, width_;
  std::vector<float> transitions_;
  const float *start_, *end_;
};

// The log-partition of emissions [length, labels], length ≥ 1. `sums` [length, labels] is kept for the gradient.
double crfForward(const float* emissions, int64_t length, const CrfScores& scores, float* sums);

// `dy` times the marginals: of the labels into dEmissions [length, labels], of their pairs added to dTransitions [labels, width].
void crfBackward(const float* emissions, int64_t length, const CrfScores& scores, const float* sums, float dy, float* dEmissions,
                 float* dTransitions);

}  // namespace medner
