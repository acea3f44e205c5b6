import type { Annotations, Shape } from 'plotly.js';
import { palette } from './theme';

const side = 96;

/**
 * The matrix of a window's spans to scale, row = first token, column = last: of n tokens the triangle of n(n + 1)/2 spans, and in it the band of
 * those up to k long, (2n + 1 − k)k/2 (paper B, section 3.3). Pixels.
 */
export function bandInset({ tokens: n, k }: { tokens: number; k: number | null }, { left, middle }: { left: number; middle: number }): { shapes: Partial<Shape>[]; annotations: Partial<Annotations>[]; right: number; bottom: number } {
  const width = Math.min(k ?? n, n);
  const top = middle - side / 2 - 10;
  const at = (x: number, y: number): string => `${(left + side * x).toFixed(1)},${(top + side * y).toFixed(1)}`;
  const area = (corners: [number, number][], fillcolor: string): Partial<Shape> => ({
    type: 'path', path: `M${corners.map(([x, y]) => at(x, y)).join('L')}Z`, fillcolor, line: { width: 0 }, layer: 'below',
  });
  const share = ((2 * n + 1 - width) * width) / (n * (n + 1));
  const told = k === null ? `all ${((n * (n + 1)) / 2).toLocaleString('en')} spans` : `${(100 * share).toFixed(0)} % of all spans`;
  return {
    shapes: [
      { type: 'rect', x0: left, x1: left + side, y0: top, y1: top + side, line: { color: '#999', width: 1 }, fillcolor: '#fff', layer: 'below' },
      area([[0, 0], [1, 0], [1, 1]], '#cfe8df'),
      area([[0, 0], [width / n, 0], [1, 1 - width / n], [1, 1]], palette[2]),
    ],
    annotations: [{ x: left + side / 2, y: top + side + 3, yanchor: 'top', text: `${told}<br>of ${n} tokens are scored`, showarrow: false, align: 'center', font: { size: 11 } }],
    right: left + side + 24,
    bottom: top + side + 38,
  };
}
