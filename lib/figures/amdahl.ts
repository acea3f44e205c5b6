import type { Data } from 'plotly.js';
import { axis, colourOf, figure, type Figure } from './theme';

/** A stage made s times as fast, in a step of which it takes the share p. */
export interface AmdahlPoint {
  label: string;
  p: number;
  s: number;
  /** What the whole step was measured to save, a share; absent where only the law speaks. */
  measured?: number;
}

/**
 * Amdahl's law: what a step saves, p (1 − 1/s), against the stage's share p, a line for each speed-up s and the bound s = ∞. A filled point stands on
 * its line, where the law puts it; an open one of the same colour is the saving measured.
 */
export function amdahlLines(points: readonly AmdahlPoint[], title = "What a faster stage saves of a step (Amdahl's law)"): Figure {
  const limit = Math.min(1, 1.3 * Math.max(0.1, ...points.map(({ p }) => p)));
  const line = (name: string, slope: number, look: object): Data =>
    ({ type: 'scatter', mode: 'lines', name, x: [0, 100 * limit], y: [0, 100 * limit * slope], line: look, hovertemplate: `${name}<extra></extra>` }) as Data;
  const lines = points.map(({ s }, i) => line(`s = ${s.toFixed(2)}`, 1 - 1 / s, { color: colourOf(i), width: 1.5, dash: 'dot' }));
  const markers = points.flatMap(({ label, p, s, measured }, i): Data[] => {
    const marker = (name: string, saved: number, symbol: string): Data => ({
      type: 'scatter', mode: 'markers', name, x: [100 * p], y: [100 * saved],
      marker: { color: colourOf(i), size: 11, symbol, line: { width: 2, color: colourOf(i) } },
      hovertemplate: `${name}: p = %{x:.1f} %, saved %{y:.2f} %<extra></extra>`,
    }) as Data;
    return [marker(label, p * (1 - 1 / s), 'circle'), ...(measured === undefined ? [] : [marker(`${label}, measured`, measured, 'diamond-open')])];
  });
  return figure([line('s = ∞', 1, { color: '#999', width: 1.5 }), ...lines, ...markers], title, { width: 780, height: 460 }, {
    xaxis: axis("the stage's share p of a step, %", { range: [0, 100 * limit], zeroline: true }),
    yaxis: axis('time saved, %', { zeroline: true }),
    legend: { x: 1.02, y: 1, xanchor: 'left' },
    margin: { l: 60, r: 20, t: 56, b: 48 },
  });
}
