// Loops over plain memory for the pointer heads and their loss. Results do not depend on how the ranges are cut among threads.
#pragma once
#include <cstdint>

namespace medner {

// Vectors, `stride` floats apart.
template <class Float>
struct Rows {
  Float* at;
  int64_t stride;
};

// Cosines and sines of the first vector's angles, one for each pair of dimensions, and how far the next vector's are from
// them: 0 where all vectors are at one position. Null: no rotation.
struct Angles {
  const float* cosine;
  const float* sine;
  int64_t stride;
  Angles from(int64_t position) const { return cosine == nullptr ? *this : Angles{cosine + position * stride, sine + position * stride, stride}; }
  Angles at(int64_t position) const { return {from(position).cosine, from(position).sine, 0}; }
};

// out ← factor · R x for each of `rows` vectors of `size`: R turns the pair (x₂ᵢ, x₂ᵢ₊₁) by its angle, by the negative angle if
// `back`.
void rotateRows(Rows<const float> x, Rows<float> out, Angles angles, int64_t rows, int64_t size, float factor, bool back);

// A band of products: tile t of four queries, 4t … 4t + 3, meets the `reach` keys from 4t on. `tokens` queries (a multiple of
// four) and tokens + reach − 4 keys, each a row of `stride` floats, of which `size` count and the others are 0.
struct Band {
  static constexpr int64_t tile = 4;
  static constexpr int64_t lanes = 16;  // stride and reach are multiples of it
  int64_t tokens, reach, size, stride;
  int64_t keys() const { return tokens + reach - tile; }
};

// scores[i, u] = queries[i] · keys[i − i mod 4 + u], [tokens, reach]; `transposed` is room for the keys.
void bandScores(const Band& band, const float* queries, const float* keys, float* scores, float* transposed);
// The scores' gradient times the keys, [tokens, stride], and times the queries, [keys, stride].
void bandQueryGradient(const Band& band, const float* dScores, const float* keys, float* dQueries);
void bandKeyGradient(const Band& band, const float* dScores, const float* queries, float* dKeys);

// The sum 1 + Σ e^x as e^most · sum.
struct ExponentSum {
  float most;
  double sum;
};

// x ← e^(x − most) with most = max(0, largest x); −∞ becomes exactly 0.
ExponentSum exponentiate(float* x, int64_t count);

// out ← factor · x
void scaled(const float* x, float* out, int64_t count, float factor);

}  // namespace medner
