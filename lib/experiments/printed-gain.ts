import { points, pText } from './format';
import { welchTest, type Spread } from './statistics';
import { direction } from './verdict';

/** A gain of F1 of one row over another, which a paper prints as a difference alone. */
export interface PrintedGain {
  row: { label: string; f1: Spread };
  /** What it is above. */
  base: { label: string; f1: Spread };
  /** A fraction; null where the paper prints none. */
  printed: number | null;
}

/** The same with what the runs say of it. */
export interface JudgedGain extends PrintedGain {
  gain: number;
  /** Of Welch's test over the seeds; null where a row has one seed or neither has a spread. */
  p: number | null;
  verdict: string;
}

export function judgeGain({ row, base, printed }: PrintedGain): JudgedGain {
  const p = welchTest(row.f1.values, base.f1.values)?.p;
  const verdict = direction({ f1: row.f1, paper: printed, baseline: { ...base, paper: printed === null ? null : 0 }, p });
  return { row, base, printed, gain: row.f1.mean - base.f1.mean, p: p ?? null, verdict };
}

/** `k = 43 above no mask: the paper +0.16; here −0.07, p = 0.932: no clear difference.` */
export function gainText({ row, base, printed, gain, p, verdict }: JudgedGain): string {
  const paper = printed === null ? '' : `the paper ${points(printed)}; here `;
  const tested = p === null ? '' : `, ${pText(p)}`;
  // Of one seed and no printed gain the verdict is the difference itself.
  const here = printed === null && p === null ? verdict : `${points(gain)}${tested}: ${verdict}`;
  return `${row.label} above ${base.label}: ${paper}${here}.`;
}

/** For JSON: what was compared, in numbers. */
export const gainData = ({ row, base, printed, gain, p, verdict }: JudgedGain): object => ({ row: row.label, base: base.label, printed, gain, p, verdict });
