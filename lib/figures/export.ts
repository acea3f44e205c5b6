import { canonicalJson, sha256, writeFileAtomic, writeJson } from '../common';
import * as browser from './browser';
import { chromiumRemedy } from './chromium';
import { figurePage } from './html';
import type { Figure } from './theme';

/**
 * Closes the browser that drew figures, if one is open; it closes by itself when idle. (Not re-exported: the types of
 * browser.ts are Playwright's, two megabytes that every notebook would read.)
 */
export function closeBrowser(): Promise<void> {
  return browser.closeBrowser();
}

export interface ExportedFigure {
  /** The figure's description, from which the report draws it again. */
  json: string;
  html: string;
  /** Absent where no browser is there to draw. */
  svg?: string;
  png?: string;
}

/** What runs inside the browser's page. */
interface PlotlyPage {
  Plotly: { toImage(figure: object, options: object): Promise<string> };
}

/**
 * Draws a figure. Plotly names clip paths and traces with Math.random; drawing under a generator seeded by the figure's
 * own hash gives equal figures equal bytes, and figures that share a page different ids.
 */
async function draw(figure: Figure, format: 'svg' | 'png', scale: number): Promise<Buffer | undefined> {
  const seed = parseInt(sha256(canonicalJson(figure)).slice(0, 8), 16);
  const { width, height, data, layout } = figure;
  const url = await browser.withPage((page) => page.evaluate(async ({ seed, figure, options }) => {
    let state = seed;
    const original = Math.random;
    Math.random = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Numerical Recipes' generator: enough for names
      return state / 0x100000000;
    };
    try {
      return await (globalThis as unknown as PlotlyPage).Plotly.toImage(figure, options);
    } finally {
      Math.random = original;
    }
  }, { seed, figure: { data, layout } as object, options: { format, width, height, scale } }));
  if (url === undefined) return undefined;
  const body = url.slice(url.indexOf(',') + 1);
  return format === 'svg' ? Buffer.from(decodeURIComponent(body), 'utf8') : Buffer.from(body, 'base64');
}

/** Plotly sets some attributes again when it lays a legend out twice, which moves them: their order is made one. */
function orderAttributes(svg: string): string {
  return svg.replace(/<([\w:-]+)((?:\s+[\w:-]+="[^"]*")+)/g, (_, tag: string, attributes: string) =>
    `<${tag} ${attributes.match(/[\w:-]+="[^"]*"/g)!.sort().join(' ')}`);
}

/** The figure as an SVG document; equal figures give equal text on one machine. Undefined without a browser. */
export async function figureSvg(figure: Figure): Promise<string | undefined> {
  const drawn = await draw(figure, 'svg', 1);
  return drawn && orderAttributes(drawn.toString('utf8'));
}

/** The figure as PNG at twice its CSS size, for sharp print. Undefined without a browser. */
export function figurePng(figure: Figure, scale = 2): Promise<Buffer | undefined> {
  return draw(figure, 'png', scale);
}

let noted = false;

/**
 * Writes `basePath`.json (the description), .html (interactive, self-contained), .svg (deterministic) and .png. Without a
 * browser only the first two are written, and stderr says once what is missing.
 */
export async function exportFigure(figure: Figure, basePath: string): Promise<ExportedFigure> {
  const json = `${basePath}.json`;
  const html = `${basePath}.html`;
  writeJson(json, figure);
  writeFileAtomic(html, figurePage(figure));
  const svg = await figureSvg(figure);
  const png = await figurePng(figure);
  if (svg === undefined || png === undefined) {
    if (!noted) process.stderr.write(`No Chromium found: figures are written as HTML only, without SVG and PNG; ${chromiumRemedy}.\n`);
    noted = true;
    return { json, html };
  }
  writeFileAtomic(`${basePath}.svg`, svg);
  writeFileAtomic(`${basePath}.png`, png);
  return { json, html, svg: `${basePath}.svg`, png: `${basePath}.png` };
}
