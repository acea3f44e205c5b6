import { touches, type Interval } from './interval';

export type Verdict = 'consistent' | 'inconsistent';

/** What a figure is, and so how it is written: a score or difference as a fraction (0.9277, shown as 92.77 %), or a plain number. */
export type Unit = 'fraction' | 'number';

/** One printed figure beside what the paper's other figures make of it. */
export interface AuditRow {
  paper: string;
  table: string;
  row: string;
  /** Empty where the figure belongs to none. */
  dataset: string;
  /** What is compared: one word or two, the same for all rows of a kind. */
  check: string;
  printed: number;
  /** Where the figure must lie, for some roundings of what it is computed from. */
  recomputed: Interval;
  verdict: Verdict;
  unit: Unit;
  /** The figure's own rounding interval; it is consistent if this meets `recomputed`. */
  interval: Interval;
  /** What the paper says, in our words, or how the figure was read. */
  statement?: string;
  /** What would explain an inconsistency, or what is worth knowing of a consistent figure. */
  explanation?: string;
}

type Given = Omit<AuditRow, 'verdict'>;

/** The verdict is one of intervals alone: they meet or they do not. */
export function judged(given: Given): AuditRow {
  const verdict: Verdict = touches(given.interval, given.recomputed) ? 'consistent' : 'inconsistent';
  return { ...given, verdict };
}
