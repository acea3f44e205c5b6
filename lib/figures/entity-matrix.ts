import type { Data } from 'plotly.js';
import { InputError } from '../common';
import { colourOf, figure, typeLabel, type Figure } from './theme';

/** Span scores of one sentence: for each type, scores[start][last] with inclusive last token; NaN where not scored. */
export type SpanScores = Record<string, ArrayLike<number>[]>;

/** A gold mention in tokens, [start, end). */
export interface TokenMention {
  start: number;
  end: number;
  type: string;
}

/** Scores beyond this many logits are drawn alike: a probability of 0.9997 is certain enough. */
const saturation = 8;

/**
 * Figure 5 of paper B: the entity matrix of a sentence, row = first token, column = last token, colour = s(i, j) with
 * white at 0, the decoding threshold. Cells that no head scores (the lower triangle, beyond a band) stay empty. One
 * type's scores, or each cell's best over all types. Gold mentions are framed in their type's colour.
 */
export function entityMatrix(tokens: string[], scores: SpanScores, gold: TokenMention[] = [], type?: string): Figure {
  const types = Object.keys(scores);
  if (type !== undefined && !types.includes(type)) {
    throw new InputError(`no scores of type ${type}: expected one of ${types.join(', ')}`);
  }
  const n = tokens.length;
  const drawn = type === undefined ? types : [type];
  const best = (i: number, j: number) => {
    let winner: { type: string; score: number } | undefined;
    for (const name of drawn) {
      const score = scores[name][i]?.[j];
      if (j >= i && Number.isFinite(score) && (!winner || score > winner.score)) winner = { type: name, score };
    }
    return winner;
  };
  const cells = tokens.map((_, i) => tokens.map((__, j) => best(i, j)));
  const heat = {
    type: 'heatmap',
    z: cells.map((row) => row.map((cell) => (cell ? cell.score : null))),
    customdata: cells.map((row, i) => row.map((cell, j) => (cell ? `${tokens.slice(i, j + 1).join('')}<br>${typeLabel(cell.type)}: ${cell.score.toFixed(2)}` : ''))),
    hovertemplate: '%{customdata}<extra></extra>',
    hoverongaps: false,
    zmin: -saturation,
    zmax: saturation,
    // Blue to white to orange: told apart by everyone, and the threshold is where the colour changes.
    colorscale: [[0, '#0072B2'], [0.5, '#ffffff'], [1, '#D55E00']],
    colorbar: { title: { text: 's(i, j)' }, thickness: 14 },
    xgap: n > 60 ? 0 : 1,
    ygap: n > 60 ? 0 : 1,
  } as Data;
  const framed = gold.filter((mention) => type === undefined || mention.type === type);
  // A trace a type, so that the legend names the frames' colours.
  const frames = types.flatMap((name, index): Data[] => {
    const own = framed.filter((mention) => mention.type === name);
    if (!own.length) return [];
    return [{
      type: 'scatter',
      mode: 'markers',
      name: `gold ${typeLabel(name)}`,
      x: own.map((mention) => mention.end - 1),
      y: own.map((mention) => mention.start),
      marker: { symbol: 'square-open', size: Math.max(6, Math.min(22, 520 / n)), color: colourOf(index + 2), line: { width: 2.5, color: colourOf(index + 2) } },
      text: own.map((mention) => tokens.slice(mention.start, mention.end).join('')),
      hovertemplate: `%{text}<br>gold ${typeLabel(name)}<extra></extra>`,
    } as Data];
  });
  const ticks = { tickvals: tokens.map((_, i) => i), ticktext: tokens, showgrid: false, zeroline: false, ticks: '', tickangle: 0, tickfont: { size: n > 40 ? 9 : 12 } };
  const side = Math.min(900, Math.max(360, 22 * n));
  const title = `Entity matrix, ${type === undefined ? 'best of all types' : typeLabel(type)}`;
  return figure([heat, ...frames], title, { width: side + 130, height: side + 150 }, {
    xaxis: { ...ticks, side: 'top', range: [-0.5, n - 0.5], title: { text: 'last token' } },
    yaxis: { ...ticks, range: [n - 0.5, -0.5], title: { text: 'first token' } },
    legend: { orientation: 'h', x: 0, y: -0.02, yanchor: 'top' },
    title: { text: title, x: 0, xref: 'paper', xanchor: 'left', y: 1, yref: 'container', yanchor: 'top', pad: { t: 16 }, font: { size: 16 } },
    margin: { l: 60, r: 70, t: 110, b: 50 },
  });
}
