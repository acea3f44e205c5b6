import { tagsTokens, variant } from '../models';
import type { MeasuredRow, ModelRow } from './comparison';
import { count, setNotes } from './format';
import { follows } from './overrides';
import type { RunRecord } from './record';
import { significance } from './verdict';

/** Notes on one matter as one; none where there is none. */
export const joined = (notes: readonly string[]): string[] => (notes.length ? [notes.join(' ')] : []);

/** A row of a table, with its runs. */
export type RunRow = Pick<MeasuredRow, 'label' | 'runs'>;

/** Labels, which may hold commas. */
export const names = (rows: readonly { label: string }[]): string => rows.map(({ label }) => label).join('; ');

/** Rows of which the same is told, together, in the order of the first of each; those of which nothing is told are left out. */
export function grouped<Row>(rows: readonly Row[], tell: (row: Row) => string | undefined): [told: string, rows: Row[]][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const told = tell(row);
    if (told !== undefined) groups.set(told, [...(groups.get(told) ?? []), row]);
  }
  return [...groups];
}

/** A line where rows differ in what is told of them. */
export function differingNote<Row extends { label: string }>(of: string, rows: readonly Row[], tell: (row: Row) => string): string[] {
  const groups = grouped(rows, tell);
  return groups.length > 1 ? [`${of}. ${groups.map(([told, group]) => `${told}: ${names(group)}.`).join(' ')}`] : [];
}

/** A line where rows take different numbers of updates, by their documents or because a training ended early. */
export const updateNotes = (rows: readonly RunRow[]): string[] => differingNote('Updates a run', rows, ({ runs }) => {
  const steps = runs.map(({ training: { step } }) => step);
  const [least, most] = [Math.min(...steps), Math.max(...steps)];
  return least === most ? count(least) : `${count(least)} to ${count(most)}`;
});

/** A line on the documents that augmentation of either kind made, where there is any. It is drawn with the split's seed, so that a row's runs have the same. */
export function augmentationNotes(rows: readonly RunRow[]): string[] {
  const groups = grouped(rows, ({ runs: [record] }) => addedText(record));
  return groups.length ? [`New training documents, made of wanted: ${groups.map(([told, group]) => `${told} (${names(group)})`).join('; ')}.`] : [];
}

/** On updates and new documents, which go together, one line. */
export const trainingNotes = (rows: readonly RunRow[]): string[] => joined([...updateNotes(rows), ...augmentationNotes(rows)]);

/** On what was set for a table, and which rows alone took it, where some have no such field or one of their own. */
export function rowSetNotes(set: readonly string[], rows: readonly RunRow[]): string[] {
  return setNotes(set.map((assignment) => {
    const taking = rows.filter(({ runs: [{ config }] }) => follows(config, assignment));
    return taking.length === rows.length ? assignment : `${assignment} (${taking.length ? names(taking) : 'no row'})`;
  }));
}

/** New documents by method, made of wanted; undefined where a run has none of either kind. */
export function addedText({ augmentation, traditional }: Pick<RunRecord, 'augmentation' | 'traditional'>): string | undefined {
  const told: string[] = [];
  if (augmentation) {
    const { easy, remote, config } = augmentation;
    told.push(...(['substitution', 'joining', 'sentences'] as const).map((name) => `${name} ${madeOf(easy[name])}`));
    const without = remote.made === 0 && remote.wanted > 0 && config.remote.unlabelled.length === 0;
    told.push(`remote supervision ${madeOf(remote)}${without ? ', since no unlabelled text was named' : ''}`);
  }
  if (traditional) told.push(`${traditional.config.method} ${madeOf(traditional)}`);
  return told.length ? told.join(', ') : undefined;
}

export const madeOf = ({ made, wanted }: { made: number; wanted: number }): string => `${count(made)} of ${count(wanted)}`;

/** A line on the scored entities inside others that rows of BIO tags cannot find, where there are some. */
export function outOfReachNotes(rows: readonly RunRow[]): string[] {
  const tagging = rows.filter(({ runs: [{ config }] }) => tagsTokens(config.model.head));
  if (!tagging.length) return [];
  const { unrepresentable, parts } = tagging[0].runs[0].data;
  if (unrepresentable.scored.nested === 0) return [];
  const whose = tagging.length === rows.length ? 'every row' : names(tagging);
  return [`BIO tags hold outermost entities only: ${count(unrepresentable.scored.nested)} of ${count(parts.scored.entities)} scored entities are out of reach of ${whose}.`];
}

/** The end of a sentence on p: where several are tested, each is tested as if it were alone. */
export const uncorrected = (tests: readonly { p: number | null }[], what = 'rows'): string => {
  const tested = tests.filter(({ p }) => p !== null).length;
  return tested > 1 ? `, not corrected for the ${tested} ${what} tested` : '';
};

/** What p is, against the row that gains are counted from. */
export const pNote = (against: string, rows: readonly { p: number | null }[]): string =>
  `p: Welch's t-test of F1${against && ` against ${against}`}, two-sided; below ${significance} counts as a difference${uncorrected(rows)}.`;

/** What each row is, as the registry describes its variant. */
export const definitionNote = (rows: readonly ModelRow[]): string =>
  `What the rows are. ${rows.map(({ label, variant: name }) => `${label}: ${variant(name).description}`).join(' ')}`;
