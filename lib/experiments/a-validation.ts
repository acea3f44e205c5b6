import { canonicalJson } from '../common';
import { beforeAfter } from '../figures';
import { featureProviders, type FeatureProvider } from '../llm';
import { auditNotes } from './audited';
import { measureRows, runRows, seedsOf, type MeasuredRow, type ModelRow } from './comparison';
import type { ExperimentOutput, ExperimentRequest } from './experiment';
import { costTable, featureData, offlineNote, rejectTables, settingNotes, wordingNotes } from './feature-tables';
import { printedScore, type ReportedScore } from './paper';
import { paperChatModel } from './paper-chat-models';
import { paperExperiment } from './paper-experiment';
import { featureRow, isWhole, modelCell, paperModelOf, providedFeatures, type ProvidedFeatures, type WholeFeatures } from './provided-features';
import { distinctRecords, scoredRun, type RunRecord } from './record';
import { scoreCells, scoreCellsNotRun, scoreColumns } from './score-cells';
import type { Table } from './table';
import { validationEffect } from './validation-effect';
import { effectNotes, effectTable, type ComparedPair, type Pair } from './validation-tables';
import { direction } from './verdict';

export const aValidation = paperExperiment({
  name: 'a-validation',
  title: 'Paper A, Table 10',
  paper: 'llm-medner',
  description:
    'LLM-MedNER with features as they were answered and after the same model has looked through them as a medical expert (section 4.10), for every model whose features are there ' +
    'in both ways, and how much that took away. Paper A: validation raises F1 by 0.30 to 0.60 points.',
  runs: (request) => 2 * pairsOf(featureProviders(request.corpus)).length * seedsOf(request).length,
  run: compareValidation,
});

const asked = ({ identity: { model, sampling, retrieval } }: FeatureProvider): string => canonicalJson({ model, sampling, retrieval });

function pairsOf<Provider extends FeatureProvider>(providers: readonly Provider[]): Pair<Provider>[] {
  return providers.filter(({ identity }) => identity.validated).flatMap((validated) => {
    const plain = providers.find((other) =>
      !other.identity.validated && asked(other) === asked(validated) && other.identity.prompts.every((prompt) => validated.identity.prompts.includes(prompt)));
    return plain ? [{ plain, validated }] : [];
  });
}

type Row = ModelRow & { provided: WholeFeatures };

interface MeasuredPair extends Pair<WholeFeatures>, ComparedPair {
  rows: [Row & MeasuredRow, Row & MeasuredRow];
}

async function compareValidation(request: ExperimentRequest): Promise<ExperimentOutput> {
  const provided = await providedFeatures(featureProviders(request.corpus), request);
  const pairs = pairsOf(provided).flatMap(({ plain, validated }) => (isWhole(plain) && isWhole(validated) ? [{ plain, validated }] : []));
  const rows = pairs.flatMap(({ plain, validated }) => [plain, validated].map((one): Row => ({ ...featureRow(one), provided: one })));
  const measure = (records: readonly RunRecord[][]): MeasuredPair[] => pairs.map((pair, i) => measurePair(pair, rows.slice(2 * i, 2 * i + 2), records.slice(2 * i, 2 * i + 2), request));
  const tables = (measured: readonly MeasuredPair[]): Table[] => {
    const whole = rows.map((row) => row.provided);
    return [mainTable(measured, provided, request), effectTable(measured), costTable(whole), ...rejectTables(whole)];
  };
  const measured = measure(await runRows(rows, request, (interim) => tables(measure(interim))));
  return {
    tables: tables(measured),
    data: {
      seeds: seedsOf(request),
      pairs: measured.map(({ rows: [before, after], effect, equal }) => ({ plain: before.label, validated: after.label, equal, effect })),
      rows: measured.flatMap((pair) => pair.rows).map(({ runs, provided: one, ...row }) => ({ ...row, features: featureData(one), runs: runs.map(scoredRun) })),
    },
    figure: beforeAfter(
      measured.map(({ plain, rows: [before, after] }) => ({ name: plain.provider, before: before.f1, after: after.f1 })),
      ['as answered', 'validated'],
      `Paper A, Table 10: ${request.corpus}, ${request.profile}`,
    ),
    records: distinctRecords(measured.flatMap((pair) => pair.rows.flatMap(({ runs }) => runs))),
  };
}

