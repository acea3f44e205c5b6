import { lengthClasses, splitNames, type CorpusStatistics, type SplitStatistics, type Summary } from '../corpus';
import { textTable } from './text-table';

/** The values of k that the terminal shows; the JSON has 1-64. */
const shownWidths = [4, 8, 12, 17, 20, 25, 30, 35, 39, 43, 50, 64];

/** Statistics as tables for a terminal. */
export function describeStatistics({ corpus, splits }: CorpusStatistics): string {
  const present = splitNames.flatMap((name) => {
    const split = splits[name];
    return split ? [{ name, split }] : [];
  });
  const row = (label: string, cell: (split: SplitStatistics) => string) => [label, ...present.map(({ split }) => cell(split))];
  const all = (count: (split: SplitStatistics) => number) => (split: SplitStatistics) => shareOf(count(split), split.entities);
  const summary = (label: string, of: (split: SplitStatistics) => Summary) => [
    row(`${label}, mean`, (split) => of(split).mean.toFixed(2)),
    ...(['median', 'p95', 'p99', 'max'] as const).map((name) => row(`${label}, ${name}`, (split) => decimals(of(split)[name]))),
  ];
  const overview = [
    [corpus, ...present.map(({ name }) => name)],
    row('documents', ({ documents }) => String(documents)),
    row('characters', ({ characters }) => String(characters)),
    row('entities', ({ entities }) => String(entities)),
    ...summary('text length', ({ textLength }) => textLength),
    ...summary('entity length', ({ entityLength }) => entityLength),
    row('short, 1-3', all(({ lengths }) => lengths.short)),
    row('medium, 4-7', all(({ lengths }) => lengths.medium)),
    row('long, 8 and more', all(({ lengths }) => lengths.long)),
    row('inside another', all(({ nested }) => nested)),
    row('containing another', all(({ containing }) => containing)),
    row('inside or containing', all(({ nestedOrContaining }) => nestedOrContaining)),
    row('crossing pairs', ({ crossingPairs }) => String(crossingPairs)),
    row('deepest', ({ depth }) => String(Math.max(0, ...Object.keys(depth).map(Number)))),
    row('entities seen in train', ({ seenInTrain, entities }) => (seenInTrain ? shareOf(seenInTrain.entities, entities) : '')),
    row('  with the same type', ({ seenInTrain, entities }) => (seenInTrain ? shareOf(seenInTrain.entitiesWithType, entities) : '')),
    row('distinct mentions seen', ({ seenInTrain }) => (seenInTrain ? shareOf(seenInTrain.mentions, seenInTrain.distinctMentions) : '')),
    ...shownWidths.map((k) => row(`lost at k = ${k}`, all(({ lostAtK }) => lostAtK[k]))),
    row('document ids', ({ hash }) => hash.slice(0, 12)),
  ];
  return [textTable(overview), ...present.map(({ name, split }) => textTable(typeRows(name, split)))].join('\n');
}

function typeRows(name: string, { types, entities }: SplitStatistics): string[][] {
  const head = [name, 'entities', 'share', ...lengthClasses, 'inside', 'mean', 'median', 'p95', 'p99', 'max'];
  const rows = Object.entries(types).map(([type, row]) => [
    type,
    String(row.count),
    percent(row.count, entities),
    ...lengthClasses.map((length) => percent(row[length], row.count)),
    percent(row.nested, row.count),
    row.length.mean.toFixed(2),
    ...(['median', 'p95', 'p99', 'max'] as const).map((figure) => decimals(row.length[figure])),
  ]);
  return [head, ...rows];
}

function shareOf(count: number, whole: number): string {
  return `${count} (${percent(count, whole)})`;
}

function percent(count: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * count) / whole).toFixed(1)} %`;
}

function decimals(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}
