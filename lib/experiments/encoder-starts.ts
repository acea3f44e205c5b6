import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { displayPath, InputError, projectRoot } from '../common';
import { pretrainingEffect } from '../figures';
import { weightsFile } from '../models';
import { microMetrics, microSpread, seedsOf } from './comparison';
import type { Experiment, ExperimentOutput, ExperimentRequest } from './experiment';
import { corpusNotes, none, partsText, percentSpread, points, pValue, setNotes } from './format';
import { fieldOf, ownSettings, type OwnSettings } from './overrides';
import { miniFolder, resolveConfig } from './profiles';
import { distinctRecords, namedRun, notesOf, type RunRecord } from './record';
import { runOptions, withRuns } from './side-by-side';
import { spread, type Spread, welchTest } from './statistics';
import { right, type Table } from './table';

/** What an encoder starts from: the weights after a share of medner-mini's pre-training, or those of another encoder. */
interface Start {
  label: string;
  /** Of medner-mini's pre-training; null for another encoder. */
  share: number | null;
  /** null: random weights. */
  weights: string | null;
}

const starts: readonly Start[] = [
  { label: 'random weights', share: 0, weights: null },
  { label: 'a quarter', share: 0.25, weights: `${miniFolder}-25` },
  { label: 'half', share: 0.5, weights: `${miniFolder}-50` },
  { label: 'medner-mini', share: 1, weights: miniFolder },
];

const variants = ['bert', 'rw-egp'] as const;

const rateField = 'training.learningRate.encoder';
const Rates = z.array(z.number().positive()).min(1);

/** What the experiment asks for itself: `--set pretraining.rates.random=[1e-3]`. */
const Settings = z.strictObject({
  /**
   * Peak rates of the encoder that are tried with the first seed, for random and for pre-trained weights apart; the one with the best F1 on the tuning
   * documents is taken for all seeds. What is partly pre-trained takes that of medner-mini. A rate of the runs' own, where it is set, is the only one.
   * Random weights have one more by default: on 3,000 documents of CMeEE-V2 1e-3 was best of theirs, with nothing above it tried.
   */
  rates: z.strictObject({ random: Rates.default([2e-4, 5e-4, 1e-3, 2e-3]), pretrained: Rates.default([2e-4, 5e-4, 1e-3]) }).prefault({}),
  /** Folders of further encoders, such as `medner pretrain --from` makes, each with its own vocabulary. */
  encoders: z.array(z.string()).default([]),
});

/** Fields that the rows are named by, and where a request has its say instead. */
const ofTheRows: Record<string, string> = {
  'model.encoder.weights': 'name further encoders in pretraining.encoders',
  'tokenization.vocabulary': 'each encoder has its own',
  'training.learningRate': `set ${rateField} and training.learningRate.head apart`,
};

function settings({ set }: ExperimentRequest): OwnSettings<z.output<typeof Settings>> {
  const own = ownSettings('pretraining', Settings, {}, set);
  for (const field of own.rest.map(fieldOf)) {
    const instead = Object.entries(ofTheRows).find(([taken]) => field === taken || taken.startsWith(`${field}.`))?.[1];
    if (instead) throw new InputError(`--set ${field}: this experiment sets it row by row; ${instead}`);
  }
  return own;
}

function ratesOf(request: ExperimentRequest, { weights }: Start): number[] {
  const { config: { rates }, rest } = settings(request);
  const given = rest.filter((assignment) => fieldOf(assignment) === rateField).pop();
  if (given) return [Number(given.slice(given.indexOf('=') + 1))];
  return weights === null ? rates.random : rates.pretrained;
}

interface Trial {
  variant: string;
  start: Start;
  rate: number;
  /** F1 on the tuning documents. */
  tuning: number;
  run: RunRecord;
}

interface Cell {
  variant: string;
  start: Start;
  rate: number;
  runs: RunRecord[];
}

export const encoderStarts: Experiment = {
  name: 'pretraining',
  title: 'What pre-training brings',
  description:
    'The BIO tagger and the full model without augmentation, started from random weights, from medner-mini, and from medner-mini after a quarter and ' +
    'half of its pre-training. Everything else is equal, the vocabulary too. Other encoders stand beside, each with its own, where ' +
    '--set \'pretraining.encoders=["data/models/NAME"]\' names them.',
  runs: (request) => variants.length * (tried(present()).flatMap((start) => ratesOf(request, start)).length + startsOf(request).length * seedsOf(request).length),
  run: compareStarts,
};

const isThere = (weights: string): boolean => existsSync(path.resolve(projectRoot, weights, weightsFile));
const present = (): Start[] => starts.filter(({ weights }) => weights === null || isThere(weights));

