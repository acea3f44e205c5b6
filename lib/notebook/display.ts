import { randomBytes } from 'node:crypto';
import { JobError } from '../common';
import { chromiumRemedy, entitiesHtml, escapeHtml, explorerHtml, explorerStyle, figurePng, plotlyScript, type DrawnDocument, type ExplorerCorpus, type Figure } from '../figures';
import { keepBrowserFor } from '../figures/browser';
import { drawStatement } from '../figures/html';
import { isDiagram } from '../figures/theme';

/** How the kernel publishes a display (tslab-kernel.cjs puts it there): data by media type, and an id to update it later. */
type Publish = (data: Record<string, string>, id: string | undefined, update: boolean) => void;

function publish(data: Record<string, string>, id?: string, update = false): void {
  const kernel = (globalThis as Record<symbol, unknown>)[Symbol.for('medner.display')] as Publish | undefined;
  if (!kernel) throw new JobError('only a notebook can display this: open one with npm run lab');
  kernel(data, id, update);
}

/** A browser takes seconds to start, and the next figure is a cell away. */
const browserMilliseconds = 60_000;

let plotlyShown = false;
let noted = false;

/**
 * Shows a figure: interactive where the notebook is trusted; as a picture where it is not, in viewers that run no
 * scripts, and until the script has run. Plotly itself comes with the first figure. Without a browser there is no picture. Boxes and texts stay one.
 */
export async function show(figure: Figure): Promise<void> {
  keepBrowserFor(browserMilliseconds);
  const png = (await figurePng(figure))?.toString('base64');
  if (!png && !noted) process.stderr.write(`No Chromium found: figures need a trusted notebook, there are no pictures; ${chromiumRemedy}.\n`);
  noted ||= !png;
  const id = `figure-${randomBytes(6).toString('hex')}`;
  const title = (figure.layout.title as { text?: string } | undefined)?.text ?? 'figure';
  const picture = png ? `<img alt="${escapeHtml(title)}" style="width:100%" src="data:image/png;base64,${png}">` : `<em>${escapeHtml(title)}: trust this notebook to see it</em>`;
  if (png && isDiagram(figure)) {
    publish({ 'text/html': `<div style="max-width:${figure.width}px">${picture}</div>`, 'image/png': png, 'text/plain': title });
    return;
  }
  const html = `${plotlyShown ? '' : plotlyScript()}<div id="${id}" style="max-width:${figure.width}px">${picture}</div>
<script>if(window.Plotly){document.getElementById('${id}').innerHTML='';document.getElementById('${id}').style.height='${figure.height}px';${drawStatement(id, figure)};}</script>`;
  plotlyShown = true;
  publish({ 'text/html': html, ...(png && { 'image/png': png }), 'text/plain': title });
}

export function showHtml(html: string): void {
  publish({ 'text/html': html });
}

/** Documents with their entities underlined, nested ones on several lines. */
export function showEntities(documents: DrawnDocument[], types?: string[]): void {
  showHtml(entitiesHtml(documents, types));
}

/** A box where type, length class and nesting are chosen, and a histogram of lengths and examples follow; needs a trusted notebook. */
export function showExplorer(corpora: ExplorerCorpus[]): void {
  showHtml(`<style>${explorerStyle()}</style>${explorerHtml(corpora, `explorer-${randomBytes(6).toString('hex')}`)}`);
}

/** Records as a table: columns are the first record's fields; numbers stand right, those of a column with fractions with four digits. */
export function showTable(rows: Record<string, string | number>[]): void {
  const columns = Object.keys(rows[0] ?? {}).map((name) => {
    const numbers = rows.map((row) => row[name]).filter((value): value is number => typeof value === 'number');
    const digits = numbers.every(Number.isInteger) ? 0 : 4;
    return { name, align: numbers.length ? 'right' : 'left', digits };
  });
  const format = (value: string | number, digits: number) =>
    typeof value === 'string' ? escapeHtml(value) : value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const line = (tag: string, cell: (column: (typeof columns)[number]) => string) =>
    `<tr>${columns.map((column) => `<${tag} style="text-align:${column.align}">${cell(column)}</${tag}>`).join('')}</tr>`;
  const body = rows.map((row) => line('td', ({ name, digits }) => format(row[name], digits)));
  showHtml(`<table><thead>${line('th', ({ name }) => escapeHtml(name))}</thead><tbody>${body.join('\n')}</tbody></table>`);
}

/** One display that later calls overwrite. */
export function liveDisplay(): (html: string) => void {
  const id = randomBytes(8).toString('hex');
  let shown = false;
  return (html) => {
    publish({ 'text/html': html }, id, shown);
    shown = true;
  };
}
