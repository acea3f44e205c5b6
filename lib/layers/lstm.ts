import { lstm as run } from '../backend/operations';
import type { ParameterScope } from './parameters';
import { type BidirectionalLayer, bidirectional } from './recurrent';

/**
 * A bidirectional LSTM (Hochreiter and Schmidhuber 1997; Graves and Schmidhuber 2005), h_i = [h→_i; h←_i], each direction
 *
 *   i = σ(W_i x + b_i + U_i h + c_i),  f = σ(W_f x + b_f + U_f h + c_f),
 *   g = tanh(W_g x + b_g + U_g h + c_g),  o = σ(W_o x + b_o + U_o h + c_o),
 *   s' = f ∘ s + i ∘ g,  h' = o ∘ tanh(s'),
 *
 * the backward one from each sequence's own last token. Padding changes nothing and comes out as 0.
 *
 * x [batch, n, inputs] → [batch, n, 2 · hidden].
 * Parameters, as torch.nn.LSTM names and initialises them (uniform within ±1/√hidden): `weight_ih_l0` [4 · hidden, inputs],
 * `weight_hh_l0` [4 · hidden, hidden], `bias_ih_l0`, `bias_hh_l0` [4 · hidden] in blocks i, f, g, o, and the same with `_reverse`.
 */
export function lstm(scope: ParameterScope, inputs: number, hidden: number): BidirectionalLayer {
  return bidirectional(scope, inputs, hidden, 4, run);
}
