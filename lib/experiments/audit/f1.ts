import { f1Of, middle, touches, truncated, type Interval } from './interval';
import { printedRows, type Printed } from './printed';
import { judged, type AuditRow } from './row';

/** Every printed F1 beside those that the printed P and R of its row allow: F1 = 2PR / (P + R), as both papers define it. */
export function checkF1(): AuditRow[] {
  return printedRows.flatMap(({ paper, table, row, dataset, figures: { precision, recall, f1 } }) => {
    if (!precision || !recall || !f1) return [];
    const recomputed = f1Of(precision.interval, recall.interval);
    const result = judged({ paper, table, row, dataset, check: 'F1', printed: f1.value, recomputed, unit: 'fraction', interval: f1.interval });
    return [result.verdict === 'consistent' ? result : { ...result, explanation: explain(precision, recall, f1, recomputed) }];
  });
}

/** Which ordinary way of making a table gives the three numbers, if not the formula printed. */
function explain(precision: Printed, recall: Printed, f1: Printed, recomputed: Interval): string {
  const cut = ({ value, decimals }: Printed): Interval => truncated(value, decimals);
  if (touches(cut(f1), f1Of(cut(precision), cut(recall)))) return 'digits cut off instead of rounded';
  const arithmetic: Interval = [middle([precision.interval[0], recall.interval[0]]), middle([precision.interval[1], recall.interval[1]])];
  if (touches(f1.interval, arithmetic)) return 'the arithmetic mean of P and R in place of the harmonic one';
  // F1 is concave in (P, R): a mean of F1s never exceeds the F1 of the mean P and mean R.
  if (f1.value < recomputed[0]) return 'a macro average over types, or means over several runs: the mean of F1s lies below the F1 of the mean P and R';
  return 'not an average of all three over types or runs, which would lie below; P, R and F1 of different runs or of different averages, or a slip in one of them, would';
}
