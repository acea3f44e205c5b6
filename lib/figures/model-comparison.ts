import type { Data } from 'plotly.js';
import { errorBars, inPercent } from './error-bars';
import { axis, colourOf, figure, legendAbove, type Figure } from './theme';

export interface ComparisonRow {
  model: string;
  /** The corpus that ours was measured on. */
  corpus: string;
  /** Mean F1 over the seeds, a fraction. */
  mean: number;
  /** Sample standard deviation over the seeds; absent for a single one. */
  deviation?: number;
  seeds: number;
  /** The paper's F1, a fraction, and the corpus it was measured on where that is another than ours. */
  paper?: number;
  paperCorpus?: string;
}

/**
 * Figure 8 of paper B: F1 of each model, mean over seeds with one standard deviation either way where there are several, the paper's
 * value as an open marker of the same colour. A line of its own for each corpus; models from top to bottom in the order given.
 */
export function modelComparison(rows: ComparisonRow[], title = 'F1 by model'): Figure {
  const models = [...new Set(rows.map((row) => row.model))].reverse();
  const corpora = [...new Set(rows.map((row) => row.corpus))];
  const papers = [...new Set(rows.filter((row) => row.paper !== undefined).map((row) => row.paperCorpus ?? row.corpus))];
  // Corpora share a model's line, a little apart; the axis is numeric so that they can.
  const lineOf = (model: string, series: number, count: number) => models.indexOf(model) + (count > 1 ? 0.3 * (0.5 - series / (count - 1)) : 0);
  const ours = corpora.map((corpus, i): Data => {
    const own = rows.filter((row) => row.corpus === corpus);
    return {
      type: 'scatter',
      mode: 'markers',
      name: `ours, ${corpus}`,
      x: own.map((row) => 100 * row.mean),
      y: own.map((row) => lineOf(row.model, i, corpora.length)),
      ...errorBars('error_x', own.map(inPercent), { color: colourOf(i), thickness: 2, width: 5 }),
      marker: { color: colourOf(i), size: 11 },
      text: own.map((row) => `${row.model}: ${(100 * row.mean).toFixed(2)}${row.deviation === undefined ? '' : ` ± ${(100 * row.deviation).toFixed(2)}`}, ${row.seeds} ${row.seeds === 1 ? 'seed' : 'seeds'}`),
      hovertemplate: `%{text}<br>${corpus}<extra></extra>`,
    } as Data;
  });
  const printed = papers.map((corpus, i): Data => {
    const theirs = rows.filter((row) => row.paper !== undefined && (row.paperCorpus ?? row.corpus) === corpus);
    const own = corpora.indexOf(corpus);
    const colour = colourOf(own < 0 ? corpora.length + i : own);
    return {
      type: 'scatter',
      mode: 'markers',
      name: `paper, ${corpus}`,
      x: theirs.map((row) => 100 * row.paper!),
      y: theirs.map((row) => lineOf(row.model, own < 0 ? i : own, own < 0 ? papers.length : corpora.length)),
      marker: { symbol: 'diamond-open', color: colour, size: 12, line: { width: 2, color: colour } },
      text: theirs.map((row) => `${row.model}: ${(100 * row.paper!).toFixed(2)}`),
      hovertemplate: `%{text}<br>paper, ${corpus}<extra></extra>`,
    } as Data;
  });
  return figure([...ours, ...printed], title, { width: 820, height: 170 + 46 * models.length }, {
    xaxis: axis('F1, %'),
    yaxis: axis('', { tickvals: models.map((_, i) => i), ticktext: models, range: [-0.6, models.length - 0.4], zeroline: false }),
    legend: legendAbove,
    margin: { l: 60, r: 20, t: 84, b: 48 },
  });
}
