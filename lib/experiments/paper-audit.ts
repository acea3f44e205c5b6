import { auditDifferences } from '../figures';
import { auditPapers, middle, minus, tReadings, type AuditRow, type Interval, type TReading } from './audit';
import type { Experiment, ExperimentOutput } from './experiment';
import { count, none } from './format';
import { right, type Table } from './table';

/** The papers as the README calls them. */
const letters: Record<string, string> = { 'llm-medner': 'A', 'da-rw-egp': 'B' };

/** Every check, in words. */
const checks: Record<string, string> = {
  F1: 'F1 = 2PR / (P + R) of the printed P and R',
  'identical rows': 'rows of different systems agree in P, R and F1',
  repeated: 'a system printed in several tables has the same figures',
  'last digits': 'P and R of a row that end in 0 or 5, against chance',
  difference: 'differences that the text states, in points or in shares of the other row',
  quoted: 'figures that the text quotes from a table',
  range: 'ranges that the text states',
  order: 'the best row, or a row above others, as the text states',
  'stated twice': 'a quantity that the text gives more than once',
  'row number': 'rows that the text names by number',
  heading: 'the data set that a column is headed with',
  candidates: 'spans saved by the band, (2n + 1 − k)k / 2 of n(n + 1) / 2',
  t: "Table 5's t from its means, ± and 10 runs",
  p: "Table 5's p from its t",
  'one of the runs': "F1 of Tables 3 and 4 as one of Table 5's runs",
};

export const paperAudit: Experiment = {
  name: 'paper-audit',
  title: "Both papers' own figures, recomputed",
  description:
    'Every F1 from its P and R, differences stated in the text from the tables, the t-test of paper B, repeated rows and more, each with what rounding allows and ' +
    'with what would explain it. Trains nothing and takes no corpus.',
  corpusFree: true,
  runFree: true,
  runs: () => 0,
  run: () => Promise.resolve(audit()),
};

function audit(): ExperimentOutput {
  const rows = auditPapers();
  const readings = tReadings();
  return {
    tables: [findingsTable(rows), countTable(rows), readingsTable(readings)],
    data: { rows, tReadings: readings },
    figure: auditDifferences(rows.filter(({ check }) => check === 'F1').map((row) => {
      const [low, high] = minus(row.interval, row.recomputed);
      const label = `${letters[row.paper]}, ${row.table}: ${row.row}`;
      return { label, dataset: row.dataset, difference: row.printed - middle(row.recomputed), low, high, consistent: row.verdict === 'consistent' };
    })),
    records: [],
  };
}

const signed = (text: string): string => text.replace('-', '−');

/** A score in percent with the decimals it is printed with, another figure as it is. */
function figure({ unit, interval: [low, high] }: AuditRow, value: number): string {
  if (unit === 'number') return signed(String(Number(value.toPrecision(6))));
  return signed((100 * value).toFixed(Math.max(0, Math.round(-Math.log10(high - low)) - 2)));
}

function span([low, high]: Interval, scale: number, digits: number): string {
  const text = [low, high].map((end) => signed((scale * end).toFixed(digits)));
  return text[0] === text[1] ? text[0] : `${text[0]} to ${text[1]}`;
}

function recomputed(row: AuditRow): string {
  const { recomputed: interval, unit } = row;
  if (interval[0] === interval[1]) return figure(row, interval[0]);
  if (unit === 'number') return span(interval, 1, interval.every(Number.isInteger) ? 0 : 2);
  return span(interval, 100, 3);
}

function findingsTable(rows: readonly AuditRow[]): Table {
  const found = Object.keys(letters).flatMap((paper) => rows.filter((row) => row.paper === paper && row.verdict === 'inconsistent'));
  return {
    title: `Printed figures that the papers' other figures do not give: ${count(found.length)} of ${count(rows.length)} checked`,
    columns: [{ header: 'paper' }, { header: 'table' }, { header: 'row' }, { header: 'data set' }, { header: 'check' }, right('printed'), right('recomputed'), { header: 'what is compared' }, { header: 'what would explain it' }],
    rows: found.map((row) => [letters[row.paper], row.table, row.row, row.dataset || none, row.check, figure(row, row.printed), recomputed(row), row.statement ?? checks[row.check], row.explanation ?? none]),
    footnotes: [
      'Scores and differences in percent. A printed number stands for all that round to it, half a unit of its last place either way; recomputed is what the other printed numbers ' +
        'allow, all of their roundings considered. A row is inconsistent where the two intervals do not meet.',
      'An explanation is one that would account for the figure; where it names a formula, a row or a data set, that was tried and gives it. It is no finding about how the figure came ' +
        'about: a table can differ from its text, or its F1 from its P and R, for good reasons that a paper does not print, such as another average or a later version of a table.',
      '"x %" in the text is tried in points and in shares of the row compared with; a claim is consistent if one reading of it is.',
      'All checks, consistent ones too, stand in the JSON beside this table.',
    ],
  };
}

function countTable(rows: readonly AuditRow[]): Table {
  const papers = Object.keys(letters);
  const cell = (check: string, paper: string): string[] => {
    const own = rows.filter((row) => row.check === check && row.paper === paper);
    return own.length === 0 ? [none, none] : [String(own.length), String(own.filter(({ verdict }) => verdict === 'inconsistent').length)];
  };
  return {
    title: 'What was checked',
    columns: [{ header: 'check' }, { header: 'what it compares' }, ...papers.flatMap((paper) => [right(`${letters[paper]}: checked`), right('inconsistent')])],
    rows: Object.entries(checks).map(([check, words]) => [check, words, ...papers.flatMap((paper) => cell(check, paper))]),
    footnotes: ['A: LLM-MedNER (CCL 2025). B: DA-RW-EGP (Informatica). The printed scores are those of data/papers/reported.json, the statements those of data/papers/claims.json.'],
  };
}

function readingsTable(readings: readonly TReading[]): Table {
  return {
    title: "Table 5 of paper B: which reading of ± gives the printed t",
    columns: [{ header: 'data set' }, { header: '± is' }, { header: 'test' }, right('t printed'), right('t recomputed'), right('degrees'), right('p of the printed t'), { header: 'verdict' }],
    rows: readings.map(({ dataset, meaning, test, printed, t, degrees, p, verdict, correlation }) => [
      dataset, meaning, test, String(printed), span(t, 1, 2), span(degrees, 1, 1), p[1].toExponential(1),
      verdict + (correlation === undefined ? '' : ` (correlation ${signed(correlation.toFixed(2))})`),
    ]),
    footnotes: [
      't = (x̄ − ȳ) / √(s²/n + s²/n), n = 10; Welch and pooled give one t where n is equal, with 18 degrees of freedom at most. Paired: any correlation of the two rows\' runs, from −1 to 1.',
      'p is two-sided, for the fewest degrees of freedom that rounding allows: below 0.005 by every reading.',
    ],
  };
}
