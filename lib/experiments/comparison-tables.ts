import * as path from 'node:path';
import type { Score } from '../evaluation';
import { variant } from '../models';
import { auditNotes } from './audited';
import { channelNotes } from './channel-notes';
import { type Claim, claimNote } from './claim';
import { hindrances } from './comparable';
import type { MeasuredRow } from './comparison';
import type { ExperimentRequest } from './experiment';
import { backendText, corpusNotes, none, partsText, percent } from './format';
import { paperDataset } from './paper';
import { profile } from './profiles';
import { notesOf, type RunRecord } from './record';
import { differingNote, grouped, joined, names, outOfReachNotes, pNote, rowSetNotes, trainingNotes } from './row-notes';
import { scoreCells, scoreColumns } from './score-cells';
import { partsNote, scoreParts } from './score-parts';
import { spread } from './statistics';
import { right, type Table } from './table';
import { onNumber, toleranceText } from './verdict';

/** What a comparison's table says below its rows, besides what every one does. */
export interface FurtherNotes {
  claim?: Claim;
  notes?: readonly string[];
}

/** The comparison as the paper prints it, ours and theirs side by side, and where the rows differ. */
export function comparisonTables(title: string, rows: readonly MeasuredRow[], request: ExperimentRequest, { claim, notes = [] }: FurtherNotes = {}): Table[] {
  const main: Table = {
    title: `${title}: ${request.corpus}, ${request.profile}`,
    columns: [{ header: 'model' }, ...scoreColumns(request.corpus, `Δ ${rows[0].label}`)],
    rows: rows.map((row) => [row.label, ...scoreCells(row)]),
    footnotes: [...footnotes(rows, request, claim), ...notes],
  };
  return [main, breakdown(rows), confusions(rows[rows.length - 1])];
}

function breakdown(rows: readonly MeasuredRow[]): Table {
  const { types } = rows[0].runs[0].data;
  const { parts, empty } = scoreParts(types, rows.flatMap(({ runs }) => runs.map(({ scores }) => scores.scored)));
  const columns: [string, (run: RunRecord) => Score | undefined][] = [
    ['seen', ({ breakdown: mentions }) => mentions?.seen],
    ['unseen', ({ breakdown: mentions }) => mentions?.unseen],
    ...parts.map(([part, of]): [string, (run: RunRecord) => Score | undefined] => [part, ({ scores }) => of(scores.scored)]),
  ];
  const nests = rows.some(({ flatGold }) => flatGold);
  return {
    title: 'Where they differ: mean F1 by part',
    columns: [{ header: 'model' }, ...[...(nests ? ['flat gold'] : []), ...columns.map(([header]) => header)].map(right)],
    rows: rows.map(({ label, runs, flatGold }) => [
      label,
      ...(nests ? [flatGold ? percent(flatGold.mean) : none] : []),
      ...columns.map(([, of]) => percent(spread(runs.map((run) => of(run)?.f1 ?? 0)).mean)),
    ]),
    footnotes: [
      ...(nests ? ['flat gold: of all, against the outermost gold entities alone, which are all that BIO tags can hold; what rows of spans find inside those counts as wrong.'] : []),
      `seen: entities whose characters are a mention of the training documents; unseen: all others. ${partsNote(empty)}`,
    ],
  };
}

function footnotes(rows: readonly MeasuredRow[], request: ExperimentRequest, claim?: Claim): string[] {
  const all = rows.flatMap(({ runs }) => runs);
  const { config, data, backend } = all[0];
  const sharing = rows.filter((row, i) => rows.some((other, j) => j < i && other.runs[0].key === row.runs[0].key));
  const baseline = rows[0].label;
  return [
    `Strict micro scores, mean ± sample standard deviation over the seeds, in percent. ${partsText(data.parts)}`,
    ...corpusNotes(request.corpus, notesOf(all)),
    `Profile ${request.profile}: ${profile(request.profile).description}. ${encoders(rows)}`,
    ...channelNotes(rows),
    ...rowSetNotes(request.set, rows),
    `${backendText(backend)}, ${config.precision}.`,
    ...rates(rows),
    ...trainingNotes(rows),
    ...joined([pNote(baseline, rows), ...(rows.some(({ verdict }) => onNumber(verdict)) ? [toleranceText] : [])]),
    ...notComparable(request, rows),
    ...(claim ? [claimNote(claim)] : []),
    ...printedNotes(rows),
    ...auditNotes(rows),
    ...outOfReachNotes(rows),
    ...sharing.map(({ label, runs }) => `${label} shares its runs with ${rows.find((other) => other.runs[0].key === runs[0].key)!.label}: without weights of their own the two do not differ.`),
  ];
}

/** Which of the paper's rows stand beside rows of another name, and which rows have none; nothing where the paper has none of them. */
function printedNotes(rows: readonly MeasuredRow[]): string[] {
  if (!rows.some(({ paper }) => paper)) return [];
  // That a row is "w/o Keywords" there and "w/o keywords" here need not be told.
  const renamed = ({ label, paper }: MeasuredRow): boolean => !!paper && paper.row.toLowerCase() !== label.toLowerCase();
  const tables = grouped(rows.filter(renamed), ({ paper }) => paper!.table);
  const without = rows.filter(({ paper }) => !paper);
  const described = ({ label, variant: name, unprinted }: MeasuredRow): string => (unprinted ? label : `${label} (${variant(name).description.replace(/\.$/, '')})`);
  return [
    ...tables.map(([table, group]) => `Paper's numbers of ${table}: ${group.map(({ label, paper }) => `"${paper!.row}" beside ${label}`).join('; ')}.`),
    ...(without.length ? [`The paper prints no number for ${without.map(described).join('; ')}.`] : []),
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
const rates = (rows: readonly MeasuredRow[]): string[] => differingNote('Peak learning rates', rows, (row) => {
  const { encoder, head } = row.runs[0].config.training.learningRate;
  return hasEncoder(row) ? `${encoder} (encoder), ${head} (all else)` : String(head);
});

/** Why the verdict is on a row's direction and not on its number, of all rows or of some. */
export function notComparable(request: ExperimentRequest, rows: readonly MeasuredRow[]): string[] {
  const groups = grouped(rows, ({ runs }) => hindrances(request, runs).join('; ') || undefined);
  if (groups.length && !paperDataset(request.corpus)) return ['The papers print nothing for this corpus.'];
  return groups.map(([why, group]) => {
    const what = group.length === rows.length ? `profile ${request.profile} here` : names(group);
    return `The paper's numbers are not comparable with ${what} (${why}); the verdict says only whether a row differs from the first as the paper's does.`;
  });
}
