import type { Data, Layout } from 'plotly.js';

/** A figure as Plotly describes it, with its size in CSS pixels. Plain JSON: it can be stored, compared and embedded. */
export interface Figure {
  data: Data[];
  layout: Partial<Layout>;
  width: number;
  height: number;
}

export const fontFamily = 'Noto Sans CJK SC, WenQuanYi Zen Hei, sans-serif';

/**
 * Okabe and Ito's eight colours, told apart under every common colour blindness (Color Universal Design, 2008), and a
 * grey. Yellow comes last: it is weak on white.
 */
export const palette = [
  '#0072B2', // blue
  '#E69F00', // orange
  '#009E73', // bluish green
  '#D55E00', // vermillion
  '#CC79A7', // reddish purple
  '#56B4E9', // sky blue
  '#000000', // black
  '#999999', // grey
  '#F0E442', // yellow
] as const;

/** Short, medium, long: light to dark, so that the order also reads in grey. */
export const lengthColours = { short: '#F0E442', medium: '#56B4E9', long: '#0072B2' } as const;

/** The colour of the i-th of a series; a tenth series starts over. */
export function colourOf(index: number): string {
  return palette[index % palette.length];
}

const typeNames: Record<string, string> = {
  dis: '疾病', sym: '临床表现', dru: '药物', equ: '医疗设备', pro: '医疗程序', bod: '身体', ite: '医学检验项目', mic: '微生物类', dep: '科室',
};

/** An entity type as readers know it: CMeEE's codes with their Chinese names, other types as their corpus prints them. */
export function typeLabel(type: string): string {
  return type in typeNames ? `${type} ${typeNames[type]}` : type;
}

/** An axis with the theme's lines; `extra` wins. */
export function axis(title: string, extra: object = {}): object {
  return { title: { text: title }, gridcolor: '#e4e4e4', zerolinecolor: '#c8c8c8', automargin: true, ticks: 'outside', ticklen: 5, tickcolor: 'rgba(0,0,0,0)', ...extra };
}

/** The legend's usual place, between title and plot: a margin of 84 above holds it. */
export const legendAbove = { orientation: 'h', x: 0, y: 1.02, yanchor: 'bottom' } as const;

/** The one theme of every figure: font, colours, white ground, title at the left. */
export function figure(data: Data[], title: string, size: { width: number; height: number }, layout: object): Figure {
  return {
    data,
    layout: {
      title: { text: title, x: 0, xref: 'paper', xanchor: 'left', font: { size: 16 } },
      font: { family: fontFamily, size: 13, color: '#222' },
      colorway: [...palette],
      paper_bgcolor: '#fff',
      plot_bgcolor: '#fff',
      margin: { l: 60, r: 20, t: 56, b: 48 },
      hoverlabel: { font: { family: fontFamily } },
      ...layout,
    } as Partial<Layout>,
    ...size,
  };
}

/** Boxes and texts, with no axes that could be squeezed: it is shown at its own width or scrolled. */
export const isDiagram = ({ data }: Pick<Figure, 'data'>): boolean => data.length === 0;

export function percent(part: number, whole: number): number {
  return whole ? (100 * part) / whole : 0;
}
