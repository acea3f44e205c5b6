import { tableFor, type ClaimOf } from './claims';
import { meanOf, middle, minus, over, relativeChange, touches, truncated, type Interval } from './interval';
import { figureOf, parseFigure, tableRows, type Metric, type Printed } from './printed';
import { judged, type AuditRow } from './row';

type Difference = ClaimOf<'difference'>;
type Reading = Difference['readings'][number];

const named: Record<Reading, string> = { points: 'in points', relative: 'in shares of the other row' };
const metricNames: Record<Metric, string> = { precision: 'P', recall: 'R', f1: 'F1', trainingSeconds: 'training time', validationSeconds: 'validation time' };

/** What a claim compares on one data set, under one reading of its per cent sign. */
interface Candidate {
  reading: Reading;
  against: string;
  interval: Interval;
}

/** A claimed difference beside the tables' own, one row a data set. It is consistent if any ordinary reading of it is. */
export function checkDifference(claim: Difference): AuditRow[] {
  return Object.entries(claim.claimed).map(([dataset, text]) => {
    const claimed = parseFigure(text);
    const table = tableFor(claim.table, dataset);
    const system = typeof claim.row === 'string' ? claim.row : `mean of ${claim.row.length} rows`;
    const candidates = readings(claim, dataset, claim.metric);
    const distance = ({ interval }: Candidate): number => Math.abs(middle(interval) - claimed.value);
    const nearest = candidates.reduce((best, candidate) => (distance(candidate) < distance(best) ? candidate : best));
    const fitting = candidates.find(({ interval }) => touches(interval, claimed.interval));
    const used = fitting ?? nearest;
    const result = judged({
      paper: claim.paper, table, row: `${system} − ${claim.against}`, dataset, check: 'difference',
      printed: claimed.value, recomputed: used.interval, unit: 'fraction', interval: claimed.interval,
      statement: `${claim.section}: ${claim.wording} (${metricNames[claim.metric]}, ${named[used.reading]}${claim.against === 'others' ? `, nearest: ${used.against}` : ''})`,
    });
    const why = result.verdict === 'inconsistent' ? explain(claim, dataset, claimed, candidates) : [];
    const explanation = [...why, ...(claim.note ? [claim.note] : [])].join('; ');
    return explanation ? { ...result, explanation } : result;
  });
}

/** Every reading that the claim admits: of each row it may mean, in points and in shares of it. */
function readings(claim: Difference, dataset: string, metric: Metric): Candidate[] {
  const { paper } = claim;
  const table = tableFor(claim.table, dataset);
  const otherTable = claim.againstTable ?? table;
  const system = meanOf((typeof claim.row === 'string' ? [claim.row] : claim.row).map((row) => figureOf(paper, table, row, dataset, metric).interval));
  const rows = claim.against === 'others' ? tableRows(paper, table, dataset).map(({ row }) => row).filter((row) => row !== claim.row) : [claim.against];
  return rows.flatMap((against) => {
    const other = figureOf(paper, otherTable, against, dataset, metric).interval;
    return claim.readings.map((reading): Candidate => {
      if (reading === 'points') return { reading, against, interval: minus(system, other) };
      if (!claim.of) return { reading, against, interval: relativeChange(system, other) };
      return { reading, against, interval: over(minus(system, other), figureOf(paper, otherTable, claim.of, dataset, metric).interval) };
    });
  });
}

/** Slips that would give the claimed figure: digits cut off, another column, another data set, one row of several, a mean of all. */
function explain(claim: Difference, dataset: string, claimed: Printed, candidates: readonly Candidate[]): string[] {
  const cut = truncated(claimed.value, claimed.decimals);
  if (candidates.some(({ interval }) => touches(interval, cut))) return ['digits cut off instead of rounded'];
  const fits = (found: readonly Candidate[]): Candidate | undefined => found.find(({ interval }) => touches(interval, claimed.interval));
  const found: string[] = [];
  const table = tableFor(claim.table, dataset);
  for (const metric of ['precision', 'recall', 'f1'] as const) {
    if (metric === claim.metric || !tableRows(claim.paper, table, dataset).every(({ figures }) => figures[metric])) continue;
    const fit = fits(readings(claim, dataset, metric));
    if (fit) found.push(`the difference of ${metricNames[metric]} ${claim.against === 'others' ? `to ${fit.against} ` : ''}(${named[fit.reading]}) would be this`);
  }
  for (const other of Object.keys(claim.claimed).filter((name) => name !== dataset)) {
    const fit = fits(readings(claim, other, claim.metric));
    if (fit) found.push(`the difference on ${other} (${named[fit.reading]}) would be this`);
  }
  const single = typeof claim.row === 'string' ? [] : claim.row;
  for (const row of single) {
    const fit = fits(readings({ ...claim, row }, dataset, claim.metric));
    if (fit) found.push(`${row} alone (${named[fit.reading]}) would give this`);
  }
  if (claim.against === 'others') {
    const mean = meanOf(candidates.filter(({ reading }) => reading === 'points').map(({ interval }) => interval));
    found.push(`the mean over the other rows is ${(100 * middle(mean)).toFixed(2)} points`);
  } else if (single.length === 0 && !claim.againstTable) {
    const fit = fits(readings({ ...claim, against: 'others' }, dataset, claim.metric));
    if (fit) found.push(`the difference to ${fit.against} (${named[fit.reading]}) would be this`);
  }
  // Where the claim brings its own explanation, that one stands.
  return found.length || claim.note ? found : ['figures of an earlier version of the table'];
}
