import { none, percent } from '../format';
import { right, type Table } from '../table';
import { impliedShare } from './amdahl';
import { kinds, type Kind, paddings, type Padding } from './measure';
import { maskSpeedup, printedDataset, printedDatasets, printedMask, printedTimes, type PrintedDataset } from './printed';
import { amdahlOf, type EpochTime, type Measured, ratio, sumOf } from './summary';
import { type Stage, trainingStages, validationStages } from './stages';

/** The models of Table 7, as it names them. */
export const labels = ['RoBERTa-BiLSTM-CRF', 'RW-GP', 'RW-EGP'] as const;
const [bilstm, gp, egp] = labels.keys();

/** The pairs whose ratios the paper's text speaks of: the second is the one that the first is held against. */
export const comparisons = [[gp, bilstm], [egp, bilstm], [egp, gp]] as const;

export type TimeOf = (kind: Kind, padding: Padding, model: number) => EpochTime;

/** In percent, with a proper minus. */
const share = (value: number): string => percent(value).replace('-', '−');
const paddingName: Record<Padding, string> = { padded: 'padded', buckets: 'length buckets' };
const withSpread = ({ value, spread }: Measured, digits: number): string => `${value.toFixed(digits)} ± ${spread.toFixed(digits)}`;
/** Seconds with three significant digits or more. */
const seconds = (time: Measured): string => withSpread(time, time.value >= 100 ? 0 : time.value >= 10 ? 1 : 2);

/** Columns that training and validation both have: ours under either padding, and the paper's. */
const columns = (paper: string) => kinds.flatMap((kind) => [...paddings.map((padding) => right(`${kind}, ${paddingName[padding]}`)), right(`${kind}, ${paper}`)]);
const paperName = (corpus: string): string => `paper${printedDataset(corpus) ? ` (${printedDataset(corpus)})` : ''}`;

/** Table 7: seconds an epoch. */
export function secondsTable(title: string, corpus: string, timeOf: TimeOf, footnotes: string[]): Table {
  const dataset = printedDataset(corpus);
  return {
    title,
    columns: [{ header: 'model (seconds an epoch)' }, ...columns(paperName(corpus))],
    rows: labels.map((label, model) => [
      label,
      ...kinds.flatMap((kind) => [...paddings.map((padding) => seconds(timeOf(kind, padding, model).seconds)), dataset ? printedTimes(label, dataset)[kind].toFixed(2) : none]),
    ]),
    footnotes,
  };
}

/** The same as ratios, which other hardware may share. */
export function ratioTable(corpus: string, timeOf: TimeOf): Table {
  const dataset = printedDataset(corpus);
  return {
    title: 'The same as ratios',
    columns: [{ header: 'time of … in that of …' }, ...columns(paperName(corpus))],
    rows: comparisons.map(([a, b]) => [
      `${labels[a]} in ${labels[b]}`,
      ...kinds.flatMap((kind) => [
        ...paddings.map((padding) => withSpread(ratio(timeOf(kind, padding, a), timeOf(kind, padding, b)), 3)),
        dataset ? printedRatio(dataset, kind, a, b).toFixed(3) : none,
      ]),
    ]),
    footnotes: ['Under 1: the first is faster. ±: half the distance of the quartiles of the rounds, of each the median over the batches, at which the models took turns.'],
  };
}

/** Where the time goes: ms a batch, and the share of the whole. */
export function stageTable(timeOf: TimeOf, notes: readonly string[]): Table {
  const stages: Stage[] = [...new Set<Stage>([...trainingStages, ...validationStages])];
  return {
    title: 'Stages: ms a batch (% of it)',
    columns: [{ header: 'step' }, { header: 'padding' }, { header: 'model' }, ...stages.map(right), right('all'), right('÷ unwatched')],
    rows: kinds.flatMap((kind) => paddings.flatMap((padding) => labels.map((label, model) => {
      const { stages: times, stagesToWhole } = timeOf(kind, padding, model);
      const all = sumOf(times);
      const cell = (stage: Stage): string => {
        const ms = times[stage];
        return ms === undefined ? none : `${ms.toFixed(2)} (${((100 * ms) / all).toFixed(1)})`;
      };
      return [kind, paddingName[padding], label, ...stages.map(cell), all.toFixed(2), stagesToWhole.toFixed(2)];
    }))),
    footnotes: [
      'Mean over the epoch\'s batches. encoder: from the windows\' arrays to the tokens\' vectors, word vectors included; scores: of tags (BiLSTM and emissions), of spans; ' +
        'head gradients: down to the tokens\' vectors; encoder gradients: the rest, and the clipping of all; decode: scores read back and entities made of them.',
      'A span model makes no scores in training: one kernel goes from queries and keys to the loss and leaves its gradient, all of it counted as loss.',
      'A watched step waits for each stage to be over; ÷ unwatched is its time in that of a step without waits, from which the seconds come.',
      ...notes,
    ],
  };
}

