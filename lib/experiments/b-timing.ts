import { loadavg } from 'node:os';
import { backendInfo, checkPrecision, prepareBackend } from '../backend';
import { stepStages } from '../figures';
import type { Paper } from '../models';
import { countRuns, rowConfigs, seedsOf } from './comparison';
import type { RunConfig } from './config';
import { loadRunData } from './data';
import type { ExperimentOutput, ExperimentRequest } from './experiment';
import { backendText, count, setNotes } from './format';
import { paperExperiment } from './paper-experiment';
import { profile } from './profiles';
import { commit, hardware } from './system';
import { impliedShare } from './timing/amdahl';
import { type Kind, kinds, measure, type Padding, paddings, type Protocol, type SampledEpoch, type Timings } from './timing/measure';
import { maskSpeedup, printedDataset, printedDatasets } from './timing/printed';
import { amdahlOf, type EpochTime, epochTime, ratio, rawTimings } from './timing/summary';
import { amdahlLine, amdahlTable, comparisons, labels, printedRatio, printedSaving, ratioTable, secondsTable, stageTable, type TimeOf } from './timing/tables';

const paper: Paper = 'da-rw-egp';
const variants = ['roberta-bilstm-crf', 'rw-gp', 'rw-egp'] as const;
const rows = variants.map((variant, i) => ({ variant, label: labels[i] }));

/** Enough that the order of models is seen through a machine's noise, and little enough that it is measured anew wherever it is wanted. */
const usual = { batches: 12, rounds: 5 };

export const bTiming = paperExperiment({
  name: 'b-timing',
  title: 'Paper B, Table 7',
  paper,
  description:
    'Seconds of an epoch of training and of validation with RoBERTa-BiLSTM-CRF, RW-GP and RW-EGP, padded as the paper pads and in length buckets, and the stages that they go ' +
    'into, from a sample of the epoch\'s batches. Paper B: RW-GP takes 14.1 % less time than RoBERTa-BiLSTM-CRF, the mask of RW-EGP 1.3 points more; Amdahl\'s law says why not more.',
  // Nothing is kept as a run; it counts as one for the progress line.
  runs: (request) => (countRuns(rows, request) ? 1 : 0),
  run: (request) => timeModels(request, usual),
});

/** What is measured, in numbers. */
export interface TimingData {
  /** Where and of what: for the JSON beside the tables. */
  [other: string]: unknown;
  protocol: Protocol;
  /** Each model's epochs, with what was measured of each batch. */
  rows: object[];
  /** The time of `of` in that of `to`; the paper's where it prints one for the corpus. */
  ratios: { kind: Kind; padding: Padding; of: string; to: string; value: number; spread: number; paper: number | null }[];
  /** RW-EGP for RW-GP: the span stage's share p of a step, its speed-up s, and what a step then saves. */
  amdahl: { kind: Kind; padding: Padding; p: number; s: number; saved: number }[];
}