/** Those of medner-mini's pre-training that are there, then the encoders that are named. */
function startsOf(request: ExperimentRequest): Start[] {
  const own = present();
  const others = settings(request).config.encoders.map((folder): Start => {
    if (!isThere(folder)) throw new InputError(`pretraining.encoders: ${folder} has no ${weightsFile}; \`medner pretrain … --name NAME\` makes data/models/NAME`);
    return { label: path.basename(folder), share: null, weights: folder };
  });
  const labels = [...own, ...others].map(({ label }) => label);
  const twice = labels.find((label, i) => labels.indexOf(label) < i);
  if (twice !== undefined) throw new InputError(`pretraining.encoders: two starts are named ${twice}; rows are told apart by their folders' names`);
  return [...own, ...others];
}

async function compareStarts(request: ExperimentRequest): Promise<ExperimentOutput> {
  const used = startsOf(request);
  if (present().length < 2) throw new InputError(`no weights of medner-mini are there (${miniFolder}); git restores them`);
  const seeds = seedsOf(request);
  const trials = await tryRates(request);
  const cells: Cell[] = variants.flatMap((variant) =>
    used.map((start) => ({ variant, start, rate: bestRate(trials.filter((trial) => trial.variant === variant && (trial.start.weights === null) === (start.weights === null))), runs: [] })));
  const planned = seeds.flatMap((seed) => cells.map(({ variant, start, rate }) => ({ variant, start, rate, seed })));
  await made(planned, request, ({ seed }, record, index) => {
    cells[index % cells.length].runs.push(record);
    const lastOfSeed = (index + 1) % cells.length === 0;
    if (lastOfSeed && seed !== seeds[seeds.length - 1]) request.hooks?.onInterim?.([table(cells, request)]);
  });
  return {
    tables: [table(cells, request)],
    data: {
      seeds,
      rates: trials.map(({ run: { key, command }, start, ...trial }) => ({ ...trial, start: start.label, key, command })),
      rows: cells.map(({ variant, start, rate, runs }) => ({
        variant, start: start.label, share: start.share, rate,
        f1: microSpread(runs, 'f1'),
        tuning: spread(runs.map(({ scores }) => scores.tuning.micro.f1)),
        seconds: spread(runs.map(({ seconds }) => seconds.training)),
        ...(runs.every(({ training }) => training.processorSeconds !== undefined) && { processorSeconds: spread(runs.map(({ training }) => training.processorSeconds!)) }),
        runs: runs.map(namedRun),
      })),
    },
    figure: pretrainingEffect(
      variants.map((variant) => ({
        name: variant,
        points: cells.filter((cell) => cell.variant === variant).map(({ start: { label, share }, runs }) => {
          const { mean, deviation } = microSpread(runs, 'f1');
          return { label, share, mean, deviation };
        }),
      })),
      `What pre-training brings: ${request.corpus}, ${request.profile}`,
    ),
    records: distinctRecords([...trials.map((trial) => trial.run), ...cells.flatMap(({ runs }) => runs)]),
  };
}

/** The starts whose rates are tried: random weights, and the most that is there of medner-mini. */
const tried = (used: readonly Start[]): Start[] => [used[0], used[used.length - 1]];

/** Every rate with the first seed, for random weights and for medner-mini's. */
async function tryRates(request: ExperimentRequest): Promise<Trial[]> {
  const [seed] = seedsOf(request);
  const planned = variants.flatMap((variant) => tried(present()).flatMap((start) => ratesOf(request, start).map((rate) => ({ variant, start, rate, seed }))));
  const trials: Trial[] = [];
  await made(planned, request, ({ variant, start, rate }, run) => {
    trials.push({ variant, start, rate, tuning: run.scores.tuning.micro.f1, run });
  });
  return trials;
}

const bestRate = (trials: readonly Trial[]): number => trials.reduce((best, trial) => (trial.tuning > best.tuning ? trial : best)).rate;

interface Planned {
  variant: string;
  start: Start;
  rate: number;
  seed: number;
}

/** Makes runs, or reads them back, and tells of each in order. */
async function made(planned: readonly Planned[], request: ExperimentRequest, take: (plan: Planned, record: RunRecord, index: number) => void): Promise<void> {
  const { corpus, profile, hooks = {} } = request;
  const { rest } = settings(request);
  const configs = planned.map(({ variant, start: { weights, share }, rate, seed }) =>
    resolveConfig({
      variant, corpus, profile, seed,
      set: [...rest, `model.encoder.weights=${weights ?? 'null'}`, `tokenization.vocabulary=${share === null ? weights : miniFolder}/vocab.txt`, `${rateField}=${rate}`],
    }));
  await withRuns(configs, runOptions(request), async (result) => {
    for (const [index, plan] of planned.entries()) {
      hooks.onRun?.(`${plan.variant}, ${plan.start.label}, rate ${plan.rate}, seed ${plan.seed}`);
      const { record, cached } = await result(index);
      take(plan, record, index);
      hooks.onRunDone?.(cached);
    }
  });
}

