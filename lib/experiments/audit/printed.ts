import { InputError } from '../../common';
import reported from '../../../data/papers/reported.json';
import claimsFile from '../../../data/papers/claims.json';
import { rounded, type Interval } from './interval';

export const metrics = ['precision', 'recall', 'f1', 'trainingSeconds', 'validationSeconds'] as const;
export type Metric = (typeof metrics)[number];

/** A figure of a table with the decimals it is printed with. Scores are fractions: 92.77 % is 0.9277, with four decimals. */
export interface Printed {
  value: number;
  decimals: number;
  interval: Interval;
}

export interface PrintedRow {
  paper: string;
  table: string;
  row: string;
  dataset: string;
  figures: Partial<Record<Metric, Printed>>;
}

export const printedFigure = (value: number, decimals: number): Printed => ({ value, decimals, interval: rounded(value, decimals) });

/** A number as a paper writes it: "92.77%" is the fraction 0.9277 with four decimals, "0.9277" the same. */
export function parseFigure(text: string): Printed {
  const match = /^(-?\d+(?:\.(\d+))?(?:e-?\d+)?)(%?)$/.exec(text);
  if (!match) throw new InputError(`data/papers/claims.json: expected a number such as 0.9277 or 92.77%, found "${text}"`);
  const [, number, fraction = '', percent] = match;
  const scale = percent ? 2 : 0;
  const exponent = Number(/e(-?\d+)$/.exec(number)?.[1] ?? 0);
  const decimals = fraction.length + scale - exponent;
  return printedFigure(Number((Number(number) / 10 ** scale).toPrecision(15)), decimals);
}

const { decimals: places } = claimsFile;

function decimalsOf(paper: string, table: string): number {
  return places.exceptions.find((exception) => exception.paper === paper && exception.table === table)?.decimals ?? places.default;
}

/** Every row of scores that the papers' tables print, those that paper B quotes of others in its Table 1, and Table 7's seconds. */
export const printedRows: readonly PrintedRow[] = [...scoreRows(), ...quotedRows(), ...timeRows()];

function scoreRows(): PrintedRow[] {
  return reported.scores.map(({ paper, table, row, dataset, ...scores }) => {
    const decimals = decimalsOf(paper, table);
    const figures: PrintedRow['figures'] = {};
    for (const metric of ['precision', 'recall', 'f1'] as const) {
      const value = scores[metric];
      if (value !== null) figures[metric] = printedFigure(value, decimals);
    }
    return { paper, table, row, dataset, figures };
  });
}

function quotedRows(): PrintedRow[] {
  return claimsFile.quoted.flatMap(({ paper, table, row, f1 }) =>
    Object.entries(f1).map(([dataset, text]) => ({ paper, table, row, dataset, figures: { f1: parseFigure(text) } })));
}

/** Seconds have two decimals. */
function timeRows(): PrintedRow[] {
  return reported.other['da-rw-egp/Table 7'].flatMap((times) => {
    const row = (dataset: string, training: number, validation: number): PrintedRow => ({
      paper: 'da-rw-egp',
      table: 'Table 7',
      row: times.model,
      dataset,
      figures: { trainingSeconds: printedFigure(training, 2), validationSeconds: printedFigure(validation, 2) },
    });
    return [row('CMeEE-V2', times.cmeee_train_s, times.cmeee_valid_s), row('CCKS2020', times.ccks2020_train_s, times.ccks2020_valid_s)];
  });
}

/** The rows of one table for one data set, in the order printed. */
export function tableRows(paper: string, table: string, dataset: string): PrintedRow[] {
  return printedRows.filter((row) => row.paper === paper && row.table === table && row.dataset === dataset);
}

/** One figure. @throws InputError where the table does not print it: a claim then names it wrongly. */
export function figureOf(paper: string, table: string, row: string, dataset: string, metric: Metric): Printed {
  const figure = tableRows(paper, table, dataset).find((candidate) => candidate.row === row)?.figures[metric];
  if (!figure) {
    throw new InputError(`data/papers/claims.json: ${paper}, ${table} prints no ${metric} of "${row}" for ${dataset}; the rows are those of data/papers/reported.json`);
  }
  return figure;
}

/** Whether two rows of a paper are one system's, by the names that its tables give it. */
export function sameSystem(paper: string, a: readonly [table: string, row: string], b: readonly [table: string, row: string]): boolean {
  if (a[1] === b[1] && a[0] === b[0]) return true;
  return claimsFile.same.some((group) => {
    const holds = ([table, row]: readonly [string, string]): boolean => group.rows.some((name) => name[0] === table && name[1] === row);
    return group.paper === paper && holds(a) && holds(b);
  });
}
