// One sequence's step through the gates of a recurrent layer, forward and backward, after the matrix products. The names
// are those of gru.ts and lstm.ts; every pointer is to `hidden` numbers, or as many blocks of them as there are gates.
#pragma once
#include <cstdint>

namespace medner {

// gates: W x + b of r, z and n; becomes r, z, n. product: U h of the three, without bias. `candidate` gets U_n h + c_n.
void gruStep(float* gates, const float* product, const float* bias, const float* previous, float* candidate, float* h, int64_t hidden);

// From `dh` (of the output) and `carry` (from the step after): the gradients of the gates' inputs, `inputGates` those of
// W x + b and `hiddenGates` those of U h + c. `carry` becomes the part of the previous state's gradient that bypasses U.
void gruStepBackward(const float* gates, const float* candidate, const float* previous, const float* dh, float* carry, float* inputGates,
                     float* hiddenGates, int64_t hidden);

// gates: W x + b of i, f, g and o; becomes i, f, g, o. product: U h of the four, without bias.
void lstmStep(float* gates, const float* product, const float* bias, const float* previousCell, float* cell, float* h, int64_t hidden);

// `dGates` gets the gradients of the gates' inputs; `dCell` goes from the cell's gradient to that of the cell before.
// `carry` becomes 0: all that the previous state gets comes through U.
void lstmStepBackward(const float* gates, const float* cell, const float* previousCell, const float* dh, float* carry, float* dCell,
                      float* dGates, int64_t hidden);

}  // namespace medner
