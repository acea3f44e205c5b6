import type { MeanComparison, PairedBootstrap } from '../evaluation';
import { hindrances } from './comparable';
import type { ExperimentRequest } from './experiment';
import { corpusNotes, count, none, percent, percentSpread, points, setNotes } from './format';
import { paperHeading, type ReportedTTest } from './paper';
import { profile } from './profiles';
import type { RunRecord } from './record';
import { trainingNotes } from './row-notes';
import type { Spread } from './statistics';
import { right, type Table } from './table';

/** What the row of our runs begins with. */
export const oursLabel = 'ours';

/** The level of Table 5. */
const alpha = 0.005;

/** Two models over the same seeds, compared. */
export interface MeasuredSignificance {
  labels: [ours: string, baseline: string];
  /** Over the seeds. */
  f1: [Spread, Spread];
  /** null where neither model has a spread. */
  test: MeanComparison | null;
  bootstrap: PairedBootstrap;
  /** Table 5's line for the corpus, if any. */
  paper: ReportedTTest | null;
  runs: [RunRecord[], RunRecord[]];
  request: ExperimentRequest;
}

/** Table 5's p are far below a thousandth, so their sizes are told. */
const probability = (p: number): string => (p < 1e-4 ? p.toExponential(1) : p.toFixed(4));
const between = ([low, high]: readonly [number, number]): string => `${points(low)} to ${points(high)}`;

/** Table 5 as the paper prints it, ours above its line; then what a resampling of the documents says. */
export function significanceTables(measured: MeasuredSignificance): Table[] {
  return [testTable(measured), bootstrapTable(measured)];
}

function testTable({ labels, f1, test, paper, runs, request }: MeasuredSignificance): Table {
  const { corpus, profile: name, set } = request;
  const records = runs.flat();
  const differs = hindrances(request, records);
  const { train, tuning, scored } = records[0].data.parts;
  const rows = [[
    oursLabel, percentSpread(f1[0]), percentSpread(f1[1]),
    ...(test ? [points(test.difference), between(test.interval), test.t.toFixed(2), test.degrees.toFixed(1), probability(test.p), test.hedgesG.toFixed(2)] : Array<string>(6).fill(none)),
    test ? (test.p < alpha ? `significant at ${alpha}` : `not significant at ${alpha}`) : 'no spread: no test',
    String(f1[0].values.length),
  ]];
  if (paper) {
    const printed = (mean: number, pm: number): string => `${mean} ± ${pm}`;
    rows.push([
      paperHeading(corpus), printed(paper.ours_mean, paper.ours_pm), printed(paper.baseline_mean, paper.baseline_pm),
      points((paper.ours_mean - paper.baseline_mean) / 100), none, String(paper.t), none, `≪${alpha}`, none, `significant at ${alpha}`, String(paper.runs),
    ]);
  }
  return {
    title: `Paper B, Table 5: ${labels[0]} against ${labels[1]}, ${corpus}, ${name}`,
    columns: [{ header: '' }, ...[`${labels[0]} F1`, `${labels[1]} F1`, 'difference', '95 % interval', 't', 'degrees', 'p', "Hedges' g"].map(right), { header: 'verdict' }, right('runs')],
    rows,
    footnotes: [
      `Strict micro F1 in percent, mean ± sample standard deviation over ${f1[0].values.length} seeds. Trained on ${count(train.documents)} documents, epoch chosen on ${count(tuning.documents)}, ` +
        `scored on ${count(scored.documents)} (${count(scored.entities)} entities). Profile ${name}: ${profile(name).description}.`,
      `Welch's t-test, two-sided; the interval is of the difference, by Student's t at Welch's degrees of freedom. Hedges' g: the difference in pooled standard deviations, corrected for few runs.`,
      ...(paper ? ['The paper\'s rows are DA-RW-EGP and RoBERTa-BiLSTM-CRF; what its ± stands for it does not say (paper-audit tries the readings).'] : []),
      ...(paper && differs.length ? [`The paper's line stands beside for orientation: ${differs.join('; ')}.`] : []),
      ...setNotes(set),
      ...corpusNotes(corpus, records[0].data.notes),
      ...trainingNotes(labels.map((label, side) => ({ label, runs: runs[side] }))),
    ],
  };
}

function bootstrapTable({ labels, bootstrap, f1 }: MeasuredSignificance): Table {
  const { f1: pooled, difference, interval, p, resamples, documents } = bootstrap;
  return {
    title: 'The same runs under other documents: paired bootstrap',
    columns: [`${labels[0]} F1`, `${labels[1]} F1`, 'difference', '95 % interval', 'p', 'documents', 'resamples'].map(right),
    rows: [[percent(pooled[0]), percent(pooled[1]), points(difference), between(interval), probability(p), count(documents), count(resamples)]],
    footnotes: [
      `The ${f1[0].values.length} runs of a model are pooled: a document's right, wrong and missed entities are added over the seeds, so F1 here is of all their decisions together, close to ` +
        'but not the mean over seeds. Documents are drawn with replacement, the same for both models.',
      "The bootstrap tells how far the difference depends on which documents are scored, the trained models as they are; Welch's test how far it depends on the seed. Neither covers the other.",
    ],
  };
}
