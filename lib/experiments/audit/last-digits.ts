import { exactly } from './interval';
import { printedRows, type Printed, type PrintedRow } from './printed';
import { judged, type AuditRow } from './row';

/** Counts that chance exceeds more rarely than this are outside the interval. */
const rare = 0.001;

/**
 * How many of a row's P and R end in 0 or 5, over the data sets. Measured shares end so once in five; figures that were rounded to half a
 * unit of the place before always do, and the last digit then says less than it seems to.
 */
export function checkLastDigits(): AuditRow[] {
  const systems = new Map<string, PrintedRow[]>();
  for (const row of printedRows) {
    const key = `${row.paper}\n${row.table}\n${row.row}`;
    systems.set(key, [...(systems.get(key) ?? []), row]);
  }
  return [...systems.values()].flatMap((rows) => {
    const figures = rows.flatMap(({ figures: { precision, recall } }) => [precision, recall]).filter((figure): figure is Printed => figure !== undefined);
    const limit = mostByChance(figures.length);
    if (limit >= figures.length) return []; // so few that nothing would be seen
    const even = figures.filter(({ value, decimals }) => Math.round(value * 10 ** decimals) % 5 === 0).length;
    const { paper, table, row } = rows[0];
    return [judged({
      paper, table, row, dataset: '', check: 'last digits', printed: even, recomputed: [0, limit], interval: exactly(even), unit: 'number',
      statement: `of ${figures.length} P and R, how many end in 0 or 5`,
      ...(even > limit && { explanation: 'P and R rounded to 0.0005 before they were printed; their rounding intervals are then wider than one unit' }),
    })];
  });
}

/** The greatest k with P(X ≥ k) ≥ `rare` for X binomial of n and 1/5. */
export function mostByChance(n: number): number {
  let tail = 0;
  for (let k = n; k > 0; k--) {
    tail += choose(n, k) * 0.2 ** k * 0.8 ** (n - k);
    if (tail >= rare) return k;
  }
  return 0;
}

function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= k; i++) ways = (ways * (n - k + i)) / i;
  return ways;
}
