import type { Data } from 'plotly.js';
import { lengthClasses } from '../corpus/types';
import { panels, type CorpusCounts } from './statistics';
import { axis, figure, legendAbove, lengthColours, percent, typeLabel, type Figure } from './theme';

export const classLabels = { short: 'short (1–3)', medium: 'medium (4–7)', long: 'long (8+)' };

/**
 * Figure 2 of paper B: for each entity type the shares of short, medium and long mentions, one panel for each corpus and
 * split. The counts stand in the hover text and, for the type as a whole, at its label.
 */
export function lengthDistribution(statistics: CorpusCounts | CorpusCounts[], split?: string): Figure {
  const drawn = panels(statistics, split);
  const data: Data[] = drawn.flatMap(({ name, counts }, panel) => {
    const rows = Object.entries(counts.types).reverse();
    const suffix = panel ? panel + 1 : '';
    return lengthClasses.map((length): Data => ({
      type: 'bar',
      orientation: 'h',
      name: classLabels[length],
      legendgroup: length,
      showlegend: panel === 0,
      marker: { color: lengthColours[length], line: { color: '#fff', width: 1 } },
      y: rows.map(([type, { count }]) => `${typeLabel(type)} (${count.toLocaleString('en')})`),
      x: rows.map(([, row]) => percent(row[length], row.count)),
      customdata: rows.map(([, row]) => row[length]),
      text: rows.map(([, row]) => (percent(row[length], row.count) >= 8 ? `${percent(row[length], row.count).toFixed(0)}` : '')),
      textposition: 'inside',
      insidetextanchor: 'middle',
      textfont: { color: length === 'long' ? '#fff' : '#222' },
      textangle: 0,
      hovertemplate: `${name}<br>%{y}<br>${classLabels[length]}: %{customdata} (%{x:.1f} %)<extra></extra>`,
      xaxis: `x${suffix}`,
      yaxis: `y${suffix}`,
    } as Data));
  });
  const axes = drawn.flatMap(({ name }, panel) => {
    const suffix = panel ? panel + 1 : '';
    return [
      [`xaxis${suffix}`, axis('share of mentions, %', { range: [0, 100], title: { text: `${name}<br>share of mentions, %` } })],
      [`yaxis${suffix}`, axis('')],
    ];
  });
  const most = Math.max(...drawn.map(({ counts }) => Object.keys(counts.types).length));
  return figure(data, 'Entity lengths by type', { width: 200 + 330 * drawn.length, height: 190 + 34 * most }, {
    barmode: 'stack',
    bargap: 0.25,
    grid: { rows: 1, columns: drawn.length, pattern: 'independent', xgap: 0.45 },
    legend: { ...legendAbove, traceorder: 'normal' },
    margin: { l: 60, r: 20, t: 84, b: 60 },
    ...Object.fromEntries(axes),
  });
}
