import type { Data } from 'plotly.js';
import { errorBars, inPercent } from './error-bars';
import { axis, colourOf, figure, legendAbove, type Figure } from './theme';

export interface SweepPoint {
  k: number;
  /** F1 over the seeds, a fraction. */
  mean: number;
  deviation?: number;
  /** The recall that this k leaves within reach, and the share of spans it scores; fractions. */
  ceiling: number;
  cells: number;
}

/**
 * Figure 9 of paper B: F1 against the band's width k, bars one standard deviation either way; F1 without a band as a line; above it the recall
 * that each k leaves within reach, below it the share of spans scored. `marks` are the paper's: the end of its steep rise and its best k.
 */
export function kMaskSweep(points: readonly SweepPoint[], dense: { mean: number; deviation?: number }, title = 'F1 by k', marks = [17, 39, 43]): Figure {
  const ks = points.map(({ k }) => k);
  const line = (name: string, of: (point: SweepPoint) => number, colour: number, extra: object): Data => ({
    type: 'scatter', name, x: ks, y: points.map((point) => 100 * of(point)), line: { color: colourOf(colour), width: 2 }, marker: { color: colourOf(colour), size: 8 },
    hovertemplate: `k = %{x}<br>${name} %{y:.2f} %<extra></extra>`, ...extra,
  }) as Data;
  const f1 = line('F1', ({ mean }) => mean, 0, {
    mode: 'lines+markers',
    ...errorBars('error_y', points.map(inPercent), { color: colourOf(0), thickness: 2, width: 5 }),
  });
  const without = {
    type: 'scatter', mode: 'lines', name: 'F1 without a band', x: [0, Math.max(...ks)], y: [100 * dense.mean, 100 * dense.mean],
    line: { color: colourOf(0), width: 1.5, dash: 'dash' }, hovertemplate: 'no band<br>F1 %{y:.2f} %<extra></extra>',
  } as Data;
  return figure([
    line('recall within reach', ({ ceiling }) => ceiling, 2, { mode: 'lines', line: { color: colourOf(2), width: 2, dash: 'dot' } }),
    f1,
    without,
    line('spans scored', ({ cells }) => cells, 1, { mode: 'lines', line: { color: colourOf(1), width: 2, dash: 'dashdot' } }),
  ], title, { width: 780, height: 460 }, {
    xaxis: axis('k, tokens', { rangemode: 'tozero', zeroline: false }),
    yaxis: axis('%', { range: [0, 102] }),
    legend: legendAbove,
    margin: { l: 60, r: 20, t: 84, b: 48 },
    shapes: marks.map((k) => ({ type: 'line', x0: k, x1: k, yref: 'paper', y0: 0, y1: 1, line: { color: '#999', width: 1, dash: 'dot' } })),
    annotations: marks.map((k, i) => ({ x: k, yref: 'paper', y: 0.06 + 0.07 * i, text: `paper: ${k}`, showarrow: false, xanchor: 'left', xshift: 4, font: { size: 11 } })),
  });
}
