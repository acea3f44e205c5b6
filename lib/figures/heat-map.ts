import type { Data } from 'plotly.js';
import { figure, type Figure } from './theme';

export interface HeatMap {
  title: string;
  /** From top to bottom, and from left to right. Names may repeat: tokens do. Columns' names of several characters stand a line lower. */
  rows: readonly string[];
  columns: readonly string[];
  /** values[row][column]. */
  values: readonly ArrayLike<number>[];
  rowTitle?: string;
  columnTitle?: string;
  /** What a colour says. */
  scale: string;
  /** Values of either sign: white at 0, blue below, orange above. Otherwise white to blue from 0. */
  signed?: boolean;
  /** Cells to be framed. */
  framed?: readonly { row: number; column: number }[];
}

const cell = { least: 15, most: 30 };

/** Numbers by row and column as colours: attention weights, scores of labels at tokens. */
export function heatMap({ title, rows, columns, values, rowTitle = '', columnTitle = '', scale, signed = false, framed = [] }: HeatMap): Figure {
  const largest = values.reduce((most, row) => Array.from(row).reduce((a, b) => Math.max(a, Math.abs(b)), most), 0) || 1;
  const side = Math.max(cell.least, Math.min(cell.most, 900 / columns.length));
  const high = Math.max(cell.least, Math.min(cell.most, 760 / rows.length));
  const ticks = (names: readonly string[]): object => ({ tickvals: names.map((_, i) => i), ticktext: names, showgrid: false, zeroline: false, ticks: '', tickangle: 0, automargin: true, tickfont: { size: 12 } });
  const heat = {
    type: 'heatmap',
    z: values.map((row) => Array.from(row)),
    customdata: rows.map((row) => columns.map((column) => `${row} · ${column}`)),
    hovertemplate: '%{customdata}: %{z:.4g}<extra></extra>',
    zmin: signed ? -largest : 0,
    zmax: largest,
    colorscale: signed ? [[0, '#0072B2'], [0.5, '#ffffff'], [1, '#D55E00']] : [[0, '#ffffff'], [1, '#0072B2']],
    colorbar: { title: { text: scale, side: 'right' }, thickness: 14 },
    xgap: 1,
    ygap: 1,
  } as Data;
  const frames = {
    type: 'scatter', mode: 'markers', showlegend: false, hoverinfo: 'skip',
    x: framed.map(({ column }) => column), y: framed.map(({ row }) => row),
    marker: { symbol: 'square-open', size: Math.min(side, high) - 4, color: '#000', line: { width: 2, color: '#000' } },
  } as Data;
  // The labels' margins come on top of the cells by Plotly's own reckoning; the bar of colours must keep some height.
  return figure(framed.length ? [heat, frames] : [heat], title, { width: Math.round(side * columns.length) + 230, height: Math.max(240, Math.round(high * rows.length) + 150) }, {
    xaxis: { ...ticks(columns.map((name) => (Array.from(name).length > 2 ? `<br>${name}` : name))), side: 'bottom', title: { text: columnTitle, standoff: 8 }, range: [-0.5, columns.length - 0.5] },
    yaxis: { ...ticks(rows), title: { text: rowTitle, standoff: 8 }, range: [rows.length - 0.5, -0.5] },
    margin: { l: 60, r: 70, t: 56, b: 48 },
  });
}
