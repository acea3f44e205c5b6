import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { TraditionalConfig, type TraditionalMethodName } from '../augment';
import { projectRoot } from '../common';
import { modelComparison } from '../figures';
import { variant } from '../models';
import { runRows, seedsOf, type ModelRow } from './comparison';
import type { Experiment, ExperimentOutput, ExperimentRequest } from './experiment';
import { count, percent, percentSpread, points } from './format';
import { paperDataset, printedScore, sameCorpus, type ReportedScore } from './paper';
import { profile } from './profiles';
import { compactRecord, type RunRecord } from './record';
import { spread, welchTest, type Spread } from './statistics';
import type { Table } from './table';
import { direction, significance } from './verdict';

/** A line of Table 9. */
interface Row extends ModelRow {
  /** The paper's name of it. */
  printed: string;
  method: TraditionalMethodName | null;
}

/** Tags tokens from one text, with nothing of a language model: the row of Table 6 that Table 9 begins with. */
const singleChannel = 'llm-medner-single-channel';

const single = (label: string, printed: string, method: Row['method']): Row =>
  ({ variant: singleChannel, label, printed, method, set: method ? [`traditional=${JSON.stringify({ method })}`] : [] });

const rows: Row[] = [
  single('single channel', 'Single-channel base model', null),
  single('+ random masking', '+ Random Masking', 'masking'),
  single('+ medical entity replacement', '+ Medical Entity Replacement', 'replacement'),
  single('+ back translation', '+ Back Translation', 'back-translation'),
  single('+ medical synonym replacement', '+ Medical Synonym Replacement', 'synonyms'),
];

/** Why a row cannot be run here; undefined where it can. */
function missing({ method }: Row): string | undefined {
  const config = method && TraditionalConfig.parse({ method });
  const there = (folder: string): boolean => existsSync(path.resolve(projectRoot, folder));
  return config?.method === 'back-translation' && !(there(config.there) && there(config.back)) ? 'not run: no model' : undefined;
}

const runnable = (): Row[] => rows.filter((row) => !missing(row));

export const aTraditional: Experiment = {
  name: 'a-traditional',
  title: 'Paper A, Table 9',
  description:
    'Traditional augmentation of the training documents of a single-channel model: random masking, medical entity replacement, back translation, medical synonym ' +
    'replacement. Paper A: each raises F1 a little, by 0.27 to 0.52 points.',
  runs: (request) => runnable().length * seedsOf(request).length,
  run: compareMethods,
};

interface Measured extends Row {
  precision: Spread;
  recall: Spread;
  f1: Spread;
  gain: number | null;
  p: number | null;
  verdict: string;
  runs: RunRecord[];
}

async function compareMethods(request: ExperimentRequest): Promise<ExperimentOutput> {
  const run = runnable();
  const records = await runRows(run, request, (interim) => [table(measure(run, interim, request), request)]);
  const measured = measure(run, records, request);
  return {
    tables: [table(measured, request)],
    data: {
      seeds: seedsOf(request),
      rows: measured.map(({ runs, ...row }) => ({
        ...row,
        paper: printed(row, request),
        traditional: runs[0].traditional ?? null,
        runs: runs.map(({ key, config, command, scores }) => ({ key, seed: config.seed, command, micro: scores.scored.micro })),
      })),
      notRun: rows.filter(missing).map(({ label }) => label),
    },
    figure: modelComparison(
      measured.map((row) => ({
        model: row.label, corpus: request.corpus, mean: row.f1.mean, deviation: row.f1.deviation, seeds: row.f1.values.length,
        paper: printed(row, request)?.f1 ?? undefined, paperCorpus: sameCorpus(request.corpus) ? undefined : paperDataset(request.corpus),
      })),
      `Paper A, Table 9: ${request.corpus}, ${request.profile}`,
    ),
    records: records.flat().map(compactRecord),
  };
}