/** The experiment with another number of batches or rounds. */
export async function timeModels(request: ExperimentRequest, size: Omit<Protocol, 'seed'>): Promise<ExperimentOutput<TimingData>> {
  const { corpus, hooks = {}, signal } = request;
  await prepareBackend({ quiet: true });
  const [seed] = seedsOf(request);
  const configs = rowConfigs(rows, { ...request, paper }, seed);
  checkPrecision(configs[0].precision);
  hooks.onRun?.('timing');
  const data = await loadRunData(configs[0].corpus);
  const protocol = { ...size, seed };
  const before = loadavg();
  const timings = await measure(configs, data, protocol, hooks.run, signal);
  const load = { before, after: loadavg() };
  hooks.onRunDone?.(false);

  const times = timings.map(epochTime);
  const timeOf: TimeOf = (kind, padding, model) => times.find((time) => time.kind === kind && time.padding === padding && time.model === model)!;
  const title = `Paper B, Table 7: ${corpus}, ${request.profile}`;
  const printed = printedDataset(corpus);
  return {
    tables: [
      secondsTable(title, corpus, timeOf, footnotes(request, configs[0], timings, times, protocol, load)),
      ratioTable(corpus, timeOf),
      stageTable(timeOf, [decoding(timeOf)]),
      amdahlTable(timeOf),
    ],
    data: {
      protocol, load,
      hardware: hardware(), backend: backendInfo(), node: process.version, commit: commit(), configs,
      data: { parts: data.records, notes: data.notes },
      rows: times.map(({ model, steps: _steps, ...time }, i) => ({ model: labels[model], ...time, strata: rawTimings(timings[i]) })),
      ratios: kinds.flatMap((kind) => paddings.flatMap((padding) => comparisons.map(([a, b]) => ({
        kind, padding, of: labels[a], to: labels[b], ...ratio(timeOf(kind, padding, a), timeOf(kind, padding, b)), paper: printed ? printedRatio(printed, kind, a, b) : null,
      })))),
      amdahl: kinds.flatMap((kind) => paddings.map((padding) => ({ kind, padding, ...amdahlOf(timeOf(kind, padding, 1), timeOf(kind, padding, 2)) }))),
      paper: printedDatasets.flatMap((dataset) => kinds.map((kind) => ({ dataset, kind, saved: printedSaving(dataset, kind), impliedShare: impliedShare(printedSaving(dataset, kind), maskSpeedup) }))),
    },
    figure: stepStages(
      kinds.flatMap((kind) => paddings.flatMap((padding) => labels.map((label, model) => {
        const batches = timings.find(({ epoch }) => epoch.kind === kind && epoch.padding === padding)!.epoch.batches;
        const { stages } = timeOf(kind, padding, model);
        return { panel: kind, label: `${label}, ${padding}`, stages: Object.fromEntries(Object.entries(stages).map(([stage, ms]) => [stage, (ms * batches) / 1000])) };
      }))),
      amdahlLine(timeOf),
      `Stages of an epoch: ${corpus}, ${request.profile}`,
    ),
    records: [],
  };
}

function footnotes(
  { corpus, profile: name, set }: ExperimentRequest, { model, precision, tokenization, training }: RunConfig, timings: readonly Timings[], times: readonly EpochTime[],
  { batches, rounds }: Protocol, { before, after }: { before: number[]; after: number[] },
): string[] {
  const { layers, hidden } = model.encoder;
  const backend = backendInfo();
  const { cpu, cores } = hardware();
  const errors = times.flatMap(({ samplingError, seconds }) => (samplingError === null ? [] : [samplingError / seconds.value]));
  const dataset = printedDataset(corpus);
  return [
    `Measured on ${batches} batches of each epoch (all where there are fewer), drawn from strata of like length, and scaled by batches and tokens (combined regression estimator). Each goes through every model in turn, ` +
      `${rounds} times after once to warm up; a batch counts by its median. ±: half the distance of the epochs of each batch's lower and upper quartile. ` +
      `Standard error of the sample: at most ${(100 * Math.max(0, ...errors)).toFixed(1)} %.`,
    ...kinds.map((kind) => `${kind}: ${paddings.map((padding) => epochText(timings.find(({ epoch }) => epoch.kind === kind && epoch.padding === padding)!.epoch)).join('; ')}.`),
    `padded: every window to ${tokenization.maxLength} tokens, as the paper pads (to 256); length buckets: to the longest of a batch of windows of like length, as this project trains. ` +
      `At most ${training.batchSize} windows an update (paper: 8). Validation predicts the tuning documents; merging windows and scoring are not in it.`,
    `Profile ${name}: ${profile(name).description}. Encoder here: ${layers} layers of ${hidden}.`,
    ...setNotes(set),
    `${backendText(backend)}, ${backend.threads} threads, ${precision}. ` +
      `${cpu}, ${cores} cores; load average ${before[0].toFixed(1)} before, ${after[0].toFixed(1)} after.`,
    dataset
      ? `The paper's seconds (${dataset}, an RTX 4070 Ti) say nothing beside ours, of other hardware and documents; its ratios do.`
      : 'The paper prints no times for this corpus.',
  ];
}

const epochText = ({ padding, windows, batches, tokens }: SampledEpoch): string =>
  `${padding === 'padded' ? 'padded' : 'length buckets'} ${count(windows)} windows in ${count(batches)} batches, ${count(tokens)} tokens with padding`;

/** Decoding takes its time by what is found. */
function decoding(timeOf: TimeOf): string {
  const found = labels.map((label, model) => `${label} ${timeOf('validation', 'buckets', model).predictedToLabelled!.toFixed(2)}`);
  return `The models have had the updates that were timed, no more. Entities decoded for each that is labelled (length buckets): ${found.join(', ')}.`;
}