function table(cells: readonly Cell[], request: ExperimentRequest): Table {
  const { corpus, profile, set } = request;
  const measured = cells.filter(({ runs }) => runs.length > 0);
  const [{ runs: [first] }] = measured;
  const f1 = ({ runs }: Cell): Spread => microSpread(runs, 'f1');
  return {
    title: `What pre-training brings: ${corpus}, ${profile}`,
    columns: [{ header: 'model' }, { header: 'encoder starts from' }, ...['P', 'R', 'F1', 'Δ random', 'p', 'rate', 'fine-tuning', 'seeds'].map(right)],
    rows: measured.map((cell) => {
      const { variant, start, rate, runs } = cell;
      const random = measured.find((other) => other.variant === variant && other.start.weights === null)!;
      const gain = f1(cell).mean - f1(random).mean;
      const p = cell === random ? undefined : welchTest(f1(cell).values, f1(random).values)?.p;
      return [
        variant,
        start.label,
        ...microMetrics.map((metric) => percentSpread(microSpread(runs, metric))),
        cell === random ? none : points(gain),
        pValue(p),
        rate.toExponential(0),
        minutes(runs),
        String(runs.length),
      ];
    }),
    footnotes: [
      `Strict micro scores, mean ± sample standard deviation over the seeds, in percent. ${partsText(first.data.parts)}`,
      ...corpusNotes(corpus, notesOf(measured.flatMap(({ runs }) => runs))),
      rateNote(request),
      ...setNotes(set),
      ...partialNotes(measured.map(({ start }) => start)),
      ...otherNotes(measured.map(({ start }) => start)),
      ...missing(),
      'Word vectors, where a row has them, are the same from every start.',
      'fine-tuning: mean processor time of training, the scoring of each epoch included; "passed": time by the clock, of a row with a run that has no other.',
    ],
  };
}

function rateNote(request: ExperimentRequest): string {
  const [random, pretrained] = tried(present()).map((start) => ratesOf(request, start).map((rate) => rate.toExponential(0)).join(', '));
  const what = 'rate: peak learning rate of the encoder';
  const best = 'by F1 on the tuning documents with the first seed';
  const isGrid = (rates: string): boolean => rates.includes(',');
  if (random === pretrained) return isGrid(random) ? `${what}, the best of ${random} ${best}, for random and for pre-trained weights apart.` : `${what}, as set.`;
  const told = (rates: string): string => (isGrid(rates) ? `the best of ${rates} ${best}` : `${rates}, as set`);
  return `${what}: for random weights ${told(random)}; for pre-trained ones ${told(pretrained)}.`;
}

/** Processor time where every record has it, which other work on the machine disturbs less; else the time that passed. */
function minutes(runs: readonly RunRecord[]): string {
  const times = runs.map(({ training }) => training.processorSeconds);
  const known = times.every((time) => time !== undefined);
  const mean = spread(known ? (times as number[]) : runs.map(({ seconds: { training } }) => training)).mean;
  return `${(mean / 60).toFixed(1)} min${known ? '' : ' passed'}`;
}

/** What the starts between none and all of the pre-training are, where there are some. */
export function partialNotes(used: readonly Pick<Start, 'label' | 'share'>[]): string[] {
  const labels = [...new Set(used.filter(({ share }) => share !== null && share > 0 && share < 1).map(({ label }) => label))];
  if (!labels.length) return [];
  return [`${labels.join(', ')}: the weights at that share of the updates of medner-mini's one pre-training, whose learning rate had not yet fallen to its end; no shorter pre-training of its own.`];
}

/** Other encoders, and how they were made where their folders tell. */
function otherNotes(used: readonly Start[]): string[] {
  const folders = new Set(used.filter(({ share }) => share === null).map(({ weights }) => weights!));
  return [...folders].map((folder) => {
    const file = path.resolve(projectRoot, folder, 'pretraining.json');
    const data = existsSync(file) ? MadeBy.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data : undefined;
    return `${path.basename(folder)}: ${data ? `made by \`${data.command} --name ${path.basename(folder)}\`` : folder}; it takes the rate of medner-mini.`;
  });
}

/** What is read of a pre-training's record beside an encoder. */
const MadeBy = z.looseObject({ command: z.string() });

function missing(): string[] {
  const absent = starts.filter((start) => !present().includes(start));
  if (!absent.length) return [];
  return [`Not here: ${absent.map(({ label, weights }) => `${label} (${displayPath(weights!)})`).join(', ')}; \`medner pretrain … --name medner-mini --force\` makes them beside the model, and the model anew.`];
}
