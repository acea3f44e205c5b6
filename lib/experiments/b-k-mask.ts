import reported from '../../data/papers/reported.json';
import type { Document } from '../corpus';
import { kMaskSweep } from '../figures';
import { countRuns, microMetrics, microSpread, runRows, seedsOf, type ModelRow } from './comparison';
import { loadRunData } from './data';
import type { ExperimentOutput, ExperimentRequest } from './experiment';
import { corpusNotes, count, none, percent, percentSpread, points, pValue, setNotes } from './format';
import { paperDataset } from './paper';
import { paperExperiment } from './paper-experiment';
import { gainData, gainText, judgeGain, type JudgedGain } from './printed-gain';
import { resolveConfig } from './profiles';
import { compactRecord, namedRun, type RunRecord } from './record';
import { right, type Table } from './table';
import { significance } from './verdict';

/** The range of Fig. 9, with its marks: the end of the steep rise (17) and the best of CCKS2020 (39) and of CMeEE-V2 (43). */
const widths = [2, 5, 10, 17, 25, 39, 43, 64];

/** The paper's axis begins at 0, where nothing is scored and nothing found. */
const rows: (ModelRow & { k: number | null })[] = [
  ...widths.map((k) => ({ variant: 'rw-egp', label: `k = ${k}`, set: [`model.head.k=${k}`], k })),
  { variant: 'rw-gp', label: 'no mask', k: null },
];

/** What a band of width k can reach in the scored documents. */
interface Reach {
  /** Share of the scored entities of at most k characters: the ceiling of recall. */
  ceiling: number;
  /** Share of the spans of the scored documents that it scores. */
  cells: number;
}

export const bKMask = paperExperiment({
  name: 'b-k-mask',
  title: 'Paper B, Fig. 9',
  paper: 'da-rw-egp',
  description:
    'F1 against the width k of the band, and against none, with the recall that each k leaves within reach and the share of spans it scores. Paper B: F1 ' +
    'rises steeply up to k = 17, is best at 43 (CMeEE-V2) and 39 (CCKS2020), and there 0.16 and 0.23 points above no mask.',
  runs: (request) => countRuns(rows, request),
  run: sweep,
});

async function sweep(request: ExperimentRequest): Promise<ExperimentOutput> {
  const { corpus, profile, set, paper } = request;
  // Not every assignment need concern the data: those that do are the rows' too.
  const { parts } = await loadRunData(resolveConfig({ variant: 'rw-egp', corpus, profile, seed: 0, set, paper }).corpus);
  const reach = rows.map(({ k }) => reachOf(k, parts.scored));
  const tablesOf = (records: RunRecord[][]): Table[] => [sweepTable(records, reach, request)];
  const records = await runRows(rows, request, tablesOf);
  const gains = gainsOf(records);
  const { claimed, best } = claimsOf(gains, corpus);
  return {
    tables: tablesOf(records),
    data: {
      seeds: seedsOf(request),
      rows: rows.map(({ k }, i) => ({
        k, ...reach[i],
        ...Object.fromEntries(microMetrics.map((metric) => [metric, microSpread(records[i], metric)])),
        p: gains[i]?.p ?? null,
        runs: records[i].map(namedRun),
      })),
      best: gainData(best),
      claim: claimed ? gainData(claimed) : null,
    },
    figure: kMaskSweep(
      rows.flatMap(({ k }, i) => (k === null ? [] : [{ k, ...microSpread(records[i], 'f1'), ceiling: reach[i].ceiling, cells: reach[i].cells }])),
      microSpread(records[rows.length - 1], 'f1'),
      `F1 by k: ${corpus}, ${profile}`,
    ),
    records: records.flat().map(compactRecord),
  };
}

function reachOf(k: number | null, documents: readonly Document[]): Reach {
  let [entities, reached, spans, scored] = [0, 0, 0, 0];
  for (const document of documents) {
    const n = Array.from(document.text).length;
    const width = Math.min(k ?? n, n);
    entities += document.entities.length;
    reached += document.entities.filter(({ start, end }) => end - start <= width).length;
    spans += (n * (n + 1)) / 2;
    scored += ((2 * n + 1 - width) * width) / 2;
  }
  return { ceiling: reached / entities, cells: scored / spans };
}

/** Of each band over no mask, which is the last row. */
function gainsOf(records: readonly RunRecord[][]): JudgedGain[] {
  const scored = rows.map(({ label }, i) => ({ label, f1: microSpread(records[i], 'f1') }));
  const base = scored[scored.length - 1];
  return scored.slice(0, -1).map((row) => judgeGain({ row, base, printed: null }));
}

/** The gain of the width that the paper calls best on the corpus's data set, if it names one, and that of the best width here. */
function claimsOf(gains: readonly JudgedGain[], corpus: string): { claimed: JudgedGain | undefined; best: JudgedGain } {
  const { best_k: widest, gain_over_gp: printed }: { best_k: Record<string, number>; gain_over_gp: Record<string, number> } = reported.other['da-rw-egp/Figure 9'];
  const dataset = paperDataset(corpus) ?? '';
  const named = gains.find((_, i) => rows[i].k === widest[dataset]);
  return {
    claimed: named && judgeGain({ ...named, printed: printed[dataset] }),
    best: gains.reduce((best, gain) => (gain.gain > best.gain ? gain : best)),
  };
}

/** Of the runs of each row, the bands in the order of `widths` and no mask last. */
export function sweepTable(records: readonly RunRecord[][], reach: readonly Reach[], { corpus, profile, set }: ExperimentRequest): Table {
  const [{ data }] = records[0];
  const gains = gainsOf(records);
  const { claimed, best } = claimsOf(gains, corpus);
  return {
    title: `Paper B, Fig. 9: ${corpus}, ${profile}`,
    columns: [{ header: 'band' }, ...['P', 'R', 'F1', 'Δ no mask', 'p', 'recall at most', 'spans scored', 'seeds'].map(right)],
    rows: rows.map(({ label }, i) => [
      label,
      ...microMetrics.map((metric) => percentSpread(microSpread(records[i], metric))),
      gains[i] ? points(gains[i].gain) : none,
      pValue(gains[i]?.p),
      percent(reach[i].ceiling),
      percent(reach[i].cells),
      String(records[i].length),
    ]),
    footnotes: [
      `Strict micro scores, mean ± sample standard deviation over the seeds, in percent. Scored on ${count(data.parts.scored.documents)} documents (${data.parts.scored.source}).`,
      `Δ, p: against no mask; Welch's t-test of F1 over the seeds, two-sided, below ${significance} counts as a difference; not corrected for the ${gains.length} rows.`,
      'recall at most: share of the scored entities of at most k characters. spans scored: share of all spans of the scored documents, in characters.',
      'The paper (CMeEE-V2, CCKS2020): steep up to k = 17, best at 43 and 39, 0.16 and 0.23 points above no mask. Its axis begins at k = 0, where nothing is scored.',
      ...(claimed ? [`The paper's best on ${paperDataset(corpus)!}, ${gainText(claimed)}`] : []),
      `Best by mean F1 here, chosen among ${gains.length} by the scores that it is tested on, for which p is too small: ${gainText(best)}`,
      ...corpusNotes(corpus, data.notes),
      ...setNotes(set),
    ],
  };
}