const printed = ({ printed: row }: Row, { corpus }: ExperimentRequest): ReportedScore | null => printedScore('llm-medner', 'Table 9', row, corpus);

function measure(run: readonly Row[], records: readonly RunRecord[][], request: ExperimentRequest): Measured[] {
  const over = (runs: readonly RunRecord[], of: 'precision' | 'recall' | 'f1'): Spread => spread(runs.map(({ scores }) => scores.scored.micro[of]));
  const baseline = { label: run[0].label, f1: over(records[0], 'f1'), paper: printed(run[0], request)?.f1 ?? null };
  return run.map((row, i): Measured => {
    const f1 = over(records[i], 'f1');
    const p = i === 0 ? undefined : welchTest(f1.values, baseline.f1.values)?.p;
    const verdict = direction({ f1, paper: printed(row, request)?.f1 ?? null, baseline: i === 0 ? null : baseline, p });
    return {
      ...row, precision: over(records[i], 'precision'), recall: over(records[i], 'recall'), f1,
      gain: i === 0 ? null : f1.mean - baseline.f1.mean, p: p ?? null, verdict, runs: records[i],
    };
  });
}

function table(measured: readonly Measured[], request: ExperimentRequest): Table {
  const { corpus, profile: profileName, set } = request;
  const none = '–';
  const right = (header: string) => ({ header, align: 'right' as const });
  const dataset = paperDataset(corpus);
  const [{ runs: [{ data, config }] }] = measured;
  const { train, tuning, scored } = data.parts;
  const added = measured.flatMap(({ label, runs: [{ traditional }] }) => (traditional ? [`${label} ${count(traditional.made)}`] : []));
  return {
    title: `Paper A, Table 9: ${corpus}, ${profileName}`,
    columns: [
      { header: 'training' },
      ...['P', 'R', 'F1', 'Δ', 'p', `paper${sameCorpus(corpus) || !dataset ? '' : ` (${dataset})`} P`, 'R', 'F1'].map(right),
      { header: 'verdict' }, right('seeds'),
    ],
    rows: rows.map((row) => {
      const theirs = printed(row, request);
      const paper = [theirs?.precision, theirs?.recall, theirs?.f1].map((value) => (value == null ? none : percent(value)));
      const ours = measured.find(({ label }) => label === row.label);
      if (!ours) return [row.label, none, none, none, none, none, ...paper, missing(row)!, '0'];
      const { precision, recall, f1, gain, p, verdict } = ours;
      return [
        row.label, ...[precision, recall, f1].map(percentSpread), gain === null ? none : points(gain),
        p === null ? none : p < 0.001 ? '<0.001' : p.toFixed(3), ...paper, verdict, String(f1.values.length),
      ];
    }),
    footnotes: [
      `Strict micro scores, mean ± sample standard deviation over the seeds, in percent. Trained on ${count(train.documents)} documents and those that a method adds ` +
        `(${added.join(', ')}), over as many epochs: with more documents a row has more updates. Epoch chosen on ${count(tuning.documents)}, scored on ` +
        `${count(scored.documents)} (${scored.source}; ${count(scored.entities)} entities).`,
      `The single channel here is ${singleChannel} (${variant(singleChannel).description}) Profile ${profileName}: ${profile(profileName).description}. Encoder: ` +
        `${config.model.encoder.layers} layers of ${config.model.encoder.hidden}. The paper's is another model, so its numbers stand beside ours for the gains alone.`,
      `Δ and p: against ${rows[0].label}; Welch's t-test of F1, two-sided, below ${significance} counts as a difference.`,
      'The paper prints no amounts; here each training document gives one new one where the method can change it.',
      ...rows.flatMap((row) => (missing(row) ? [`${row.label}: needs translation models in data/models, which are not there.`] : [])),
      ...data.notes.map((note) => `${corpus}: ${note}.`),
      ...(set.length ? [`Set for this table: ${set.join(', ')}.`] : []),
    ],
  };
}
