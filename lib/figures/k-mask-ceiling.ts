import type { Data } from 'plotly.js';
import { panels, type CorpusCounts } from './statistics';
import { axis, colourOf, figure, legendAbove, percent, type Figure } from './theme';

const symbols = ['circle', 'square', 'diamond', 'triangle-up', 'cross', 'x'];

/**
 * What a k-mask costs before any training: the share of entities longer than k code points, which a band of width k
 * cannot score. 100 minus a point is the ceiling of recall at that k. `paperK` marks the paper's best k (Fig. 9: 43 on
 * CMeEE-V2, 39 on CCKS2020).
 */
export function kMaskCeiling(statistics: CorpusCounts | CorpusCounts[], paperK: number[] = [43]): Figure {
  const data: Data[] = panels(statistics).map(({ name, counts }, i) => {
    const ks = Object.keys(counts.lostAtK).map(Number).sort((a, b) => a - b);
    const lost = ks.map((k) => counts.lostAtK[String(k)]);
    return {
      type: 'scatter',
      mode: 'lines+markers',
      name,
      x: ks,
      y: lost.map((n) => percent(n, counts.entities)),
      customdata: lost,
      line: { color: colourOf(i), width: 2 },
      marker: { color: colourOf(i), symbol: symbols[i % symbols.length], size: 7 },
      hovertemplate: `${name}<br>k = %{x}: %{customdata} of ${counts.entities} lost (%{y:.2f} %)<extra></extra>`,
    } as Data;
  });
  return figure(data, 'Entities that a k-mask cannot find', { width: 760, height: 440 }, {
    xaxis: axis('k, code points'),
    yaxis: axis('entities longer than k, %', { rangemode: 'tozero' }),
    legend: legendAbove,
    margin: { l: 60, r: 20, t: 84, b: 48 },
    shapes: paperK.map((k) => ({
      type: 'line', x0: k, x1: k, yref: 'paper', y0: 0, y1: 1, line: { color: '#666', width: 1, dash: 'dot' },
    })),
    annotations: paperK.map((k) => ({ x: k, yref: 'paper', y: 0.5, text: `paper: k = ${k}`, showarrow: false, xanchor: 'left', xshift: 4 })),
  });
}
