import { InputError } from '../common';
import type { Document } from '../corpus';
import { compareMeans, documentCounts, pairedBootstrap, pooledCounts, type DocumentCounts } from '../evaluation';
import { significanceStrip } from '../figures';
import { countRuns, microSpread, rowConfigs, seedsOf, type ModelRow } from './comparison';
import { loadRunData } from './data';
import type { ExperimentOutput, ExperimentRequest } from './experiment';
import { reportedTTest } from './paper';
import { paperExperiment } from './paper-experiment';
import { compactRecord, scoredRun, type RunRecord } from './record';
import { runPredictions } from './run-predictions';
import { runOptions, withRuns } from './side-by-side';
import { oursLabel, significanceTables, type MeasuredSignificance } from './significance-tables';

/** The two rows of Table 5: the paper's model and its baseline. */
const compared: readonly [ours: ModelRow, baseline: ModelRow] = [
  { variant: 'da-rw-egp', label: 'DA-RW-EGP' },
  { variant: 'roberta-bilstm-crf', label: 'RoBERTa-BiLSTM-CRF' },
];

/** Of the bootstrap; its draws are a stream of their own, from this seed whatever the runs' are. */
const resampling = { resamples: 10_000, seed: 0 };

export const bSignificance = paperExperiment({
  name: 'b-significance',
  title: 'Paper B, Table 5',
  paper: 'da-rw-egp',
  description:
    `${compared[0].label} against ${compared[1].label} over seeds: Welch's t, its p against 0.005, the interval of the difference, an effect size, and a paired bootstrap ` +
    'over documents. Paper B: the gain is no chance variation (10 runs of each).',
  runs: (request) => countRuns(compared, request, seedsFor(request)),
  run: compareTwo,
});

/** The profile's seeds, or two where it has one: a test of means wants a spread. */
function seedsFor(request: ExperimentRequest): readonly number[] {
  const seeds = seedsOf(request);
  if (seeds.length >= 2) return seeds;
  if (request.seeds) throw new InputError(`b-significance compares two models over seeds and needs at least two; found --seeds ${seeds.join(',')}`);
  return [seeds[0], seeds[0] + 1];
}

interface SeedRun {
  record: RunRecord;
  counts: DocumentCounts;
}

async function compareTwo(request: ExperimentRequest): Promise<ExperimentOutput> {
  const { hooks = {} } = request;
  const seeds = seedsFor(request);
  const configs = seeds.flatMap((seed) => rowConfigs(compared, request, seed));
  const gold = (await loadRunData(configs[0].corpus)).parts.scored;
  const runsOf: [SeedRun[], SeedRun[]] = [[], []];
  await withRuns(configs, runOptions(request), async (result) => {
    for (const [index, { seed }] of configs.entries()) {
      const [round, side] = [Math.floor(index / compared.length), index % compared.length];
      hooks.onRun?.(`${compared[side].label}, seed ${seed}`);
      const { record, folder, cached } = await result(index);
      runsOf[side].push({ record, counts: runCounts(gold, record, folder) });
      hooks.onRunDone?.(cached);
      if (side === 1 && round > 0 && round + 1 < seeds.length) hooks.onInterim?.(significanceTables(measure(runsOf, request)));
    }
  });
  const measured = measure(runsOf, request);
  const { bootstrap, test, f1 } = measured;
  const models = compared.map(({ variant, label }, side) => ({ variant, label, f1: f1[side], runs: runsOf[side].map(({ record }) => scoredRun(record)) }));
  const intervals = [
    ...(test ? [{ name: 'difference, Welch over seeds', value: test.difference, interval: test.interval }] : []),
    { name: 'difference, bootstrap over documents', value: bootstrap.difference, interval: bootstrap.interval },
  ];
  return {
    tables: significanceTables(measured),
    data: {
      seeds,
      test,
      bootstrap,
      paper: measured.paper,
      models,
      // The one row of the table that is ours is of both models.
      rows: [{ label: oursLabel, runs: models.flatMap(({ runs }) => runs) }],
    },
    figure: significanceStrip(
      compared.map(({ label }, side) => ({ label, values: f1[side].values })),
      intervals,
      `${compared[0].label} and ${compared[1].label}: ${request.corpus}, ${request.profile}, ${seeds.length} seeds`,
    ),
    records: runsOf.flat().map(({ record }) => compactRecord(record)),
  };
}

/** Right, wrong and missed entities of each scored document, from the predictions that the run kept. */
export function runCounts(gold: readonly Document[], record: Pick<RunRecord, 'key' | 'predictions'>, folder: string): DocumentCounts {
  return documentCounts(gold, runPredictions(record, folder));
}

function measure(runsOf: readonly [SeedRun[], SeedRun[]], request: ExperimentRequest): MeasuredSignificance {
  const [ours, baseline] = runsOf.map((runs) => microSpread(runs.map(({ record }) => record), 'f1'));
  const [x, y] = runsOf.map((runs) => pooledCounts(runs.map(({ counts }) => counts)));
  return {
    labels: [compared[0].label, compared[1].label],
    f1: [ours, baseline],
    test: compareMeans(ours.values, baseline.values) ?? null,
    bootstrap: pairedBootstrap(x, y, resampling),
    paper: reportedTTest(request.corpus),
    runs: [runsOf[0].map(({ record }) => record), runsOf[1].map(({ record }) => record)],
    request,
  };
}
