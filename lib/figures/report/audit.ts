import { escapeHtml } from '../html';
import { notesHtml, verdictHtml } from './table';

type Interval = [number, number];

/** A check of a paper's printed figure, as the paper audit stores it (experiments/audit.ts). */
export interface AuditRow {
  paper: string;
  table: string;
  row: string;
  dataset: string;
  check: string;
  printed: number;
  /** What the other printed figures allow. */
  recomputed: Interval;
  /** What the printed figure stands for, with its rounding. */
  interval: Interval;
  unit: 'fraction' | 'number';
  statement?: string;
  explanation?: string;
  verdict: string;
}

const letters: Record<string, string> = { 'llm-medner': 'A', 'da-rw-egp': 'B' };

/** Every check in one table that can be narrowed; it starts with those that do not hold, and without JavaScript shows all. */
export function auditHtml(rows: readonly AuditRow[], footnotes: readonly string[]): string {
  const inconsistent = rows.filter(({ verdict }) => verdict === 'inconsistent').length;
  const title = `Every check: ${rows.length} figures, ${inconsistent} that the papers' other figures do not give`;
  const columns = ['paper', 'table', 'row', 'data set', 'check', 'printed', 'recomputed', 'verdict', 'what is compared, and what would explain it'];
  const head = columns.map((header) => `<th scope="col"${/^(printed|recomputed)$/.test(header) ? ' class="number"' : ''} aria-sort="none"><button type="button">${escapeHtml(header)}</button></th>`);
  return `${filterHtml('audit-table', rows)}
<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(title)}"><table id="audit-table"><caption>${escapeHtml(title)}</caption>
<thead><tr>${head.join('')}</tr></thead><tbody>${rows.map(rowHtml).join('\n')}</tbody></table></div>
${notesHtml(footnotes)}`;
}

function filterHtml(table: string, rows: readonly AuditRow[]): string {
  const select = (name: 'paper' | 'check', label: string, text: (value: string) => string): string =>
    `<label>${label} <select name="${name}"><option value="">all</option>${[...new Set(rows.map((row) => row[name]))].map((value) => `<option value="${escapeHtml(value)}">${escapeHtml(text(value))}</option>`).join('')}</select></label>`;
  return `<form class="filter scripted" data-filters="${table}" aria-label="Narrow the table of checks">
<label><input type="checkbox" name="verdict" value="inconsistent" checked> inconsistent only</label>
${select('paper', 'paper', (paper) => letters[paper] ?? paper)} ${select('check', 'check', (check) => check)}
<label>with the words <input type="search" name="words" size="16"></label> <output aria-live="polite"></output></form>`;
}

function rowHtml(row: AuditRow): string {
  const { paper, table, dataset, check, verdict, statement, explanation } = row;
  const words = [statement, explanation].filter(Boolean).join('; would be explained by: ') || '–';
  return `<tr data-paper="${escapeHtml(paper)}" data-check="${escapeHtml(check)}" data-verdict="${escapeHtml(verdict)}"><th scope="row">${escapeHtml(letters[paper] ?? paper)}</th>` +
    [table, row.row, dataset || '–', check].map((cell) => `<td>${escapeHtml(cell)}</td>`).join('') +
    `<td class="number">${escapeHtml(printedText(row))}</td><td class="number">${escapeHtml(recomputedText(row))}</td><td>${verdictHtml(verdict)}</td><td class="long">${escapeHtml(words)}</td></tr>`;
}

const signed = (text: string): string => text.replace('-', '−');

/** Scores in percent, with the decimals that the printed number's rounding tells; other figures as they are. */
function printedText({ printed, unit, interval: [low, high] }: AuditRow): string {
  if (unit === 'number') return signed(String(Number(printed.toPrecision(6))));
  return signed((100 * printed).toFixed(decimals(high - low)));
}

function decimals(width: number): number {
  return width > 0 ? Math.max(0, Math.round(-Math.log10(width)) - 2) : 2;
}

function recomputedText({ recomputed: [low, high], unit, interval }: AuditRow): string {
  const digits = unit === 'fraction' ? decimals(interval[1] - interval[0]) + 1 : Number.isInteger(low) && Number.isInteger(high) ? 0 : 2;
  const [first, last] = [low, high].map((end) => signed((unit === 'fraction' ? 100 * end : end).toFixed(digits)));
  return first === last ? first : `${first} to ${last}`;
}
