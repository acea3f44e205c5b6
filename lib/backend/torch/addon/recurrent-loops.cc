#include "recurrent-loops.h"

#include "vector-math.h"

namespace medner {

VECTORISED void gruStep(float* gates, const float* product, const float* bias, const float* previous, float* candidate, float* h,
                        int64_t hidden) {
  float *rGate = gates, *zGate = gates + hidden, *nGate = gates + 2 * hidden;
  const float *rProduct = product, *zProduct = product + hidden, *nProduct = product + 2 * hidden;
  const float *rBias = bias, *zBias = bias + hidden, *nBias = bias + 2 * hidden;
#pragma omp simd
  for (int64_t i = 0; i < hidden; i++) {
    const float r = sigmoid(rGate[i] + rProduct[i] + rBias[i]);
    const float z = sigmoid(zGate[i] + zProduct[i] + zBias[i]);
    const float fromState = nProduct[i] + nBias[i];
    const float n = hyperbolicTangent(nGate[i] + r * fromState);
    rGate[i] = r;
    zGate[i] = z;
    nGate[i] = n;
    candidate[i] = fromState;
    h[i] = n + z * (previous[i] - n);
  }
}

VECTORISED void gruStepBackward(const float* gates, const float* candidate, const float* previous, const float* dh, float* carry,
                                float* inputGates, float* hiddenGates, int64_t hidden) {
  const float *rGate = gates, *zGate = gates + hidden, *nGate = gates + 2 * hidden;
#pragma omp simd
  for (int64_t i = 0; i < hidden; i++) {
    const float r = rGate[i], z = zGate[i], n = nGate[i];
    const float gradient = dh[i] + carry[i];
    const float dn = gradient * (1 - z) * (1 - n * n);
    const float dz = gradient * (previous[i] - n) * z * (1 - z);
    const float dr = dn * candidate[i] * r * (1 - r);
    inputGates[i] = hiddenGates[i] = dr;
    inputGates[hidden + i] = hiddenGates[hidden + i] = dz;
    inputGates[2 * hidden + i] = dn;
    hiddenGates[2 * hidden + i] = dn * r;
    carry[i] = gradient * z;
  }
}

VECTORISED void lstmStep(float* gates, const float* product, const float* bias, const float* previousCell, float* cell, float* h,
                         int64_t hidden) {
  float *iGate = gates, *fGate = gates + hidden, *gGate = gates + 2 * hidden, *oGate = gates + 3 * hidden;
  const float *iProduct = product, *fProduct = product + hidden, *gProduct = product + 2 * hidden, *oProduct = product + 3 * hidden;
  const float *iBias = bias, *fBias = bias + hidden, *gBias = bias + 2 * hidden, *oBias = bias + 3 * hidden;
#pragma omp simd
  for (int64_t j = 0; j < hidden; j++) {
    const float i = sigmoid(iGate[j] + iProduct[j] + iBias[j]);
    const float f = sigmoid(fGate[j] + fProduct[j] + fBias[j]);
    const float g = hyperbolicTangent(gGate[j] + gProduct[j] + gBias[j]);
    const float o = sigmoid(oGate[j] + oProduct[j] + oBias[j]);
    const float c = f * previousCell[j] + i * g;
    iGate[j] = i;
    fGate[j] = f;
    gGate[j] = g;
    oGate[j] = o;
    cell[j] = c;
    h[j] = o * hyperbolicTangent(c);
  }
}

VECTORISED void lstmStepBackward(const float* gates, const float* cell, const float* previousCell, const float* dh, float* carry,
                                 float* dCell, float* dGates, int64_t hidden) {
  const float *iGate = gates, *fGate = gates + hidden, *gGate = gates + 2 * hidden, *oGate = gates + 3 * hidden;
#pragma omp simd
  for (int64_t j = 0; j < hidden; j++) {
    const float i = iGate[j], f = fGate[j], g = gGate[j], o = oGate[j];
    const float gradient = dh[j] + carry[j], squashed = hyperbolicTangent(cell[j]);
    const float dc = dCell[j] + gradient * o * (1 - squashed * squashed);
    dGates[j] = dc * g * i * (1 - i);
    dGates[hidden + j] = dc * previousCell[j] * f * (1 - f);
    dGates[2 * hidden + j] = dc * i * (1 - g * g);
    dGates[3 * hidden + j] = gradient * squashed * o * (1 - o);
    dCell[j] = dc * f;
    carry[j] = 0;
  }
}

}  // namespace medner
