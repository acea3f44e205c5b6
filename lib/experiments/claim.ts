import type { MeasuredRow } from './comparison';
import { percent, points, pText } from './format';
import { welchTest } from './statistics';
import { significance } from './verdict';

/** A paper's claim that one of its rows is the best of them, and what our runs say of it. */
export interface Claim {
  row: string;
  /** Of the other rows that the paper prints, the one with our highest mean F1. */
  rival: string;
  /** Our F1 of the row above the rival's. */
  gain: number;
  /** Welch's test of the two; null where a row has one seed or neither has a spread. */
  p: number | null;
  verdict: 'best' | 'not best' | 'no clear difference, not shown' | 'one seed: not shown' | 'no spread: not shown';
  /** F1 that the paper prints for the row, and the highest that it prints for another. */
  paper: { f1: number; next: number };
}

/** What the runs say of the row that the paper calls best; undefined where the paper prints no number for it here, or none for another row. */
export function judgeBest(rows: readonly MeasuredRow[], best: string): Claim | undefined {
  const claimed = rows.find(({ label }) => label === best);
  if (!claimed) throw new Error(`the row claimed best, ${best}, is none of ${rows.map(({ label }) => label).join('; ')}`);
  const printed = rows.flatMap((row) => (row !== claimed && row.paper?.f1 != null ? [{ row, f1: row.paper.f1 }] : []));
  if (claimed.paper?.f1 == null || printed.length === 0) return undefined;
  const rival = printed.map(({ row }) => row).reduce((a, b) => (b.f1.mean > a.f1.mean ? b : a));
  const gain = claimed.f1.mean - rival.f1.mean;
  const p = welchTest(claimed.f1.values, rival.f1.values)?.p;
  const seeds = Math.min(claimed.f1.values.length, rival.f1.values.length);
  return {
    row: claimed.label, rival: rival.label, gain, p: p ?? null, verdict: verdictOf(gain, p, seeds),
    paper: { f1: claimed.paper.f1, next: Math.max(...printed.map(({ f1 }) => f1)) },
  };
}

function verdictOf(gain: number, p: number | undefined, seeds: number): Claim['verdict'] {
  if (p === undefined) return seeds < 2 ? 'one seed: not shown' : 'no spread: not shown';
  if (p >= significance) return 'no clear difference, not shown';
  return gain > 0 ? 'best' : 'not best';
}

export function claimNote({ row, rival, gain, p, verdict, paper }: Claim): string {
  const said = p === null ? `; ${verdict}` : ` (${pText(p)}): ${verdict}`;
  return `Paper: ${row} is best (${percent(paper.f1)}, next ${percent(paper.next)}). Here: ${points(gain)} against ${rival}, the best of the others${said}.`;
}
