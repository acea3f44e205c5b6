import type { Data } from 'plotly.js';
import { panels, type CorpusCounts } from './statistics';
import { axis, figure, legendAbove, palette, percent, type Figure } from './theme';

/** How many entities lie inside another: what a flat (BIO) tagger cannot hold, split by split. */
export function nestedShares(statistics: CorpusCounts | CorpusCounts[]): Figure {
  const drawn = panels(statistics).reverse();
  const bar = (name: string, color: string, count: (p: (typeof drawn)[number]) => number): Data => ({
    type: 'bar',
    orientation: 'h',
    name,
    marker: { color },
    y: drawn.map((panel) => `${panel.name} (${panel.counts.entities.toLocaleString('en')})`),
    x: drawn.map((panel) => percent(count(panel), panel.counts.entities)),
    customdata: drawn.map(count),
    text: drawn.map((panel) => `${percent(count(panel), panel.counts.entities).toFixed(1)}`),
    textposition: 'inside',
    insidetextanchor: 'middle',
    hovertemplate: `%{y}<br>${name}: %{customdata} (%{x:.1f} %)<extra></extra>`,
  } as Data);
  return figure(
    [
      bar('outermost or alone', palette[5], ({ counts }) => counts.entities - counts.nested),
      bar('inside another', palette[3], ({ counts }) => counts.nested),
    ],
    'Nested entities',
    { width: 760, height: 170 + 44 * drawn.length },
    {
      barmode: 'stack',
      xaxis: axis('share of entities, %', { range: [0, 100] }),
      yaxis: axis(''),
      legend: { ...legendAbove, traceorder: 'normal' },
      margin: { l: 60, r: 20, t: 84, b: 48 },
    },
  );
}