/** Amdahl's law beside what the paper prints. */
export function amdahlTable(timeOf: TimeOf): Table {
  const { n, k } = printedMask;
  return {
    title: 'What a faster span stage can save of a step: p (1 − 1/s)',
    columns: [{ header: 'RW-EGP for RW-GP' }, ...['span stage\'s share p, %', 'its speed-up s', 'p (1 − 1/s), %', 'time saved, %'].map(right)],
    rows: kinds.flatMap((kind) => [
      ...paddings.map((padding) => {
        const [slow, fast] = [gp, egp].map((model) => timeOf(kind, padding, model));
        const { p, s, saved } = amdahlOf(slow, fast);
        const measured = ratio(fast, slow);
        return [`${kind}, ${paddingName[padding]}`, share(p), s.toFixed(2), share(saved), `${share(1 - measured.value)} ± ${percent(measured.spread)}`];
      }),
      ...printedDatasets.map((dataset) => {
        const saved = printedSaving(dataset, kind);
        return [`${kind}, paper (${dataset})`, `${percent(impliedShare(saved, maskSpeedup))} if s = ${maskSpeedup.toFixed(2)}`, none, none, share(saved)];
      }),
    ]),
    footnotes: [
      'Amdahl\'s law: where the span stage takes the share p of a step and becomes s times as fast, the step takes 1 − p + p/s of its time. Even s = ∞ saves no more than p.',
      'Ours: span stage = scores, loss, head gradients and decode of the table above (the projection to queries and keys, which a band leaves as it is, among them). ' +
        'time saved is measured apart, on whole steps.',
      `The paper's: its mask of k = ${k} leaves out ${percent(1 - 1 / maskSpeedup)} % of the upper triangle of ${n} × ${n} (the "70 %" that its section 5.4 expected): s = ${maskSpeedup.toFixed(2)} if time goes with spans. ` +
        `RW-EGP saves ${percent(printedSaving('CMeEE-V2', 'training'))} % of RW-GP's training (750.87 s to 739.43 s; its text's 1.3 are points of RoBERTa-BiLSTM-CRF's time). Either the span stage is ` +
        `${percent(impliedShare(printedSaving('CMeEE-V2', 'training'), maskSpeedup))} % of its step and the mask brings all that its spans promise, or the stage is larger and the mask, laid over a matrix that is computed whole, brings less.`,
    ],
  };
}

/** By Table 7, the time of one model in that of another. */
export function printedRatio(dataset: PrintedDataset, kind: Kind, a: number, b: number): number {
  return printedTimes(labels[a], dataset)[kind] / printedTimes(labels[b], dataset)[kind];
}

/** What RW-EGP saves of RW-GP's time by Table 7. */
export function printedSaving(dataset: PrintedDataset, kind: Kind): number {
  return 1 - printedRatio(dataset, kind, egp, gp);
}

/** RW-EGP for RW-GP in training, for the figure. */
export function amdahlLine(timeOf: TimeOf): string {
  const parts = paddings.map((padding) => {
    const { p, s, saved } = amdahlOf(timeOf('training', padding, gp), timeOf('training', padding, egp));
    return `${paddingName[padding]} ${share(p)} % × (1 − 1/${s.toFixed(2)}) = ${share(saved)} %`;
  });
  return `The band saves p (1 − 1/s) of RW-GP's update, p the span stage's share and s its speed-up:<br>${parts.join('; ')}; by the paper's Table 7, ${share(printedSaving('CMeEE-V2', 'training'))} %`;
}
