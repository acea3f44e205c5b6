import type { Data } from 'plotly.js';
import { axis, figure, legendAbove, palette, type Figure } from './theme';

export interface LearningCurve {
  /** Training loss after an optimiser step. */
  loss: { step: number; loss: number }[];
  /** Dev F1, a fraction, at each evaluation. */
  dev: { step: number; f1: number }[];
}

/** Loss (left axis, logarithmic) and dev F1 (right axis) against optimiser steps. */
export function learningCurve(curve: LearningCurve, title = 'Learning curve'): Figure {
  const data: Data[] = [
    {
      type: 'scatter',
      mode: 'lines',
      name: 'training loss',
      x: curve.loss.map(({ step }) => step),
      y: curve.loss.map(({ loss }) => loss),
      line: { color: palette[0], width: 1.5 },
      hovertemplate: 'step %{x}: loss %{y:.4f}<extra></extra>',
    },
    {
      type: 'scatter',
      mode: 'lines+markers',
      name: 'dev F1',
      x: curve.dev.map(({ step }) => step),
      y: curve.dev.map(({ f1 }) => 100 * f1),
      yaxis: 'y2',
      line: { color: palette[3], width: 2 },
      marker: { color: palette[3], size: 8 },
      hovertemplate: 'step %{x}: dev F1 %{y:.2f} %<extra></extra>',
    },
  ];
  const ticks = logTicks(curve.loss.map(({ loss }) => loss).filter((loss) => loss > 0));
  return figure(data, title, { width: 760, height: 420 }, {
    xaxis: axis('optimiser step', { rangemode: 'tozero' }),
    yaxis: axis('training loss', { type: 'log', tickvals: ticks, ticktext: ticks.map(String) }),
    yaxis2: axis('dev F1, %', { overlaying: 'y', side: 'right', range: [0, 100], dtick: 20, tickmode: 'linear', showgrid: false }),
    legend: legendAbove,
    margin: { l: 60, r: 60, t: 84, b: 48 },
  });
}

/** 1, 2 and 5 times each power of ten that the values span: Plotly's own labels on a log axis leave the power out. */
function logTicks(values: number[]): number[] {
  if (!values.length) return [];
  const low = Math.floor(Math.log10(values.reduce((a, b) => Math.min(a, b))));
  const high = Math.ceil(Math.log10(values.reduce((a, b) => Math.max(a, b))));
  return Array.from({ length: high - low + 1 }, (_, i) => low + i).flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`)));
}
