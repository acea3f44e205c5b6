import { displayWidth } from '../common';

/**
 * Rows as aligned text: the first column to the left, the others to the right. Chinese and full-width characters take two
 * places of a terminal.
 */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, displayWidth(cell))));
  return rows
    .map((row) => row.map((cell, i) => (i === 0 ? cell + pad(cell, widths[i]) : pad(cell, widths[i]) + cell)).join('  ').trimEnd() + '\n')
    .join('');
}

function pad(cell: string, width: number): string {
  return ' '.repeat(width - displayWidth(cell));
}
