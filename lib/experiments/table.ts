import { displayWidth } from '../common';

/** `align` right for numbers. */
export interface Column {
  header: string;
  align?: 'right';
}

/** A column of numbers. */
export const right = (header: string): Column => ({ header, align: 'right' });

/** Behind what a cell says, where a footnote that begins with it tells more. */
export const footnoteMark = '†';

/** What an experiment prints: text cells, already rounded. */
export interface Table {
  title: string;
  columns: Column[];
  rows: string[][];
  /** Numbered in the order given. */
  footnotes: string[];
}

/** GitHub-flavoured Markdown; columns padded so that it reads well as plain text too. */
export function toMarkdown({ title, columns, rows, footnotes }: Table): string {
  const escaped = rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = columns.map(({ header }, i) => Math.max(3, displayWidth(header), ...escaped.map((row) => displayWidth(row[i]))));
  const pad = (cell: string, i: number): string => {
    const space = ' '.repeat(widths[i] - displayWidth(cell));
    return columns[i].align === 'right' ? space + cell : cell + space;
  };
  const line = (cells: string[]): string => `| ${cells.map(pad).join(' | ')} |`;
  const rule = `|${columns.map(({ align }, i) => ' ' + (align === 'right' ? '-'.repeat(widths[i] - 1) + ':' : '-'.repeat(widths[i])) + ' ').join('|')}|`;
  const notes = footnotes.map((note, i) => `${i + 1}. ${note}`);
  return [`### ${title}`, '', line(columns.map(({ header }) => header)), rule, ...escaped.map(line), ...(notes.length ? ['', ...notes] : []), ''].join('\n');
}

/** RFC 4180, with the footnotes and the marks of theirs left out: a table for programs. */
export function toCsv({ columns, rows }: Table): string {
  const unmarked = (cell: string): string => (cell.endsWith(footnoteMark) ? cell.slice(0, -footnoteMark.length) : cell);
  const quote = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return [columns.map(({ header }) => header), ...rows].map((row) => row.map(unmarked).map(quote).join(',') + '\n').join('');
}
