import { exactly } from './interval';
import { printedRows, sameSystem, type PrintedRow } from './printed';
import { judged, type AuditRow } from './row';

const scores = ['precision', 'recall', 'f1'] as const;

/** A system that several tables print must have the same figures in each, to the digits printed. */
export function checkRepeated(): AuditRow[] {
  return printedRows.flatMap((later, i) => {
    const first = printedRows.slice(0, i).find((earlier) => earlier.paper === later.paper && earlier.dataset === later.dataset && same(earlier, later));
    if (!first) return [];
    const { paper, table, row, dataset } = later;
    return scores.flatMap((metric) => {
      const [there, here] = [first.figures[metric], later.figures[metric]];
      if (!there || !here) return [];
      const statement = `${metric}: the system that ${first.table} calls "${first.row}"`;
      const result = judged({ paper, table, row, dataset, check: 'repeated', printed: here.value, recomputed: there.interval, unit: 'fraction', interval: here.interval, statement });
      if (result.verdict === 'consistent') return [result];
      const cut = Math.floor(there.value * 10 ** here.decimals) / 10 ** here.decimals;
      const explanation = Math.abs(cut - here.value) < 1e-9 ? `digits cut off instead of rounded: ${first.table} prints ${there.value.toFixed(there.decimals)}` : 'another run of the same system';
      return [{ ...result, explanation }];
    });
  });
}

const same = (a: PrintedRow, b: PrintedRow): boolean => sameSystem(a.paper, [a.table, a.row], [b.table, b.row]);

/** Rows of different systems, or data sets, that agree in all three figures to the last digit. */
export function checkIdentical(): AuditRow[] {
  const groups = new Map<string, PrintedRow[]>();
  for (const row of printedRows) {
    const figures = scores.map((metric) => row.figures[metric]);
    if (figures.some((figure) => !figure)) continue;
    const key = figures.map((figure) => figure!.value.toFixed(figure!.decimals)).join(' ');
    const group = groups.get(key) ?? [];
    // A system that is printed again on the same data stands for itself.
    if (!group.some((other) => other.dataset === row.dataset && other.paper === row.paper && same(other, row))) group.push(row);
    groups.set(key, group);
  }
  return [...groups].filter(([, group]) => group.length > 1).map(([key, group]) => {
    const { paper, table, row, dataset } = group[group.length - 1];
    const others = group.slice(0, -1).map((other) => `${other.table}, "${other.row}", ${other.dataset}`);
    return judged({
      paper, table, row, dataset, check: 'identical rows',
      printed: group.length, recomputed: exactly(1), interval: exactly(group.length), unit: 'number',
      statement: `P, R and F1 ${key} also stand at ${others.join('; ')}`,
      explanation: 'a row taken over twice when the table was set; that two systems agree in twelve digits by chance is possible and unlikely',
    });
  });
}