/** The verdict is always on the difference, which is what the paper claims: a level has its place in Table 7. */
function measurePair(pair: Pair<WholeFeatures>, rows: readonly Row[], records: readonly RunRecord[][], request: ExperimentRequest): MeasuredPair {
  const [plain, validated] = measureRows(rows, records, ({ provided }) => printedFor(provided, request), request);
  const equal = pair.plain.loaded.record.content === pair.validated.loaded.record.content;
  const baseline = { label: plain.label, f1: plain.f1, paper: plain.paper?.f1 ?? null };
  const verdict = equal ? 'equal features: the same runs' : direction({ f1: validated.f1, paper: validated.paper?.f1 ?? null, baseline, p: validated.p ?? undefined });
  return {
    ...pair, equal, effect: validationEffect(pair.plain.loaded.features, pair.validated.loaded.features),
    rows: [{ ...plain, verdict: 'as answered' }, { ...validated, verdict, ...(equal && { p: null }) }],
  };
}

const printedRows = ['LLM-MedNER (no validation)', 'LLM-MedNER (quality validation)'] as const;

const printed = (validated: boolean, { corpus }: ExperimentRequest): ReportedScore | null =>
  printedScore({ paper: 'llm-medner', table: 'Table 10', row: printedRows[validated ? 1 : 0] }, corpus);

/** Whether Table 10 is of features such as these: its model's, asked without retrieval. */
const inTable = (one: FeatureProvider): boolean => paperModelOf(one) === paperChatModel && !one.identity.retrieval;

const printedFor = (one: FeatureProvider, request: ExperimentRequest): ReportedScore | null => (inTable(one) ? printed(one.identity.validated, request) : null);

function mainTable(measured: readonly MeasuredPair[], provided: readonly ProvidedFeatures[], request: ExperimentRequest): Table {
  const rows = measured.flatMap((pair) => pair.rows);
  const why = provided.some(inTable) ? 'not all features in both ways' : 'no features';
  const lacking = measured.some(({ plain }) => inTable(plain)) ? [] : printedRows.map((row, i) => [row, paperChatModel.printed, ...scoreCellsNotRun(printed(i === 1, request), why)]);
  return {
    title: `Paper A, Table 10: ${request.corpus}, ${request.profile}`,
    columns: [{ header: 'features' }, { header: 'model' }, ...scoreColumns(request.corpus, 'Δ as answered')],
    rows: [...rows.map((row) => [row.label, modelCell(row.provided), ...scoreCells(row)]), ...lacking],
    footnotes: [
      ...settingNotes(rows, request),
      'Δ, p and verdict: of the row with validation against the one before it, the same model\'s features as it first answered.',
      ...auditNotes([...rows, ...printedRows.map((label, i) => ({ label, paper: lacking.length ? printed(i === 1, request) : null }))]),
      offlineNote,
      ...effectNotes(measured),
      ...(lacking.length === 0 ? [] : [
        `The paper's rows are ${paperChatModel.printed}'s: \`npx medner llm extract ${request.corpus} --model NAME\`, with and without --validate, makes its features, NAME being an entry of ` +
          `data/llm.yaml with model ${paperChatModel.example}. Other models' pairs have no number of the paper's beside them.`,
      ]),
      ...unpairedNotes(provided, measured),
      ...wordingNotes(rows.map((row) => row.provided)),
    ],
  };
}

/** Features that have no partner, or not all texts. */
function unpairedNotes(provided: readonly ProvidedFeatures[], measured: readonly MeasuredPair[]): string[] {
  const used = new Set(measured.flatMap(({ plain, validated }) => [plain.provider, validated.provider]));
  return provided.filter(({ provider }) => !used.has(provider)).map(({ provider, identity, record, texts, covered }) =>
    covered < texts
      ? `${provider} has features of ${covered} of the ${texts} texts of these runs; \`${record!.command}\` goes on.`
      : `${provider} stands alone: its model's features ${identity.validated ? 'without' : 'with'} validation are not there, or not of all texts.`);
}
