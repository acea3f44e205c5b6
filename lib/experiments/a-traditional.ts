import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { TraditionalConfig, type TraditionalMethodName } from '../augment';
import { projectRoot } from '../common';
import { variant } from '../models';
import { auditNotes } from './audited';
import { channelNotes } from './channel-notes';
import { countRuns, measureRows, type MeasuredRow, runRows, seedsOf, type ModelRow } from './comparison';
import { comparisonFigure } from './comparison-figure';
import { notComparable } from './comparison-tables';
import type { ExperimentOutput, ExperimentRequest } from './experiment';
import { corpusNotes, count } from './format';
import { methodProvider } from './method-features';
import { printedScore, type ReportedScore } from './paper';
import { paperExperiment } from './paper-experiment';
import { profile } from './profiles';
import { compactRecord, scoredRun, type RunRecord } from './record';
import { joined, madeOf, outOfReachNotes, pNote, rowSetNotes, updateNotes } from './row-notes';
import { scoreCells, scoreCellsNotRun, scoreColumns } from './score-cells';
import type { Table } from './table';
import { onNumber, toleranceText } from './verdict';

/** A line of Table 9, or one of the several that stand for such a line. */
interface Row extends ModelRow {
  /** The paper's name of it. */
  printed: string;
  method: TraditionalMethodName | null;
}

/** Tags tokens from one text, with nothing of a language model: the row of Table 6 that Table 9 begins with. */
const singleChannel = 'llm-medner-single-channel';
const dualChannel = 'llm-medner';

const methods: readonly { method: TraditionalMethodName; name: string; printed: string }[] = [
  { method: 'masking', name: 'random masking', printed: '+ Random Masking' },
  { method: 'replacement', name: 'medical entity replacement', printed: '+ Medical Entity Replacement' },
  { method: 'back-translation', name: 'back translation', printed: '+ Back Translation' },
  { method: 'synonyms', name: 'medical synonym replacement', printed: '+ Medical Synonym Replacement' },
];

/** Of two channels with a traditional method; the paper does not say which. */
const printedDual = 'Dual-channel + traditional augmentation';

const rows: readonly Row[] = [
  { variant: singleChannel, label: 'single channel', printed: 'Single-channel base model', method: null },
  ...methods.map(({ method, name, printed }): Row => ({ variant: singleChannel, label: `+ ${name}`, printed, method, set: [`traditional=${JSON.stringify({ method })}`] })),
  // A method makes a text. It tells of no keywords and relations, so nothing is added at them: the second channel is all that it gives.
  ...methods.map(({ method, name }): Row => (
    { variant: dualChannel, label: `two channels, ${name}`, printed: printedDual, method, set: [`features.provider=${methodProvider(method)}`, 'model.channels.features=[]'] })),
  { variant: dualChannel, label: 'two channels, LLM-MedNER', printed: 'Dual-channel + LLM augmentation', method: null },
];

/** Why a row cannot be run here; undefined where it can. */
function missing({ method }: Row): string | undefined {
  const config = method && TraditionalConfig.parse({ method });
  const there = (folder: string): boolean => existsSync(path.resolve(projectRoot, folder));
  return config?.method === 'back-translation' && !(there(config.there) && there(config.back)) ? 'no model' : undefined;
}

const runnable = (): Row[] => rows.filter((row) => !missing(row));

export const aTraditional = paperExperiment({
  name: 'a-traditional',
  title: 'Paper A, Table 9',
  paper: 'llm-medner',
  description:
    'Random masking, medical entity replacement, back translation and medical synonym replacement: of the training documents of a single-channel model, and as the ' +
    'text of the second channel in a language model\'s place. Paper A, gains in points of F1: each on a single channel 0.27 to 0.52, two channels with one of them 0.63 to 0.65, ' +
    'two with a language model 4.19 to 8.88.',
  runs: (request) => countRuns(runnable(), request),
  run: compareMethods,
});

type Measured = Row & MeasuredRow;

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
        traditional: runs[0].traditional ?? null,
        features: runs[0].features ?? null,
        runs: runs.map(scoredRun),
      })),
      notRun: rows.filter(missing).map(({ label }) => label),
    },
    figure: comparisonFigure('Paper A, Table 9', measured, request),
    records: records.flat().map(compactRecord),
  };
}

const printed = ({ printed: row }: Row, { corpus }: ExperimentRequest): ReportedScore | null => printedScore({ paper: 'llm-medner', table: 'Table 9', row }, corpus);

const measure = (run: readonly Row[], records: readonly RunRecord[][], request: ExperimentRequest): Measured[] =>
  measureRows(run, records, (row) => printed(row, request), request);

function table(measured: readonly Measured[], request: ExperimentRequest): Table {
  const { corpus, profile: profileName, set } = request;
  const [{ runs: [{ data, config }] }] = measured;
  const { train, tuning, scored } = data.parts;
  const added = measured.flatMap(({ label, runs: [{ traditional }] }) => (traditional ? [`${label} ${madeOf(traditional)}`] : []));
  const changed = measured.flatMap(({ label, runs: [{ features }] }) => (features && 'method' in features ? [`${label} ${count(features.changed)} of ${count(features.documents)}`] : []));
  const told = measured.flatMap(({ runs }) => runs).flatMap(({ features }) => (features && !('method' in features) ? [features.provider] : []));
  return {
    title: `Paper A, Table 9: ${corpus}, ${profileName}`,
    columns: [{ header: 'augmentation' }, ...scoreColumns(corpus, 'Δ')],
    rows: rows.map((row) => {
      const ours = measured.find(({ label }) => label === row.label);
      return [row.label, ...(ours ? scoreCells(ours) : scoreCellsNotRun(printed(row, request), missing(row)!))];
    }),
    footnotes: [
      `Strict micro scores, mean ± sample standard deviation over the seeds, in percent. Trained on ${count(train.documents)} documents and, of a single channel, ` +
        `those that a method adds (made of wanted: ${added.join(', ')}), over as many epochs. Epoch chosen on ${count(tuning.documents)}, scored on ` +
        `${count(scored.documents)} (${scored.source}; ${count(scored.entities)} entities).`,
      `The single channel here is ${singleChannel} (${variant(singleChannel).description}) Profile ${profileName}: ${profile(profileName).description}. Encoder: ` +
        `${config.model.encoder.layers} layers of ${config.model.encoder.hidden}.`,
      ...updateNotes(measured),
      ...joined([`Δ: against ${rows[0].label}. ${pNote(rows[0].label, measured)}`, ...(measured.some(({ verdict }) => onNumber(verdict)) ? [toleranceText] : [])]),
      ...auditNotes(rows.map((row) => ({ label: row.label, paper: printed(row, request) }))),
      'The paper prints no amounts; here each training document gives one new one where the method can change it.',
      'two channels, a method: the second reads what the method makes of each text, of scored ones too, without keywords or relations. In place of entities, which an unlabelled ' +
        `text does not tell, it acts on terms that other training texts mark. Texts changed, the others being their own second text: ${changed.join(', ')}.`,
      `The paper prints one row, "${printedDual}", and not of which method: it stands beside each of the four.`,
      `two channels, LLM-MedNER: all features of llm-medner, by ${[...new Set(told)].join(', ')}; offline-lexicon is no language model and answers by rule.`,
      ...rows.flatMap((row) => (missing(row) ? [`${row.label}: needs translation models in data/models, which are not there.`] : [])),
      ...corpusNotes(corpus, data.notes),
      ...channelNotes(measured),
      ...rowSetNotes(set, measured),
      ...outOfReachNotes(measured),
      ...notComparable(request, measured),
    ],
  };
}
