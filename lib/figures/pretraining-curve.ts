import type { Data } from 'plotly.js';
import { axis, colourOf, figure, legendAbove, type Figure } from './theme';

export interface PretrainingCurve {
  /** Training loss by update, mean of a window. */
  losses: { step: number; loss: number }[];
  /** On held-out text: mean −log p of hidden tokens, and the share guessed right. */
  heldOut: { step: number; heldOutLoss: number; accuracy: number }[];
}

/** A pre-training: loss on the left axis, held-out accuracy on the right. */
export function pretrainingCurve({ losses, heldOut }: PretrainingCurve, title = 'Pre-training'): Figure {
  const line = (name: string, colour: number, points: { x: number; y: number }[], extra: object): Data => ({
    type: 'scatter', mode: 'lines', name, x: points.map(({ x }) => x), y: points.map(({ y }) => y), line: { color: colourOf(colour), width: 2.5 },
    ...extra,
  }) as Data;
  return figure([
    line('training loss', 7, losses.map(({ step, loss }) => ({ x: step, y: loss })), { line: { color: colourOf(7), width: 1 } }),
    line('held-out loss', 0, heldOut.map(({ step, heldOutLoss }) => ({ x: step, y: heldOutLoss })), {}),
    line('held-out accuracy', 3, heldOut.map(({ step, accuracy }) => ({ x: step, y: 100 * accuracy })), { yaxis: 'y2', line: { color: colourOf(3), width: 2.5, dash: 'dash' } }),
  ], title, { width: 760, height: 420 }, {
    xaxis: axis('updates'),
    yaxis: axis('loss (nats a hidden token)', { rangemode: 'tozero' }),
    yaxis2: axis('hidden tokens guessed, %', { overlaying: 'y', side: 'right', rangemode: 'tozero', showgrid: false, tickmode: 'auto' }),
    legend: legendAbove,
    margin: { l: 60, r: 64, t: 84, b: 48 },
  });
}
