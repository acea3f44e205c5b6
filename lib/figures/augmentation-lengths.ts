import type { Data } from 'plotly.js';
import { lengthClasses, type LengthClass } from '../corpus/types';
import { classLabels } from './length-distribution';
import { axis, figure, legendAbove, lengthColours, percent, typeLabel, type Figure } from './theme';

type Counts = Record<string, Record<LengthClass, number>>;

/**
 * Figure 2 of paper B, before and after augmentation: for each entity type two bars with the shares of short, medium and long mentions, and at
 * their label how many there are.
 */
export function augmentationLengths({ before, after }: { before: Counts; after: Counts }): Figure {
  const rows = Object.keys(before).flatMap((type) => [
    { name: `${typeLabel(type)}, before`, counts: before[type] },
    { name: 'after', counts: after[type] },
  ]);
  const totals = rows.map(({ counts }) => lengthClasses.reduce((sum, length) => sum + counts[length], 0));
  // The axis is numeric so that a type's two bars stand together.
  const lines = rows.map((_, i) => -(Math.floor(i / 2) + 0.38 * (i % 2)));
  const data = lengthClasses.map((length): Data => ({
    type: 'bar',
    orientation: 'h',
    name: classLabels[length],
    width: 0.34,
    marker: { color: lengthColours[length], line: { color: '#fff', width: 1 } },
    y: lines,
    x: rows.map(({ counts }, i) => percent(counts[length], totals[i])),
    customdata: rows.map(({ name, counts }) => `${name}<br>${classLabels[length]}: ${counts[length].toLocaleString('en')}`),
    text: rows.map(({ counts }, i) => (percent(counts[length], totals[i]) >= 8 ? percent(counts[length], totals[i]).toFixed(0) : '')),
    textposition: 'inside',
    insidetextanchor: 'middle',
    textfont: { color: length === 'long' ? '#fff' : '#222' },
    textangle: 0,
    hovertemplate: '%{customdata} (%{x:.1f} %)<extra></extra>',
  } as Data));
  return figure(data, 'Entity lengths by type, before and after augmentation', { width: 760, height: 170 + 26 * rows.length }, {
    barmode: 'stack',
    xaxis: axis('share of mentions, %', { range: [0, 100] }),
    yaxis: axis('', { tickvals: lines, ticktext: rows.map(({ name }, i) => `${name} (${totals[i].toLocaleString('en')})`), zeroline: false, showgrid: false }),
    legend: { ...legendAbove, traceorder: 'normal' },
    margin: { l: 60, r: 20, t: 84, b: 60 },
  });
}
