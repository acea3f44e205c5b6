import type { Data } from 'plotly.js';
import { axis, colourOf, figure, legendAbove, type Figure } from './theme';

/** A bar: what an epoch of one kind takes with one model, by stage. */
export interface StageBar {
  /** Panel that it stands in, such as training; panels stand side by side, each with an axis of its own. */
  panel: string;
  label: string;
  /** Seconds of each stage, in their order. */
  stages: Readonly<Record<string, number>>;
}

/** Where an epoch's time goes: stacked bars of stages, from top to bottom in the order given, and `note` below. */
export function stepStages(bars: readonly StageBar[], note: string, title = 'Where the time goes'): Figure {
  const panels = [...new Set(bars.map(({ panel }) => panel))];
  const labels = [...new Set(bars.map(({ label }) => label))].reverse();
  const stages = [...new Set(bars.flatMap((bar) => Object.keys(bar.stages)))];
  const gap = 0.06;
  const width = (1 - gap * (panels.length - 1)) / panels.length;
  const suffix = (panel: number): string => (panel ? String(panel + 1) : '');
  const data = panels.flatMap((panel, i) => stages.flatMap((stage, colour): Data[] => {
    const own = bars.filter((bar) => bar.panel === panel && stage in bar.stages);
    if (!own.length) return [];
    const first = panels.findIndex((name) => bars.some((bar) => bar.panel === name && stage in bar.stages));
    return [{
      type: 'bar',
      orientation: 'h',
      name: stage,
      legendgroup: stage,
      showlegend: i === first,
      marker: { color: colourOf(colour) },
      x: own.map((bar) => bar.stages[stage]),
      y: own.map(({ label }) => label),
      xaxis: `x${suffix(i)}`,
      hovertemplate: `%{y}<br>${stage}: %{x:.3g} s<extra>${panel}</extra>`,
    } as Data];
  }));
  return figure(data, title, { width: 980, height: 242 + 34 * labels.length }, {
    barmode: 'stack',
    bargap: 0.3,
    ...Object.fromEntries(panels.map((panel, i) => [`xaxis${suffix(i)}`, axis(`${panel}, s an epoch`, { domain: [i * (width + gap), i * (width + gap) + width], zeroline: false })])),
    yaxis: axis('', { categoryorder: 'array', categoryarray: labels }),
    legend: { ...legendAbove, traceorder: 'normal' },
    annotations: [{ text: note, xref: 'paper', yref: 'paper', x: 0, y: 0, yanchor: 'top', yshift: -68, xanchor: 'left', align: 'left', showarrow: false, font: { size: 12 } }],
    margin: { l: 60, r: 20, t: 84, b: 116 },
  });
}
