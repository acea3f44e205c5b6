import { readFileSync } from 'node:fs';
import { fontFamily, type Figure } from './theme';

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** JSON that can stand inside a script element: no tag, no comment and no line separator of HTML or JavaScript in it. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

export function plotlyFile(): string {
  return require.resolve('plotly.js-dist-min');
}

/**
 * Plotly itself, inlined. A page that loads modules (require.js in some notebooks) would swallow the library, so its
 * loaders are hidden while it runs.
 */
export function plotlyScript(): string {
  const source = readFileSync(plotlyFile(), 'utf8').replace(/<\/script/gi, '<\\/script').replace(/<!--/g, '<\\!--');
  return `<script>(function(define,module,exports){${source}\nif(typeof Plotly!=='undefined')window.Plotly=Plotly;}).call(window);</script>`;
}

/** How every interactive figure behaves: follows its box's width, shows no vendor's mark, offers no upload. */
export const plotlyConfig = { responsive: true, displaylogo: false, showSendToCloud: false, showEditInChartStudio: false };

/** A statement that draws `figure` into the element of that id. */
export function drawStatement(elementId: string, figure: Figure): string {
  return `Plotly.newPlot(${scriptJson(elementId)},${scriptJson(figure.data)},${scriptJson(figure.layout)},${scriptJson(plotlyConfig)})`;
}

/** A page that shows one figure and needs nothing else. */
export function figurePage(figure: Figure): string {
  const title = (figure.layout.title as { text?: string } | undefined)?.text ?? 'Figure';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>body{margin:0;font-family:${fontFamily}}#plot{max-width:${figure.width}px;height:${figure.height}px;margin:auto}</style>
</head><body><div id="plot"></div>
<script type="application/json" id="figure">${scriptJson(figure)}</script>
${plotlyScript()}
<script>(function(f){Plotly.newPlot('plot',f.data,f.layout,${scriptJson(plotlyConfig)});})(JSON.parse(document.getElementById('figure').textContent));</script>
</body></html>
`;
}
