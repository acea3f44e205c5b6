import { z } from 'zod';
import { InputError } from '../../common';
import claimsFile from '../../../data/papers/claims.json';
import { metrics } from './printed';

const metric = z.enum(metrics);
/** Figures by data set, as the text writes them. */
const figures = z.record(z.string(), z.string());
/** One table, or one for each data set. */
const table = z.union([z.string(), z.record(z.string(), z.string())]);
const rows = z.array(z.string()).min(1);
/** `points`: a difference of the figures; `relative`: in shares of the row it is counted from. */
const reading = z.enum(['points', 'relative']);

const common = {
  paper: z.enum(['llm-medner', 'da-rw-egp']),
  section: z.string(),
  /** What the text says, in our words. */
  wording: z.string(),
  /** What would explain it if it does not fit, or what to know if it does. */
  note: z.string().optional(),
};

const difference = z.strictObject({
  ...common,
  kind: z.literal('difference'),
  table,
  /** Several: their mean. */
  row: z.union([z.string(), rows]),
  /** `others`: the text does not say, and any other row of the table will do. */
  against: z.string(),
  /** Where the other row stands, if in another table. */
  againstTable: z.string().optional(),
  metric,
  /** Readings of "x %" that are tried; both unless the text says which. */
  readings: z.array(reading).default(['points', 'relative']),
  /** The row whose shares the text counts in, where that is not `against`. */
  of: z.string().optional(),
  claimed: figures,
});

const value = z.strictObject({ ...common, kind: z.literal('value'), table, row: z.string(), metric, claimed: figures });

const range = z.strictObject({
  ...common,
  kind: z.literal('range'),
  table,
  rows,
  datasets: rows,
  metric,
  from: z.string(),
  to: z.string(),
  /** The range is one of differences from this row. */
  against: z.string().optional(),
  reading: reading.default('points'),
});

const order = z.strictObject({
  ...common,
  kind: z.literal('order'),
  table,
  above: rows,
  /** `others`: all rows of the table that are not in `above`. */
  below: z.union([rows, z.literal('others')]),
  datasets: rows,
  metrics: z.array(metric).min(1),
});

/** One quantity that the text gives several times. */
const restated = z.strictObject({ ...common, kind: z.literal('restated'), what: z.string(), values: z.array(z.string()).min(2) });

/** Rows that the text names by their number. */
const position = z.strictObject({ ...common, kind: z.literal('position'), table: z.string(), rows, claimed: z.array(z.int()) });

/** A column whose heading names another data set than its figures are of. */
const heading = z.strictObject({ ...common, kind: z.literal('heading'), table: z.string(), row: z.string(), heading: z.string(), recorded: z.string() });

/** The share of spans that a band of k saves in a text of `length`. */
const candidates = z.strictObject({ ...common, kind: z.literal('candidates'), length: z.int(), claimed: z.string() });

const Claim = z.discriminatedUnion('kind', [difference, value, range, order, restated, position, heading, candidates]);
export type Claim = z.infer<typeof Claim>;
export type ClaimOf<K extends Claim['kind']> = Extract<Claim, { kind: K }>;

/** The papers' statements about their own figures. @throws InputError naming the claim and the field */
export function readClaims(): Claim[] {
  return claimsFile.claims.map((entry: unknown, i) => {
    const parsed = Claim.safeParse(entry);
    if (parsed.success) return parsed.data;
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'kind'}: ${message}`);
    throw new InputError(`data/papers/claims.json, claim ${i + 1}: ${problems.join('; ')}`);
  });
}

/** The table that a claim is about, for a data set. */
export function tableFor(claimed: ClaimOf<'value' | 'difference' | 'range' | 'order'>['table'], dataset: string): string {
  return typeof claimed === 'string' ? claimed : claimed[dataset];
}
