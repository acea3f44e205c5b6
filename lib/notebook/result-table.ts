import type { Table } from '../experiments';
import { escapeHtml } from '../figures';
import { showHtml } from './display';

/** An experiment's table as HTML, its footnotes folded below. */
export function resultTableHtml({ title, columns, rows, footnotes }: Table): string {
  const line = (tag: string, cells: readonly string[]): string =>
    `<tr>${cells.map((cell, i) => `<${tag} style="text-align:${columns[i].align ?? 'left'}">${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  const notes = footnotes.length ? `<details><summary>notes (${footnotes.length})</summary><ol>${footnotes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ol></details>` : '';
  return `<p><b>${escapeHtml(title)}</b></p><table><thead>${line('th', columns.map(({ header }) => header))}</thead><tbody>${rows.map((row) => line('td', row)).join('\n')}</tbody></table>${notes}`;
}

export function showResultTable(table: Table): void {
  showHtml(resultTableHtml(table));
}
