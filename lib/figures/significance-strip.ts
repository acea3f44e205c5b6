import type { Data } from 'plotly.js';
import { axis, colourOf, figure, type Figure } from './theme';

/** A model's scores over seeds, as fractions. */
export interface Strip {
  label: string;
  values: readonly number[];
}

/** A difference of two models with its interval, as fractions. */
export interface DifferenceInterval {
  name: string;
  value: number;
  interval: readonly [low: number, high: number];
}

/** Every seed's F1 as a point, the mean as a bar, a line a model; below, the difference of the two with each of its 95 % intervals. */
export function significanceStrip(strips: readonly Strip[], differences: readonly DifferenceInterval[], title = 'Two models over seeds'): Figure {
  const points = strips.map(({ label, values }, i): Data => ({
    type: 'scatter',
    mode: 'markers',
    name: label,
    x: values.map((value) => 100 * value),
    // Seeds lie a little apart, in their order, so that equal scores both show.
    y: values.map((_, seed) => strips.length - 1 - i + (values.length > 1 ? 0.3 * (seed / (values.length - 1) - 0.5) : 0)),
    marker: { color: colourOf(i), size: 8, opacity: 0.75 },
    text: values.map((value, seed) => `${label}, run ${seed + 1}: ${(100 * value).toFixed(2)}`),
    hovertemplate: '%{text}<extra></extra>',
  }) as Data);
  const means = strips.map(({ label, values }, i): Data => {
    const mean = (100 * values.reduce((sum, value) => sum + value, 0)) / values.length;
    const line = strips.length - 1 - i;
    return {
      type: 'scatter', mode: 'lines', x: [mean, mean], y: [line - 0.28, line + 0.28], line: { color: colourOf(i), width: 3 }, showlegend: false,
      hovertemplate: `${label}, mean ${mean.toFixed(2)}<extra></extra>`,
    } as Data;
  });
  const intervals: Data = {
    type: 'scatter',
    mode: 'markers',
    xaxis: 'x2',
    yaxis: 'y2',
    showlegend: false,
    x: differences.map(({ value }) => 100 * value),
    y: differences.map((_, i) => differences.length - 1 - i),
    error_x: {
      type: 'data', symmetric: false,
      array: differences.map(({ value, interval }) => 100 * (interval[1] - value)),
      arrayminus: differences.map(({ value, interval }) => 100 * (value - interval[0])),
      color: '#222', thickness: 2, width: 5,
    },
    marker: { color: '#222', size: 9, symbol: 'diamond' },
    text: differences.map(({ name, value, interval }) => `${name}: ${(100 * value).toFixed(2)} (${(100 * interval[0]).toFixed(2)} to ${(100 * interval[1]).toFixed(2)})`),
    hovertemplate: '%{text}<extra></extra>',
  } as Data;
  const lines = (labels: string[]): object => ({ tickvals: labels.map((_, i) => i), ticktext: [...labels].reverse(), range: [-0.6, labels.length - 0.4], zeroline: false });
  return figure([...points, ...means, intervals], title, { width: 820, height: 440 }, {
    xaxis: axis('F1, %', { domain: [0, 1], anchor: 'y' }),
    yaxis: axis('', { ...lines(strips.map(({ label }) => label)), domain: [0.56, 1] }),
    xaxis2: axis('difference of F1, points, with 95 % intervals', { domain: [0, 1], anchor: 'y2', zeroline: true, zerolinewidth: 2, rangemode: 'tozero' }),
    yaxis2: axis('', { ...lines(differences.map(({ name }) => name)), domain: [0, 0.32], anchor: 'x2' }),
    showlegend: false,
    margin: { l: 60, r: 20, t: 56, b: 68 },
  });
}
