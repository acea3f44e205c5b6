import type { Data } from 'plotly.js';
import { errorBars, inPercent } from './error-bars';
import { escapeHtml } from './html';
import { axis, colourOf, figure, legendAbove, type Figure } from './theme';

export interface EffectSeries {
  name: string;
  points: {
    /** Of the pre-training, from 0 (random weights) to 1; null for another encoder, which stands apart, right of it. */
    share: number | null;
    /** Told of another encoder. */
    label?: string;
    /** Mean F1 over the seeds, a fraction. */
    mean: number;
    deviation?: number;
  }[];
}

/** Percent of the pre-training between places of other encoders, which have none of their own. */
const apart = 20;

/** F1 against the share of the pre-training that the encoder has had, other encoders beside it; bars are one standard deviation either way. */
export function pretrainingEffect(series: readonly EffectSeries[], title = 'What pre-training brings'): Figure {
  const all = series.flatMap(({ points }) => points);
  const shares = [...new Set(all.flatMap(({ share }) => (share === null ? [] : [100 * share])))].sort((a, b) => a - b);
  const others = [...new Set(all.flatMap(({ share, label }) => (share === null ? [label ?? ''] : [])))];
  const placeOf = ({ share, label }: EffectSeries['points'][number]): number => (share === null ? 100 + apart * (1 + others.indexOf(label ?? '')) : 100 * share);
  const trace = (name: string, i: number, points: EffectSeries['points'], own: object): Data => ({
    type: 'scatter',
    name,
    x: points.map(placeOf),
    y: points.map(({ mean }) => 100 * mean),
    ...errorBars('error_y', points.map(inPercent), { color: colourOf(i), thickness: 2, width: 5 }),
    ...own,
  }) as Data;
  const data = series.flatMap(({ name, points }, i) => {
    const [own, other] = [points.filter(({ share }) => share !== null), points.filter(({ share }) => share === null)];
    const line = trace(name, i, own, {
      mode: 'lines+markers', line: { color: colourOf(i), width: 2.5 }, marker: { color: colourOf(i), size: 9 }, hovertemplate: `${name}<br>%{x} % of the pre-training: F1 %{y:.2f}<extra></extra>`,
    });
    if (!other.length) return [line];
    const beside = trace(name, i, other, {
      mode: 'markers', showlegend: false, marker: { color: colourOf(i), size: 10, symbol: 'square' }, text: other.map(({ label }) => label ?? ''), hovertemplate: `${name}<br>%{text}: F1 %{y:.2f}<extra></extra>`,
    });
    return [line, beside];
  });
  // A name's parts stand below each other, so that names fit side by side.
  const ticks = others.length
    ? { tickvals: [...shares, ...others.map((_, i) => 100 + apart * (1 + i))], ticktext: [...shares.map(String), ...others.map((name) => escapeHtml(name).replaceAll('-', '-<br>'))], tickangle: 0 }
    : { tickvals: shares };
  return figure(data, title, { width: 720, height: 420 }, {
    xaxis: axis('pre-training done, %', { ...ticks, zeroline: false }),
    yaxis: axis('F1, %'),
    legend: legendAbove,
    margin: { l: 60, r: 20, t: 84, b: 56 },
  });
}
