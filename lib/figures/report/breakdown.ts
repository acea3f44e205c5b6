import { lengthClasses } from '../../corpus/types';
import { escapeHtml } from '../html';
import { typeLabel } from '../theme';
import type { ReportRecord } from './record';

/** Entities found, made up and missed. */
interface Counts {
  tp: number;
  fp: number;
  fn: number;
}

type Cells = NonNullable<ReportRecord['breakdown']>['cells'];
type Confusions = NonNullable<ReportRecord['errors']>['confusions'];

/** Columns of the heat map: which cells (`type/length class/nested or flat`) count. */
const columns: readonly [header: string, holds: (length: string, nesting: string) => boolean][] = [
  ...lengthClasses.map((length): [string, (of: string) => boolean] => [length, (of) => of === length]),
  ['flat', (_length, nesting) => nesting === 'flat'],
  ['nested', (_length, nesting) => nesting === 'nested'],
  ['all', () => true],
];

/**
 * F1 by type × length class, flat and nested, of one run or of several together (their entities counted as one set), the bluer the higher; beside
 * each how many gold entities there are. Empty where the records tell none.
 */
export function heatHtml(records: readonly ReportRecord[], title: string): string {
  const known = records.flatMap(({ breakdown }) => (breakdown ? [breakdown.cells] : []));
  if (known.length === 0) return '';
  const types = typesOf(records, known.flatMap((cells) => Object.keys(cells).map((name) => parted(name).type)));
  const rows = [...types.map((type): [string, string[]] => [typeLabel(type), [type]]), ['all', types] as [string, string[]]].map(([label, own]) =>
    `<tr><th scope="row">${escapeHtml(label)}</th>${columns.map(([, holds]) => heatCell(counted(known, own, holds), known.length)).join('')}</tr>`);
  const head = columns.map(([header]) => `<th scope="col" class="number">${header}</th>`).join('');
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(title)}"><table class="heat"><caption>${escapeHtml(title)}</caption>
<thead><tr><th scope="col">type</th>${head}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;
}

/** Which type was taken for which on the right span: gold types in rows, predicted ones in columns. Empty where the record does not tell. */
export function confusionHtml(record: ReportRecord): string {
  const confusions = record.errors?.confusions;
  if (!confusions) return '';
  const pairs = Object.entries(confusions).flatMap(([gold, row]) => Object.entries(row).map(([predicted, times]) => ({ gold, predicted, times })));
  if (pairs.length === 0) return '<p>No entity of the right span has a wrong type.</p>';
  const golden = typesOf([record], pairs.map(({ gold }) => gold)).filter((type) => pairs.some(({ gold }) => gold === type));
  const given = typesOf([record], pairs.map(({ predicted }) => predicted)).filter((type) => pairs.some(({ predicted }) => predicted === type));
  const most = Math.max(...pairs.map(({ times }) => times));
  const rows = golden.map((gold) => `<tr><th scope="row">${escapeHtml(typeLabel(gold))}</th>${given.map((predicted) => confusionCell(confusions, gold, predicted, most)).join('')}</tr>`);
  const total = pairs.reduce((sum, { times }) => sum + times, 0);
  const title = `Right span, wrong type: ${total} times, gold in rows, predicted in columns`;
  return `<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table class="heat"><caption>${title}</caption>
<thead><tr><th scope="col">gold</th>${given.map((type) => `<th scope="col" class="number">${escapeHtml(type)}</th>`).join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;
}

/** In the corpus's order; types that it does not name after them. */
function typesOf(records: readonly ReportRecord[], used: readonly string[]): string[] {
  const order = records.flatMap(({ data }) => data?.types ?? []);
  return [...new Set([...order.filter((type) => used.includes(type)), ...[...used].sort()])];
}

/** A type's own name may hold a slash. */
function parted(cell: string): { type: string; length: string; nesting: string } {
  const parts = cell.split('/');
  const [length, nesting] = parts.splice(-2);
  return { type: parts.join('/'), length, nesting };
}

function counted(all: readonly Cells[], types: readonly string[], holds: (length: string, nesting: string) => boolean): Counts {
  const sum: Counts = { tp: 0, fp: 0, fn: 0 };
  for (const cells of all) {
    for (const [name, cell] of Object.entries(cells)) {
      const { type, length, nesting } = parted(name);
      if (!types.includes(type) || !holds(length, nesting)) continue;
      for (const part of ['tp', 'fp', 'fn'] as const) sum[part] += cell[part];
    }
  }
  return sum;
}

function heatCell({ tp, fp, fn }: Counts, runs: number): string {
  if (tp + fp + fn === 0) return '<td class="number">–</td>';
  const f1 = (2 * tp) / (2 * tp + fp + fn);
  return `<td class="number" style="--share:${(100 * f1).toFixed(0)}%">${(100 * f1).toFixed(1)} <small>${((tp + fn) / runs).toLocaleString('en')}</small></td>`;
}

function confusionCell(confusions: Confusions, gold: string, predicted: string, most: number): string {
  const times = confusions[gold]?.[predicted] ?? 0;
  if (gold === predicted || times === 0) return `<td class="number">${gold === predicted ? '–' : ''}</td>`;
  return `<td class="number" style="--share:${((100 * times) / most).toFixed(0)}%">${times}</td>`;
}
