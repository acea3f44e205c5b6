import reported from '../../../data/papers/reported.json';
import { studentQuantile, studentTails } from '../../evaluation';
import { minus, rounded, touches, type Interval } from './interval';
import { figureOf } from './printed';
import { judged, type AuditRow, type Verdict } from './row';

const paper = 'da-rw-egp';
const table = 'Table 5';
const [ours, baseline] = ['DA-RW-EGP', 'RoBERTa-BiLSTM-CRF'];
/** The level of Table 5. */
const alpha = 0.005;

/** What a "±" may stand for: the standard deviation of single runs that a printed s means, of n runs. */
const meanings: { name: string; deviation: (s: number, n: number) => number }[] = [
  { name: 'standard deviation', deviation: (s) => s },
  { name: 'standard error of the mean', deviation: (s, n) => s * Math.sqrt(n) },
  { name: 'half of the 95 % interval of the mean', deviation: (s, n) => (s * Math.sqrt(n)) / studentQuantile(0.05, n - 1) },
  { name: 'variance', deviation: (s) => Math.sqrt(s) },
];

/** One way to read a line of Table 5, and the t that it gives. */
export interface TReading {
  dataset: string;
  /** What "±" stands for. */
  meaning: string;
  /** `Welch` is `pooled` too: with equal n the two give one t, and differ in degrees of freedom only. */
  test: 'Welch or pooled' | 'paired';
  printed: number;
  /** Paired: over all correlations of the two rows' runs. */
  t: Interval;
  degrees: Interval;
  /** Two-sided p of the printed t with these degrees. */
  p: Interval;
  verdict: Verdict;
  /** Paired: the correlation that gives the printed t. */
  correlation?: number;
}

type Line = (typeof reported.other)['da-rw-egp/Table 5'][number];

/** As many decimals as the table prints: none of its figures ends in 0. */
const written = (value: number): Interval => rounded(value, String(value).split('.')[1]?.length ?? 0);

/** Every line of Table 5 under every reading. t = (x̄ − ȳ) / √(s²ₓ/n + s²ᵧ/n), or (x̄ − ȳ) √n / s_d where runs are paired. */
export function tReadings(): TReading[] {
  return reported.other['da-rw-egp/Table 5'].flatMap((line) => meanings.flatMap(({ name, deviation }) => {
    const { dataset, runs: n, t: printed } = line;
    const difference = minus(written(line.ours_mean), written(line.baseline_mean));
    const x = written(line.ours_pm).map((s) => deviation(s, n)) as [number, number];
    const y = written(line.baseline_pm).map((s) => deviation(s, n)) as [number, number];
    const reading = (test: TReading['test'], t: Interval, degrees: Interval): TReading => ({
      dataset, meaning: name, test, printed, t, degrees,
      p: [studentTails(printed, degrees[1]), studentTails(printed, degrees[0])],
      verdict: touches(rounded(printed, 2), t) ? 'consistent' : 'inconsistent',
    });
    const independent: Interval = [difference[0] / Math.hypot(x[1], y[1]), difference[1] / Math.hypot(x[0], y[0])];
    // The deviation of the paired differences lies between |sₓ − sᵧ| (correlation 1) and sₓ + sᵧ (−1); where the rounding
    // intervals overlap it may be 0, and t has no bound.
    const leastApart = Math.max(0, x[0] - y[1], y[0] - x[1]);
    const paired: Interval = [(difference[0] * Math.sqrt(n)) / (x[1] + y[1]), (difference[1] * Math.sqrt(n)) / leastApart];
    const together = reading('paired', paired, [n - 1, n - 1]);
    return [
      reading('Welch or pooled', [independent[0] * Math.sqrt(n), independent[1] * Math.sqrt(n)], [welchDegrees(x, y, n), 2 * n - 2]),
      together.verdict === 'consistent' ? { ...together, correlation: correlationFor(line, deviation) } : together,
    ];
  }));
}

/** Welch-Satterthwaite degrees for equal n, at the rounding that gives the fewest. */
function welchDegrees(x: Interval, y: Interval, n: number): number {
  const degrees = (a: number, b: number): number => ((n - 1) * (a * a + b * b) ** 2) / (a ** 4 + b ** 4);
  return Math.min(degrees(x[0], y[1]), degrees(x[1], y[0]));
}

/** ρ with s_d² = sₓ² + sᵧ² − 2ρ sₓ sᵧ at the figures as printed. */
function correlationFor({ ours_mean, baseline_mean, ours_pm, baseline_pm, t, runs }: Line, deviation: (s: number, n: number) => number): number {
  const [x, y] = [deviation(ours_pm, runs), deviation(baseline_pm, runs)];
  const between = ((ours_mean - baseline_mean) * Math.sqrt(runs)) / t;
  return (x * x + y * y - between * between) / (2 * x * y);
}

/** Table 5: its t under the two usual readings of ±, its p, and its means beside the F1 that Tables 3 and 4 print of one run. */
export function checkTTest(): AuditRow[] {
  const readings = tReadings();
  return reported.other['da-rw-egp/Table 5'].flatMap((line) => {
    const own = readings.filter(({ dataset }) => dataset === line.dataset);
    const row = `${ours} − ${baseline}`;
    const common = { paper, table, row, dataset: line.dataset, unit: 'number' as const };
    const fitting = own.filter(({ verdict }) => verdict === 'consistent');
    const explanation = fitting.length
      ? `of the readings tried only ${fitting.map(describe).join('; ')} gives the printed t`
      : `no reading tried gives the printed t; another number of runs, or t computed from other figures than the means and ± beside it, would`;
    const ts = own.filter(({ test, meaning }) => test !== 'paired' && /standard/.test(meaning)).map((reading) => {
      const result = judged({ ...common, check: 't', printed: line.t, recomputed: reading.t, interval: rounded(line.t, 2), statement: `± read as ${reading.meaning}, ${line.runs} runs, ${reading.test}` });
      return result.verdict === 'consistent' ? result : { ...result, explanation };
    });
    const ps = own.flatMap(({ p }) => p);
    const p = judged({
      ...common, check: 'p', printed: alpha, recomputed: [Math.min(...ps), Math.max(...ps)], interval: [0, alpha],
      statement: `p of the printed t is below ${alpha}, by every reading's degrees of freedom`,
    });
    return [...ts, p, ...spreadRows(line)];
  });
}

function describe({ meaning, test, correlation }: TReading): string {
  return `± as ${meaning}, ${test}${correlation === undefined ? '' : ` (correlation of the runs ${correlation.toFixed(2)})`}`;
}

/**
 * The F1 of the main tables must be possible as one of the n runs: with a sample deviation s no value lies farther from the mean than
 * (n − 1) s / √n (Samuelson's inequality).
 */
function spreadRows({ dataset, runs, ...line }: Line): AuditRow[] {
  const mainTable = dataset === 'CMeEE-V2' ? 'Table 3' : 'Table 4';
  return ([[ours, line.ours_mean, line.ours_pm], [baseline, line.baseline_mean, line.baseline_pm]] as const).map(([row, mean, s]) => {
    const { value, interval } = figureOf(paper, mainTable, row, dataset, 'f1');
    const reach = (written(s)[1] * (runs - 1)) / Math.sqrt(runs);
    const [low, high] = written(mean);
    return judged({
      paper, table: mainTable, row, dataset, check: 'one of the runs', printed: value, recomputed: [(low - reach) / 100, (high + reach) / 100], unit: 'fraction', interval,
      statement: `within what ${mean} ± ${s} over ${runs} runs (Table 5, ± as standard deviation) allows a single run`,
    });
  });
}
