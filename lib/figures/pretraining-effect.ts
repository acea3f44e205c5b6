import type { Data } from 'plotly.js';
import { errorBars, inPercent } from './error-bars';
import { axis, colourOf, figure, legendAbove, type Figure } from './theme';

export interface EffectSeries {
  name: string;
  points: {
    /** Of the pre-training, from 0 (random weights) to 1. */
    share: number;
    /** Mean F1 over the seeds, a fraction. */
    mean: number;
    deviation?: number;
  }[];
}

/** F1 against the share of the pre-training that the encoder has had; bars are one standard deviation either way. */
export function pretrainingEffect(series: readonly EffectSeries[], title = 'What pre-training brings'): Figure {
  const shares = [...new Set(series.flatMap(({ points }) => points.map(({ share }) => share)))].sort((a, b) => a - b);
  const data = series.map(({ name, points }, i): Data => ({
    type: 'scatter',
    mode: 'lines+markers',
    name,
    x: points.map(({ share }) => 100 * share),
    y: points.map(({ mean }) => 100 * mean),
    ...errorBars('error_y', points.map(inPercent), { color: colourOf(i), thickness: 2, width: 5 }),
    line: { color: colourOf(i), width: 2.5 },
    marker: { color: colourOf(i), size: 9 },
    hovertemplate: `${name}<br>%{x} % of the pre-training: F1 %{y:.2f}<extra></extra>`,
  }) as Data);
  return figure(data, title, { width: 720, height: 420 }, {
    xaxis: axis('pre-training done, %', { tickvals: shares.map((share) => 100 * share), zeroline: false }),
    yaxis: axis('F1, %'),
    legend: legendAbove,
    margin: { l: 60, r: 20, t: 84, b: 56 },
  });
}
