import { gru as run } from '../backend/operations';
import type { ParameterScope } from './parameters';
import { type BidirectionalLayer, bidirectional } from './recurrent';

/**
 * A bidirectional gated recurrent unit (Cho et al. 2014), h_i = [h→_i; h←_i], each direction
 *
 *   r = σ(W_r x + b_r + U_r h + c_r),  z = σ(W_z x + b_z + U_z h + c_z),
 *   n = tanh(W_n x + b_n + r ∘ (U_n h + c_n)),  h' = (1 − z) ∘ n + z ∘ h,
 *
 * the backward one from each sequence's own last token. Padding changes nothing and comes out as 0.
 *
 * x [batch, n, inputs] → [batch, n, 2 · hidden].
 * Parameters, as torch.nn.GRU names and initialises them (uniform within ±1/√hidden): `weight_ih_l0` [3 · hidden, inputs],
 * `weight_hh_l0` [3 · hidden, hidden], `bias_ih_l0`, `bias_hh_l0` [3 · hidden] in blocks r, z, n, and the same with `_reverse`.
 */
export function gru(scope: ParameterScope, inputs: number, hidden: number): BidirectionalLayer {
  return bidirectional(scope, inputs, hidden, 3, run);
}
