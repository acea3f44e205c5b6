import type { Data } from 'plotly.js';
import { axis, figure, palette, type Figure } from './theme';

/** A printed figure beside what other figures make of it; fractions. */
export interface AuditPoint {
  /** Where it is printed: its line in the figure. */
  label: string;
  dataset: string;
  /** Printed minus recomputed, and the least and greatest that rounding allows. */
  difference: number;
  low: number;
  high: number;
  consistent: boolean;
}

const symbols = ['circle', 'square', 'diamond', 'triangle-up', 'cross', 'x'];
const verdicts = [
  { consistent: true, name: 'consistent', colour: palette[0] },
  { consistent: false, name: 'inconsistent', colour: palette[3] },
];

/**
 * Printed F1 minus the F1 of the printed P and R, in points, a line for each row of a table, a symbol for each data set. Bars are what rounding
 * allows; a bar that does not reach 0 is a figure that the formula cannot give.
 */
export function auditDifferences(points: readonly AuditPoint[], title = 'Printed F1 minus the F1 of the printed P and R'): Figure {
  const labels = [...new Set(points.map(({ label }) => label))].reverse();
  const datasets = [...new Set(points.map(({ dataset }) => dataset))].sort();
  // The data sets of a row lie a little apart.
  const height = ({ label, dataset }: AuditPoint): number => labels.indexOf(label) + (datasets.length > 1 ? 0.4 * (0.5 - datasets.indexOf(dataset) / (datasets.length - 1)) : 0);
  const data = verdicts.flatMap(({ consistent, name, colour }) => datasets.flatMap((dataset, i): Data[] => {
    const own = points.filter((point) => point.consistent === consistent && point.dataset === dataset);
    if (!own.length) return [];
    return [{
      type: 'scatter',
      mode: 'markers',
      name: `${dataset}, ${name}`,
      x: own.map(({ difference }) => 100 * difference),
      y: own.map(height),
      error_x: {
        type: 'data', symmetric: false,
        array: own.map(({ difference, high }) => 100 * (high - difference)),
        arrayminus: own.map(({ difference, low }) => 100 * (difference - low)),
        color: colour, thickness: 1.5, width: 3,
      },
      marker: { color: colour, symbol: symbols[i % symbols.length], size: 7 },
      text: own.map(({ label, difference }) => `${label}, ${dataset}: ${difference < 0 ? '−' : '+'}${Math.abs(100 * difference).toFixed(3)} points`),
      hovertemplate: '%{text}<extra></extra>',
    } as Data];
  }));
  return figure(data, title, { width: 1040, height: 110 + 18 * labels.length }, {
    xaxis: axis('points of F1', { zeroline: true, zerolinewidth: 2 }),
    yaxis: axis('', { tickvals: labels.map((_, i) => i), ticktext: labels, range: [-0.7, labels.length - 0.3], zeroline: false, tickfont: { size: 11 } }),
    legend: { x: 1.02, y: 1, xanchor: 'left' },
    margin: { l: 60, r: 20, t: 56, b: 48 },
  });
}
