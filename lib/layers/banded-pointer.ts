import type { SpanHead } from './global-pointer';
import type { ParameterScope } from './parameters';
import { type PointerConfig, pointerVectors } from './pointer-vectors';

export interface BandedPointerConfig extends PointerConfig {
  /** The longest span that is scored, in tokens. */
  k: number;
}

/**
 * The efficient global pointer of paper B (sections 3.3.1-3.3.2): only the spans 0 ≤ j − i < k of the global pointer's
 * matrix are scored, (2n + 1 − k) k / 2 of them, with the same parameters and equal scores.
 *
 * x [batch, n, inputs] → [batch, types, n, min(k, n)], row = first token i, column = j − i. Candidates are
 * 1 ≤ i ≤ j ≤ length − 2, j − i < k; the other cells (beyond the window's end, [CLS], [SEP], padding) score −10⁴.
 * Parameters: as pointer-vectors.ts.
 *
 * The paper masks the upper right of a matrix it has computed, which saves nothing. Here the cells outside the band are never
 * computed: blocks of w queries meet the w + k − 1 keys that they can reach.
 */
export function bandedPointer(
  scope: ParameterScope,
  inputs: number,
  types: number,
  { k, ...config }: BandedPointerConfig,
): SpanHead {
  const vectors = pointerVectors(scope, inputs, types, config);
  return {
    width: (n) => Math.min(k, n),
    column: (first, last) => (last - first < k ? last - first : undefined),
    last: (first, column) => first + column,
    forward: (x, lengths) => vectors.scores(x, lengths, k),
    loss: (x, lengths, positives) => vectors.loss(x, lengths, positives, k),
  };
}
