import * as path from 'node:path';
import type { Score } from '../evaluation';
import { tagsTokens, variant } from '../models';
import { hindrances } from './comparable';
import type { MeasuredRow } from './comparison';
import type { ExperimentRequest } from './experiment';
import { backendText, corpusNotes, count, none, partsText, percent, setNotes } from './format';
import { paperDataset } from './paper';
import { profile } from './profiles';
import type { RunRecord } from './record';
import { scoreCells, scoreColumns } from './score-cells';
import { partsNote, scoreParts } from './score-parts';
import { spread } from './statistics';
import { right, type Table } from './table';
import { significance } from './verdict';

/** The comparison as the paper prints it, ours and theirs side by side, and where the rows differ. */
export function comparisonTables(title: string, rows: readonly MeasuredRow[], request: ExperimentRequest, notes: readonly string[] = []): Table[] {
  const main: Table = {
    title: `${title}: ${request.corpus}, ${request.profile}`,
    columns: [{ header: 'model' }, ...scoreColumns(request.corpus, `Δ ${rows[0].label}`)],
    rows: rows.map((row) => [row.label, ...scoreCells(row)]),
    footnotes: [...footnotes(rows, request), ...notes],
  };
  return [main, breakdown(rows), confusions(rows[rows.length - 1])];
}

function breakdown(rows: readonly MeasuredRow[]): Table {
  const { types } = rows[0].runs[0].data;
  const columns: [string, (run: RunRecord) => Score | undefined][] = [
    ['seen', ({ breakdown: parts }) => parts?.seen],
    ['unseen', ({ breakdown: parts }) => parts?.unseen],
    ...scoreParts(types).map(([part, of]): [string, (run: RunRecord) => Score | undefined] => [part, ({ scores }) => of(scores.scored)]),
  ];
  return {
    title: 'Where they differ: mean F1 by part',
    columns: [{ header: 'model' }, ...columns.map(([header]) => right(header))],
    rows: rows.map(({ label, runs }) => [
      label,
      ...columns.map(([, of]) => percent(spread(runs.map((run) => of(run)?.f1 ?? 0)).mean)),
    ]),
    footnotes: [`seen: entities whose characters are a mention of the training documents; unseen: all others. ${partsNote}`],
  };
}

function footnotes(rows: readonly MeasuredRow[], request: ExperimentRequest): string[] {
  const all = rows.flatMap(({ runs }) => runs);
  const { config, data, backend } = all[0];
  const sharing = rows.filter((row, i) => rows.some((other, j) => j < i && other.runs[0].key === row.runs[0].key));
  const tagging = rows.filter(({ runs }) => tagsTokens(runs[0].config.model.head));
  const baseline = rows[0].label;
  return [
    `Strict micro scores, mean ± sample standard deviation over the seeds, in percent. ${partsText(data.parts)}`,
    ...corpusNotes(request.corpus, data.notes),
    `Profile ${request.profile}: ${profile(request.profile).description}. ${encoders(rows)}`,
    ...setNotes(request.set),
    `${backendText(backend)}, ${config.precision}.`,
    ...rates(rows),
    `p: Welch's t-test of F1 against ${baseline}, two-sided; below ${significance} counts as a difference.`,
    ...notComparable(request, rows),
    ...rows.flatMap(({ label, paper }) => (paper && paper.row !== label ? [`Paper's number beside ${label}: ${paper.table}, "${paper.row}".`] : [])),
    ...(rows.some(({ paper }) => paper) ? rows : []).filter(({ paper }) => !paper).map(({ label, variant: name }) => `${label}: the paper prints no number for it (${variant(name).description})`),
    ...(tagging.length
      ? [`BIO tags hold outermost entities only: ${count(tagging[0].runs[0].data.unrepresentable.scored.nested)} of ${count(data.parts.scored.entities)} scored entities are out of reach of ${names(tagging)}.`]
      : []),
    ...sharing.map(({ label, runs }) => `${label} shares its runs with ${rows.find((other) => other.runs[0].key === runs[0].key)!.label}: without weights of their own the two do not differ.`),
  ];
}

