import { lengthClasses, type LengthClass } from '../corpus';
import type { Scores } from '../evaluation';
import { beforeAfter, typeLabel } from '../figures';
import { countRuns, runRows, seedsOf, type ModelRow } from './comparison';
import type { ExperimentOutput, ExperimentRequest } from './experiment';
import { corpusNotes, count, percent, percentSpread, points, pValue, setNotes } from './format';
import { paperExperiment } from './paper-experiment';
import { compactRecord, namedRun, type RunRecord } from './record';
import { addedText, uncorrected, updateNotes } from './row-notes';
import { spread, welchTest, type Spread } from './statistics';
import { right, type Table } from './table';

const rows: ModelRow[] = [
  { variant: 'rw-egp', label: 'without' },
  { variant: 'da-rw-egp', label: 'with augmentation' },
];

/** A part of the entities: a type or a length class. */
interface Part {
  name: string;
  kind: 'type' | 'length';
  /** Training entities before and after. */
  entities: [number, number];
  f1: [Spread, Spread];
  p: number | null;
}

export const bAugmentation = paperExperiment({
  name: 'b-augmentation',
  title: 'Paper B, Fig. 6',
  paper: 'da-rw-egp',
  description:
    'F1 by type and by length class, trained without and with data augmentation. Paper B: laboratory items gain most, 1.7 points (`ite`, CMeEE-V2) and 1.3 (CCKS2020).',
  runs: (request) => countRuns(rows, request),
  run: compareParts,
});

async function compareParts(request: ExperimentRequest): Promise<ExperimentOutput> {
  const tablesOf = (records: RunRecord[][]): Table[] => [table(partsOf(records), records, request)];
  const records = await runRows(rows, request, tablesOf);
  const parts = partsOf(records);
  return {
    tables: tablesOf(records),
    data: {
      seeds: seedsOf(request),
      // Every part is of all runs.
      rows: parts.map((part) => ({ label: part.name, ...part, runs: records.flat().map((record) => ({ ...namedRun(record), variant: record.config.variant })) })),
      augmentation: records[1][0].augmentation,
    },
    figure: beforeAfter(
      parts.map(({ name, f1: [before, after] }) => ({ name, before, after })),
      ['without augmentation', 'with augmentation'],
      `F1 by part: ${request.corpus}, ${request.profile}`,
    ),
    records: records.flat().map(compactRecord),
  };
}

function partsOf([without, withAugmentation]: RunRecord[][]): Part[] {
  const [{ data: { types } }] = without;
  const report = withAugmentation[0].augmentation!;
  const part = (name: string, kind: Part['kind'], entities: Part['entities'], of: (scores: Scores) => { f1: number } | undefined): Part => {
    const f1 = [without, withAugmentation].map((runs) => spread(runs.map(({ scores }) => of(scores.scored)?.f1 ?? 0))) as [Spread, Spread];
    return { name, kind, entities, f1, p: welchTest(f1[1].values, f1[0].values)?.p ?? null };
  };
  const sum = (type: string | null, length: LengthClass | null): Part['entities'] =>
    ([report.before, report.after] as const).map((mix) =>
      Object.entries(mix).filter(([name]) => type === null || name === type)
        .flatMap(([, classes]) => lengthClasses.filter((name) => length === null || name === length).map((name) => classes[name]))
        .reduce((total, value) => total + value, 0)) as Part['entities'];
  return [
    ...types.map((type) => part(typeLabel(type), 'type', sum(type, null), ({ types: each }) => each[type])),
    ...lengthClasses.map((length) => part(length, 'length', sum(null, length), ({ lengths }) => lengths[length])),
    part('all', 'length', sum(null, null), ({ micro }) => micro),
  ];
}

function table(parts: readonly Part[], [without, withAugmentation]: RunRecord[][], { corpus, profile, set }: ExperimentRequest): Table {
  const report = withAugmentation[0].augmentation!;
  return {
    title: `Paper B, Fig. 6: ${corpus}, ${profile}`,
    columns: [{ header: 'part' }, ...['entities', 'with new', 'F1 without', 'F1 with', 'Δ', 'p', 'seeds'].map(right)],
    rows: parts.map(({ name, entities: [before, after], f1: [first, second], p }) => [
      name, count(before), count(after), percentSpread(first), percentSpread(second), points(second.mean - first.mean),
      pValue(p), String(first.values.length),
    ]),
    footnotes: [
      `F1 in percent, mean ± sample standard deviation over the seeds; entities of the training documents before and after augmentation. Scored on ` +
        `${count(without[0].data.parts.scored.documents)} documents (${without[0].data.parts.scored.source}).`,
      `New documents, made of wanted: ${addedText({ augmentation: report })} ` +
        `(instances by ${report.sources.instances}, verified by ${report.sources.verifier}), beside ${count(report.train.documents)} training documents.`,
      ...updateNotes(rows.map((row, i) => ({ ...row, runs: i === 0 ? without : withAugmentation }))),
      `Distance of the mix of type × length class from its target: ${percent(report.distance.before)} % before, ${percent(report.distance.after)} % after (total variation).`,
      ...(parts.some(({ p }) => p !== null) ? [`p: Welch's t-test over the seeds, two-sided${uncorrected(parts, 'parts')}.`] : []),
      'The paper: laboratory items gain most, 1.7 points (ite, CMeEE-V2) and 1.3 (CCKS2020).',
      ...corpusNotes(corpus, without[0].data.notes),
      ...setNotes(set),
    ],
  };
}
