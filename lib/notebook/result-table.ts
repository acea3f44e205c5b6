import type { Column, Table } from '../experiments';
import { escapeHtml } from '../figures';
import { showHtml } from './display';

/** A number and its deviation stay on one line; a wide table scrolls. */
const styleOf = ({ align }: Column): string => (align ? `text-align:${align};white-space:nowrap` : 'text-align:left');

/** An experiment's table as HTML, its footnotes folded below. */
export function resultTableHtml({ title, columns, rows, footnotes }: Table): string {
  const line = (tag: string, cells: readonly string[]): string =>
    `<tr>${cells.map((cell, i) => `<${tag} style="${styleOf(columns[i])}">${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  const notes = footnotes.length ? `<details><summary>notes (${footnotes.length})</summary><ol>${footnotes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ol></details>` : '';
  return `<p><b>${escapeHtml(title)}</b></p><div style="overflow-x:auto"><table><thead>${line('th', columns.map(({ header }) => header))}</thead><tbody>${rows.map((row) => line('td', row)).join('\n')}</tbody></table></div>${notes}`;
}

export function showResultTable(table: Table): void {
  showHtml(resultTableHtml(table));
}
