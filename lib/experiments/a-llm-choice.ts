import { featureProviders, type FeatureProvider } from '../llm';
import { auditNotes } from './audited';
import { measureRows, runRows, seedsOf, type MeasuredRow, type ModelRow } from './comparison';
import { comparisonFigure } from './comparison-figure';
import type { ExperimentOutput, ExperimentRequest } from './experiment';
import { costCells, costColumns, costTable, featureData, offlineNote, rejectTables, settingNotes, sharingNotes, wordingNotes } from './feature-tables';
import { none, percent } from './format';
import { printedScore, type ReportedScore } from './paper';
import { paperChatModels, type PaperChatModel } from './paper-chat-models';
import { paperExperiment } from './paper-experiment';
import { answersByRule, featureRow, isWhole, modelCell, paperModelOf, providedFeatures, type ProvidedFeatures, type WholeFeatures } from './provided-features';
import { distinctRecords, scoredRun, type RunRecord } from './record';
import { scoreCells, scoreCellsNotRun, scoreColumns } from './score-cells';
import type { Table } from './table';

export const aLlmChoice = paperExperiment({
  name: 'a-llm-choice',
  title: 'Paper A, Table 7',
  paper: 'llm-medner',
  description:
    'LLM-MedNER with the features of each chat model that `llm extract` has asked about the corpus, with and without retrieved lexicon entries, and of the rule-based ' +
    'offline-lexicon; beside each, what its features cost. Paper A: three chat models differ by less than a point.',
  runs: (request) => answered(request.corpus).length * seedsOf(request).length,
  run: compareProviders,
});

/** Validated features are a-validation's. */
const answered = (corpus: string): FeatureProvider[] => featureProviders(corpus).filter(({ identity }) => !identity.validated);

/** A line of the table: a provider, or a chat model of the paper's that nobody has asked here. */
interface Line {
  label: string;
  model: string;
  /** The paper's chat model that this is. */
  printed: PaperChatModel | null;
  provided: ProvidedFeatures | null;
}

/** A line that can be run. */
type Row = ModelRow & { line: Line; provided: WholeFeatures };
type Measured = Row & MeasuredRow;

/** offline-lexicon first, which is always there; then the paper's chat models in its order; then all others by name. */
function linesOf(provided: readonly ProvidedFeatures[]): Line[] {
  const lines = provided.map((one): Line => ({ label: one.provider, model: modelCell(one), printed: paperModelOf(one) ?? null, provided: one }));
  const isOffline = (one: Line): boolean => answersByRule(one.provided!);
  return [
    ...lines.filter(isOffline),
    ...paperChatModels.flatMap((printed): Line[] => {
      const own = lines.filter((one) => one.printed === printed);
      const plain = own.filter((one) => !one.provided!.identity.retrieval);
      return [...(plain.length > 0 ? plain : [{ label: printed.printed, model: none, printed, provided: null }]), ...own.filter((one) => !plain.includes(one))];
    }),
    ...lines.filter((one) => one.printed === null && !isOffline(one)),
  ];
}

async function compareProviders(request: ExperimentRequest): Promise<ExperimentOutput> {
  const lines = linesOf(await providedFeatures(answered(request.corpus), request));
  const rows = lines.flatMap((line): Row[] => (line.provided && isWhole(line.provided) ? [{ ...featureRow(line.provided), line, provided: line.provided }] : []));
  const tables = (records: readonly RunRecord[][]): [Measured[], Table[]] => {
    const measured = measureRows(rows, records, ({ line }) => printedFor(line, request), request);
    const whole = rows.map(({ provided }) => provided);
    return [measured, [mainTable(lines, measured, request), costTable(whole), ...rejectTables(whole)]];
  };
  const [measured, all] = tables(await runRows(rows, request, (interim) => tables(interim)[1]));
  return {
    tables: all,
    data: {
      seeds: seedsOf(request),
      rows: measured.map(({ runs, provided, line, ...row }) => ({
        ...row,
        printed: line.printed?.printed ?? null,
        features: featureData(provided),
        runs: runs.map(scoredRun),
      })),
      notRun: lines.filter((line) => !rows.some((row) => row.line === line)).map((line) => ({ label: line.label, why: lacking(line), paper: printedFor(line, request) })),
    },
    figure: comparisonFigure('Paper A, Table 7', measured, request),
    records: distinctRecords(measured.flatMap(({ runs }) => runs)),
  };
}

const scoreOf = ({ printed }: PaperChatModel, corpus: string): ReportedScore | null => printedScore({ paper: 'llm-medner', table: 'Table 7', row: printed }, corpus);

const printedFor = ({ printed, provided }: Line, { corpus }: ExperimentRequest): ReportedScore | null =>
  provided ? choiceScore(provided, corpus) : printed && scoreOf(printed, corpus);

/** What Table 7 prints for features such as these, on the data set that belongs to the corpus, or null. The paper asked without retrieval, which it names as future work. */
export function choiceScore(provider: FeatureProvider, corpus: string): ReportedScore | null {
  const model = paperModelOf(provider);
  return model && !provider.identity.retrieval ? scoreOf(model, corpus) : null;
}

const lacking = ({ provided }: Line): string => (provided ? `${provided.covered} of ${provided.texts} texts` : 'no features');

function mainTable(lines: readonly Line[], measured: readonly Measured[], request: ExperimentRequest): Table {
  return {
    title: `Paper A, Table 7: ${request.corpus}, ${request.profile}`,
    columns: [{ header: 'features' }, { header: 'model' }, ...scoreColumns(request.corpus, `Δ ${measured[0].label}`), ...costColumns],
    rows: lines.map((line) => {
      const row = measured.find((one) => one.line === line);
      if (!row) return [line.label, line.model, ...scoreCellsNotRun(printedFor(line, request), lacking(line)), none, none, none, none];
      return [line.label, line.model, ...scoreCells(row), ...costCells(row.provided)];
    }),
    footnotes: [
      ...settingNotes(measured, request),
      ...auditNotes(lines.map((line) => ({ label: line.label, paper: printedFor(line, request) }))),
      offlineNote,
      'Retrieval (`llm extract --retrieve N`) has rows of chat models only: offline-lexicon looks nothing up in the entries it is given, so they change none of its answers.',
      'calls, tokens and cost: of the features of these runs\' texts, in the currency of data/llm.yaml; rejects: answers that did not pass a check.',
      ...lines.flatMap((line) => notRunNote(line, request)),
      ...sharingNotes(measured.map(({ provided }) => provided)),
      ...wordingNotes(measured.map(({ provided }) => provided)),
      ...claimNote(measured),
    ],
  };
}

function notRunNote({ label, printed, provided }: Line, { corpus }: ExperimentRequest): string[] {
  if (provided) return isWhole(provided) ? [] : [`${label} has features of ${provided.covered} of the ${provided.texts} texts of these runs; \`${provided.record!.command}\` goes on.`];
  return [`${label}: no features; \`npx medner llm extract ${corpus} --model NAME\` makes them, NAME being an entry of data/llm.yaml with model ${printed!.example}.`];
}

/** Paper A, section 4.7: "within ±1 %". */
function claimNote(measured: readonly Measured[]): string[] {
  const chat = measured.filter(({ provided }) => !answersByRule(provided) && !provided.identity.retrieval).map(({ f1 }) => f1.mean);
  return chat.length < 2 ? [] : [`Without retrieval the ${chat.length} chat models' rows lie ${percent(Math.max(...chat) - Math.min(...chat))} points apart at most; the paper says within ±1 %.`];
}
