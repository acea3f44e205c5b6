import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { inlineScript } from './assets';
import { fontFamily, isDiagram, type Figure } from './theme';

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
  const source = inlineScript(readFileSync(plotlyFile(), 'utf8'));
  return `<script>(function(define,module,exports){${source}\nif(typeof Plotly!=='undefined')window.Plotly=Plotly;}).call(window);</script>`;
}

/** Plotly packed as text, two fifths of its size: for a page that unpacks and runs it only when a figure comes into sight. */
export function plotlyPacked(): string {
  return gzipSync(readFileSync(plotlyFile()), { level: 9 }).toString('base64');
}

/** An attribute that tells browsers and screen readers to take a text for Chinese where a third of its letters are; else nothing. */
export function languageOf(text: string): string {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  return han > 0 && 3 * han >= (text.match(/\p{L}/gu)?.length ?? 0) ? ' lang="zh"' : '';
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
<style>body{margin:0;font-family:${fontFamily}}#plot{${isDiagram(figure) ? 'width' : 'max-width'}:${figure.width}px;height:${figure.height}px;margin:auto}</style>
</head><body><div id="plot"></div>
<script type="application/json" id="figure">${scriptJson(figure)}</script>
${plotlyScript()}
<script>(function(f){Plotly.newPlot('plot',f.data,f.layout,${scriptJson(plotlyConfig)});})(JSON.parse(document.getElementById('figure').textContent));</script>
</body></html>
`;
}
