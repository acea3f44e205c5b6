import { tableFor, type Claim, type ClaimOf } from './claims';
import { checkDifference } from './differences';
import { exactly, minus, relativeChange, type Interval } from './interval';
import { figureOf, parseFigure, printedRows, sameSystem, tableRows, type PrintedRow } from './printed';
import { judged, type AuditRow } from './row';
import { checkCandidates } from './candidates';

/** What the texts say of their figures, checked against the tables. */
export function checkStatement(claim: Claim): AuditRow[] {
  switch (claim.kind) {
    case 'difference': return checkDifference(claim);
    case 'value': return checkValue(claim);
    case 'range': return checkRange(claim);
    case 'order': return checkOrder(claim);
    case 'restated': return checkRestated(claim);
    case 'position': return checkPosition(claim);
    case 'heading': return checkHeading(claim);
    case 'candidates': return checkCandidates(claim);
  }
}

const said = ({ section, wording }: Claim): string => `${section}: ${wording}`;
const noted = ({ note }: Claim): { explanation?: string } => (note ? { explanation: note } : {});

/** A figure that the text quotes from a table. */
function checkValue(claim: ClaimOf<'value'>): AuditRow[] {
  const { paper, row, metric } = claim;
  return Object.entries(claim.claimed).map(([dataset, text]) => {
    const table = tableFor(claim.table, dataset);
    const { value, interval } = parseFigure(text);
    const recomputed = figureOf(paper, table, row, dataset, metric).interval;
    return judged({ paper, table, row, dataset, check: 'quoted', printed: value, recomputed, unit: 'fraction', interval, statement: said(claim), ...noted(claim) });
  });
}

/** Figures, or differences from a row, that the text says lie in a range. */
function checkRange(claim: ClaimOf<'range'>): AuditRow[] {
  const { paper, metric, against } = claim;
  const recomputed: Interval = [parseFigure(claim.from).value, parseFigure(claim.to).value];
  return claim.datasets.flatMap((dataset) => claim.rows.map((row) => {
    const table = tableFor(claim.table, dataset);
    const figure = figureOf(paper, table, row, dataset, metric);
    const other = against === undefined ? undefined : figureOf(paper, table, against, dataset, metric);
    const change = claim.reading === 'points' ? minus : relativeChange;
    const printed = other === undefined ? figure.value : claim.reading === 'points' ? figure.value - other.value : figure.value / other.value - 1;
    const interval = other === undefined ? figure.interval : change(figure.interval, other.interval);
    return judged({ paper, table, row: against ? `${row} − ${against}` : row, dataset, check: 'range', printed, recomputed, unit: 'fraction', interval, statement: said(claim), ...noted(claim) });
  }));
}

/** Rows that the text says stand above others: each must reach the best of them. */
function checkOrder(claim: ClaimOf<'order'>): AuditRow[] {
  const { paper } = claim;
  return claim.datasets.flatMap((dataset) => claim.metrics.flatMap((metric) => {
    const table = tableFor(claim.table, dataset);
    const below = claim.below === 'others' ? tableRows(paper, table, dataset).filter(({ row, figures }) => figures[metric] && !claim.above.includes(row)).map(({ row }) => row) : claim.below;
    const best = Math.max(...below.map((row) => figureOf(paper, table, row, dataset, metric).interval[0]));
    return claim.above.map((row) => {
      const { value, interval } = figureOf(paper, table, row, dataset, metric);
      return judged({ paper, table, row, dataset, check: 'order', printed: value, recomputed: [best, 1], unit: 'fraction', interval, statement: `${said(claim)} (${metric})`, ...noted(claim) });
    });
  }));
}

function checkRestated(claim: ClaimOf<'restated'>): AuditRow[] {
  const [first, ...others] = claim.values.map(parseFigure);
  return others.map(({ value, interval }) => judged({
    paper: claim.paper, table: `Section ${claim.section}`, row: claim.what, dataset: '', check: 'stated twice',
    printed: first.value, recomputed: exactly(value), unit: 'number', interval: first.value === value ? interval : exactly(first.value), statement: claim.wording, ...noted(claim),
  }));
}

function checkPosition(claim: ClaimOf<'position'>): AuditRow[] {
  const names = [...new Set(printedRows.filter(({ paper, table }) => paper === claim.paper && table === claim.table).map(({ row }) => row))];
  return claim.rows.map((row, i) => judged({
    paper: claim.paper, table: claim.table, row, dataset: '', check: 'row number', printed: claim.claimed[i], recomputed: exactly(names.indexOf(row) + 1),
    unit: 'number', interval: exactly(claim.claimed[i]), statement: said(claim), ...noted(claim),
  }));
}

/** The column's figure beside that of the data set in its heading, as the paper gives it elsewhere. */
function checkHeading(claim: ClaimOf<'heading'>): AuditRow[] {
  const { paper, table, row, heading, recorded } = claim;
  const { value, interval } = figureOf(paper, table, row, recorded, 'f1');
  const elsewhere = (dataset: string): PrintedRow[] =>
    printedRows.filter((other) => other.paper === paper && other.dataset === dataset && other.table !== table && other.figures.f1 && sameSystem(paper, [table, row], [other.table, other.row]));
  const agreeing = elsewhere(recorded).filter(({ figures }) => figures.f1!.value === value).map((other) => other.table);
  return elsewhere(heading).map((other) => judged({
    paper, table, row, dataset: heading, check: 'heading', printed: value, recomputed: other.figures.f1!.interval, unit: 'fraction', interval,
    statement: `${said(claim)}; ${other.table} gives the system's F1 on it`,
    ...(agreeing.length && { explanation: `a heading taken over: the figure is that of ${agreeing.join(', ')} for ${recorded}` }),
  }));
}