/** The ten commonest confusions of one row: which type was taken for which on the right span, with an example of the embedded corpus. */
function confusions({ label, runs }: MeasuredRow): Table {
  const counts = new Map<string, number>();
  for (const { errors } of runs) {
    for (const [gold, row] of Object.entries(errors?.confusions ?? {})) {
      for (const [predicted, times] of Object.entries(row)) counts.set(`${gold}\t${predicted}`, (counts.get(`${gold}\t${predicted}`) ?? 0) + times);
    }
  }
  const examples = runs.flatMap(({ errors }) => errors?.confused ?? []);
  const worst = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 10);
  return {
    title: `What ${label} confuses`,
    columns: [{ header: 'gold' }, { header: 'predicted' }, right('a run'), { header: 'example' }],
    rows: worst.map(([pair, times]) => {
      const [gold, predicted] = pair.split('\t');
      const example = examples.find((error) => error.gold?.type === gold && error.predicted?.type === predicted);
      return [gold, predicted, (times / runs.length).toFixed(1), example ? `${example.gold!.text} in ${example.context}` : none];
    }),
    footnotes: ['Right spans with a wrong type, mean over the seeds; examples from the embedded corpus only.'],
  };
}

const hasEncoder = ({ runs: [{ config }] }: MeasuredRow): boolean => !config.model.characters;

/** Labels, which may hold commas. */
const names = (rows: readonly MeasuredRow[]): string => rows.map(({ label }) => label).join('; ');

/** The rows' encoders, what they started from, and which rows have none. */
function encoders(rows: readonly MeasuredRow[]): string {
  const [encoded, others] = [rows.filter(hasEncoder), rows.filter((row) => !hasEncoder(row))];
  if (!encoded.length) return 'No row has an encoder.';
  const { layers, hidden } = encoded[0].runs[0].config.model.encoder;
  const without = others.length ? ` Vectors of characters, from random weights, stand in its place in ${names(others)}.` : '';
  return `Encoder here: ${layers} layers of ${hidden}, ${startedFrom(encoded)}${without}`;
}

function startedFrom(rows: readonly MeasuredRow[]): string {
  const weights = new Set(rows.flatMap(({ runs }) => runs.map(({ config }) => config.model.encoder.weights)));
  const [first] = weights;
  if (weights.size > 1) return "started from each row's published weights.";
  if (first === undefined) return 'started from random weights: the rows compare models on equal terms, far below what pre-trained encoders reach.';
  return `started from ${path.basename(first)} in every row: they compare heads on equal terms.`;
}

/** A line where rows learn at different rates; an encoder's is told of those that have one. */
function rates(rows: readonly MeasuredRow[]): string[] {
  const groups = new Map<string, MeasuredRow[]>();
  for (const row of rows) {
    const { encoder, head } = row.runs[0].config.training.learningRate;
    const told = hasEncoder(row) ? `${encoder} (encoder), ${head} (all else)` : String(head);
    groups.set(told, [...(groups.get(told) ?? []), row]);
  }
  return groups.size > 1 ? [`Peak learning rates. ${[...groups].map(([told, group]) => `${told}: ${names(group)}.`).join(' ')}`] : [];
}

/** Why the verdict is on a row's direction and not on its number, of all rows or of some. */
export function notComparable(request: ExperimentRequest, rows: readonly MeasuredRow[]): string[] {
  const groups = new Map<string, MeasuredRow[]>();
  for (const row of rows) {
    const why = hindrances(request, row.runs).join('; ');
    if (why) groups.set(why, [...(groups.get(why) ?? []), row]);
  }
  if (groups.size && !paperDataset(request.corpus)) return ['The papers print nothing for this corpus.'];
  return [...groups].map(([why, group]) => {
    const what = group.length === rows.length ? `profile ${request.profile} here` : names(group);
    return `The paper's numbers are not comparable with ${what} (${why}); the verdict says only whether a row differs from the first as the paper's does.`;
  });
}
