import type { Data } from 'plotly.js';
import { unevenErrorBars } from './error-bars';
import { axis, colourOf, figure, legendAbove, type Figure } from './theme';

interface Measured {
  /** Over the seeds, a fraction. */
  mean: number;
  deviation?: number;
}

export interface BeforeAfterRow {
  name: string;
  before: Measured;
  after: Measured;
}

/** Figure 6 of paper B: F1 of each part of the entities before and after a change, joined by a line; bars are one standard deviation either way, within 0 and 100. */
export function beforeAfter(rows: readonly BeforeAfterRow[], names: readonly [string, string], title = 'F1 before and after'): Figure {
  const lines = [...rows].reverse();
  const series = (['before', 'after'] as const).map((side, i): Data => ({
    type: 'scatter',
    mode: 'markers',
    name: names[i],
    x: lines.map((row) => 100 * row[side].mean),
    y: lines.map((_, line) => line),
    ...bars(lines.map((row) => row[side]), colourOf(i)),
    marker: { color: colourOf(i), size: 10, symbol: i === 0 ? 'circle-open' : 'circle', line: { width: 2, color: colourOf(i) } },
    text: lines.map(({ name }) => name),
    hovertemplate: `%{text}<br>${names[i]}: %{x:.2f}<extra></extra>`,
  }) as Data);
  return figure(series, title, { width: 780, height: 150 + 30 * lines.length }, {
    xaxis: axis('F1, %'),
    yaxis: axis('', { tickvals: lines.map((_, line) => line), ticktext: lines.map(({ name }) => name), range: [-0.6, lines.length - 0.4], zeroline: false }),
    shapes: lines.map(({ before, after }, line) => ({
      type: 'line', x0: 100 * before.mean, x1: 100 * after.mean, y0: line, y1: line, layer: 'below', line: { color: '#bbb', width: 2 },
    })),
    legend: legendAbove,
    margin: { l: 60, r: 20, t: 84, b: 48 },
  });
}

function bars(measured: readonly Measured[], color: string): object {
  const within = (room: (mean: number) => number): (number | undefined)[] =>
    measured.map(({ mean, deviation }) => (deviation === undefined ? undefined : 100 * Math.min(deviation, room(mean))));
  return unevenErrorBars('error_x', within((mean) => 1 - mean), within((mean) => mean), { color, thickness: 1.5, width: 4 });
}
