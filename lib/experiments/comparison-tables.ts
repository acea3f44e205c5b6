import type { Score, Scores } from '../evaluation';
import { tagsTokens, variant } from '../models';
import { comparable, type MeasuredRow } from './comparison';
import type { ExperimentRequest } from './experiment';
import { count, percent, percentSpread, points } from './format';
import { paperDataset, sameCorpus } from './paper';
import { profile } from './profiles';
import { spread } from './statistics';
import type { Table } from './table';
import { significance } from './verdict';

const none = '–';
const right = (header: string): { header: string; align: 'right' } => ({ header, align: 'right' });

/** The comparison as the paper prints it, ours and theirs side by side, and where the rows differ. */
export function comparisonTables(title: string, rows: readonly MeasuredRow[], request: ExperimentRequest): Table[] {
  const dataset = paperDataset(request.corpus);
  const paper = `paper${sameCorpus(request.corpus) || !dataset ? '' : ` (${dataset})`}`;
  const printed = (value: number | null | undefined): string => (value == null ? none : percent(value));
  const main: Table = {
    title: `${title}: ${request.corpus}, ${request.profile}`,
    columns: [
      { header: 'model' },
      ...['P', 'R', 'F1', `Δ ${rows[0].label}`, 'p', `${paper} P`, 'R', 'F1'].map(right),
      { header: 'verdict' },
      right('seeds'),
    ],
    rows: rows.map(({ label, precision, recall, f1, gain, p, paper: theirs, verdict }) => [
      label,
      ...[precision, recall, f1].map(percentSpread),
      gain === null ? none : points(gain),
      p === null ? none : p < 0.001 ? '<0.001' : p.toFixed(3),
      ...[theirs?.precision, theirs?.recall, theirs?.f1].map(printed),
      verdict,
      String(f1.values.length),
    ]),
    footnotes: footnotes(rows, request),
  };
  return [main, breakdown(rows)];
}

function breakdown(rows: readonly MeasuredRow[]): Table {
  const { types } = rows[0].runs[0].data;
  const columns: [string, (scores: Scores) => Score | undefined][] = [
    ['nested', ({ nested }) => nested],
    ['flat', ({ flat }) => flat],
    ['short', ({ lengths }) => lengths.short],
    ['medium', ({ lengths }) => lengths.medium],
    ['long', ({ lengths }) => lengths.long],
    ...types.map((type): [string, (scores: Scores) => Score | undefined] => [type, (scores) => scores.types[type]]),
  ];
  return {
    title: 'Where they differ: mean F1 by part',
    columns: [{ header: 'model' }, ...columns.map(([header]) => right(header))],
    rows: rows.map(({ label, runs }) => [
      label,
      ...columns.map(([, of]) => percent(spread(runs.map(({ scores }) => of(scores.scored)?.f1 ?? 0)).mean)),
    ]),
    footnotes: ['nested: entities inside another; flat: all others. short 1-3, medium 4-7, long 8 or more characters.'],
  };
}

function footnotes(rows: readonly MeasuredRow[], request: ExperimentRequest): string[] {
  const all = rows.flatMap(({ runs }) => runs);
  const { config, data, backend } = all[0];
  const { train, tuning, scored } = data.parts;
  const { layers, hidden, weights } = config.model.encoder;
  const sharing = rows.filter((row, i) => rows.some((other, j) => j < i && other.runs[0].key === row.runs[0].key));
  const tagging = rows.filter(({ runs }) => tagsTokens(runs[0].config.model.head));
  const baseline = rows[0].label;
  const rates = ({ runs }: MeasuredRow): string => {
    const { encoder, head } = runs[0].config.training.learningRate;
    return `${encoder} (encoder) and ${head} (head)`;
  };
  return [
    `Strict micro scores, mean ± sample standard deviation over the seeds, in percent. Trained on ${count(train.documents)} documents, ` +
      `epoch chosen on ${count(tuning.documents)}, scored on ${count(scored.documents)} (${scored.source}; ${count(scored.entities)} entities).`,
    ...data.notes.map((note) => `${request.corpus}: ${note}.`),
    `Profile ${request.profile}: ${profile(request.profile).description}. Encoder here: ${layers} layers of ${hidden}, ` +
      (weights === undefined
        ? 'started from random weights: the rows compare models on equal terms, far below what pre-trained encoders reach.'
        : `started from each row's published weights.`),
    ...(request.set.length ? [`Set for this table: ${request.set.join(', ')}.`] : []),
    `Backend ${backend.name} (${backend.device}; ${Object.entries(backend.versions).map(([name, version]) => `${name} ${version}`).join(', ')}), ${config.precision}.`,
    ...rows.filter((row) => rates(row) !== rates(rows[0])).map((row) => `${row.label} learns at rates of ${rates(row)}; ${baseline} at ${rates(rows[0])}.`),
    `p: Welch's t-test of F1 against ${baseline}, two-sided; below ${significance} counts as a difference.`,
    ...(comparable(request, all) ? [] : [notComparable(request)]),
    ...rows.flatMap(({ label, paper }) => (paper && paper.row !== label ? [`Paper's number beside ${label}: ${paper.table}, "${paper.row}".`] : [])),
    ...rows.filter(({ paper }) => !paper).map(({ label, variant: name }) => `${label}: the paper prints no number for it (${variant(name).description})`),
    ...(tagging.length
      ? [`BIO tags hold outermost entities only: ${count(tagging[0].runs[0].data.unrepresentable.scored.nested)} of ${count(scored.entities)} scored entities are out of reach of ${tagging.map(({ label }) => label).join(', ')}.`]
      : []),
    ...sharing.map(({ label, runs }) => `${label} shares its runs with ${rows.find((other) => other.runs[0].key === runs[0].key)!.label}: without weights of their own the two do not differ.`),
  ];
}

function notComparable({ corpus, profile: name }: ExperimentRequest): string {
  const dataset = paperDataset(corpus);
  if (!dataset) return 'The papers print nothing for this corpus.';
  const why = sameCorpus(corpus) ? 'other weights and scale' : `another corpus (${dataset}) and scale`;
  return `The paper's numbers are not comparable with profile ${name} here (${why}); the verdict says only whether a row differs from the first as the paper's does.`;
}
