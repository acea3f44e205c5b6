import { checkF1 } from './audit/f1';
import type { AuditRow } from './audit';
import type { ReportedScore } from './paper';
import { footnoteMark } from './table';

/** Every printed F1 that the printed P and R of its row cannot give. */
const impossible = checkF1().filter(({ verdict }) => verdict === 'inconsistent');

/** The audit's finding on the F1 of a printed row; undefined where its P and R can give it, or are not printed. */
const findingOn = ({ paper, table, row, dataset }: ReportedScore): AuditRow | undefined =>
  impossible.find((found) => found.paper === paper && found.table === table && found.row === row && found.dataset === dataset);

/** The mark behind a printed F1 that `auditNotes` tells of. */
export const markOf = (paper: ReportedScore): string => (findingOn(paper) ? footnoteMark : '');

/** What the paper audit found of the numbers that stand beside some rows: one note, or none. */
export function auditNotes(rows: readonly { label: string; paper: ReportedScore | null }[]): string[] {
  const told = new Map<AuditRow, string>();
  for (const { label, paper } of rows) {
    const found = paper && findingOn(paper);
    // Of rows that share a printed number, the first.
    if (found && !told.has(found)) told.set(found, `${label} ${found.recomputed.map((end) => (100 * end).toFixed(3)).join(' to ')}`);
  }
  return told.size ? [`${footnoteMark} The printed P and R, whatever was rounded, cannot give this F1 (\`paper-audit\`). They give: ${[...told.values()].join('; ')}.`] : [];
}
