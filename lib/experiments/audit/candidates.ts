import reported from '../../../data/papers/reported.json';
import type { ClaimOf } from './claims';
import { parseFigure } from './printed';
import { judged, type AuditRow } from './row';

/** Spans that a pointer of width k scores in a text of n characters: (2n + 1 − k)k / 2 (paper B, section 3.3.2). */
export const candidateSpans = (n: number, k: number): number => ((2 * n + 1 - k) * k) / 2;

/** The share of the triangle's spans that a band saves, between the paper's best widths (Fig. 9). */
export function checkCandidates(claim: ClaimOf<'candidates'>): AuditRow[] {
  const { length, paper, section, wording, note } = claim;
  const widths = Object.values(reported.other['da-rw-egp/Figure 9'].best_k);
  const saved = widths.map((k) => 1 - candidateSpans(length, k) / candidateSpans(length, length));
  const { value, interval } = parseFigure(claim.claimed);
  return [judged({
    paper, table: `Section ${section}`, row: `spans of ${length} characters, k = ${widths.join(', ')}`, dataset: '', check: 'candidates',
    printed: value, recomputed: [Math.min(...saved), Math.max(...saved)], unit: 'fraction', interval, statement: `${section}: ${wording}`,
    ...(note && { explanation: note }),
  })];
}
