import type { Annotations, Shape } from 'plotly.js';
import { channelPlaces, type Place, streamPlaces } from './architecture-places';
import { bandInset } from './band-inset';
import { figure, palette, type Figure } from './theme';

/** A box. */
export interface DrawnPart {
  id: string;
  title: string;
  facts: readonly string[];
  /** Trainable numbers. */
  parameters: number;
}

/** An arrow, with what passes along it. */
export interface DrawnFlow {
  from: string;
  to: string;
  carries: string;
}

/** A model, and how it differs from the one that it is a row of: models/architecture tells both. */
export interface DrawnArchitecture {
  parts: readonly DrawnPart[];
  flows: readonly DrawnFlow[];
  /** Of models that score spans: tokens of the longest window and width of the band, null where the whole triangle is scored. */
  spans?: { tokens: number; k: number | null };
  /** Absent for the full model itself. */
  against?: { name: string; removed: readonly DrawnPart[]; removedFlows: readonly DrawnFlow[]; changed: readonly string[]; added: readonly string[] };
}

const [blue, orange, green, vermillion, purple] = palette;
const black = palette[6];
const grey = '#707070';

const groups: readonly [colour: string, ids: readonly string[]][] = [
  [black, ['text', 'entities']],
  [blue, ['encoder', 'second-encoder', 'characters']],
  [orange, ['augmentation', 'word-vectors', 'lexicon', 'fusion']],
  [vermillion, ['chat-model', 'second-text', 'items', 'mapping']],
  [green, ['pointer', 'tags', 'biaffine', 'convolved', 'crf']],
];
const colourOfPart = (id: string): string => groups.find(([, ids]) => ids.includes(id))?.[0] ?? purple;

/** Pixels. */
const pitch = 290;
const lineHeight = 16;
const padding = 9;
const gap = 40;
const inset = 16;

interface Box {
  part: DrawnPart;
  left: number;
  right: number;
  top: number;
  bottom: number;
  look: 'own' | 'marked' | 'removed';
}

const linesOf = ({ title, facts, parameters }: DrawnPart): string[] =>
  [`<b>${title}</b>`, ...facts, ...(parameters > 0 ? [`<i>${parameters.toLocaleString('en')} parameters</i>`] : [])];

/**
 * Figure 1 of either paper, of any row of the registry: a box for each part with its configuration and its trainable numbers, an arrow for each thing
 * handed on, from top to bottom. What the full model has and this row has not is dashed; what differs from it has a thick frame.
 */
export function modelArchitecture(model: DrawnArchitecture, title: string): Figure {
  const { parts, flows, against, spans } = model;
  const marked = new Set([...(against?.changed ?? []), ...(against?.added ?? [])]);
  const drawn = [
    ...parts.map((part) => ({ part, look: marked.has(part.id) ? 'marked' as const : 'own' as const })),
    ...(against?.removed ?? []).map((part) => ({ part: { ...part, parameters: 0 }, look: 'removed' as const })),
  ];
  const boxes = laidOut(drawn, spans !== undefined);
  const byId = new Map(boxes.map((box) => [box.part.id, box]));
  const arrows = (all: readonly DrawnFlow[], colour: string): Partial<Annotations>[] =>
    all.flatMap(({ from, to, carries }) => (byId.has(from) && byId.has(to) ? arrow(byId.get(from)!, byId.get(to)!, carries, colour) : []));
  const pointer = byId.get('pointer');
  const band = spans && pointer ? bandInset(spans, { left: Math.max(...boxes.filter((box) => overlaps(box, pointer)).map(({ right }) => right)) + 36, middle: (pointer.top + pointer.bottom) / 2 }) : undefined;
  const width = Math.max(...boxes.map(({ right }) => right), band?.right ?? 0) + 20;
  const lowest = Math.max(...boxes.map(({ bottom }) => bottom), band?.bottom ?? 0);
  const notes = notesOf(model);
  const height = lowest + 22 + lineHeight * notes.length;
  const foot = notes.map((text, i): Partial<Annotations> => ({ x: 20, y: lowest + 18 + lineHeight * i, xanchor: 'left', yanchor: 'top', text, showarrow: false, align: 'left', font: { size: 12 } }));
  const above = 44;
  return figure([], title, { width, height: height + above + 10 }, {
    shapes: [...boxes.map(frame), ...(band?.shapes ?? [])],
    annotations: [...arrows((against?.removedFlows ?? []).map((flow) => ({ ...flow, carries: '' })), '#aaa'), ...arrows(flows, '#555'), ...boxes.map(words), ...(band?.annotations ?? []), ...foot],
    // Pixels, from the upper left corner.
    xaxis: { visible: false, range: [0, width], fixedrange: true },
    yaxis: { visible: false, range: [height, 0], fixedrange: true },
    title: { text: title, x: 0, xref: 'container', xanchor: 'left', y: 1, yref: 'container', yanchor: 'top', pad: { t: 14, l: 20 }, font: { size: 16 } },
    margin: { l: 0, r: 0, t: above, b: 10 },
  });
}

/** Boxes of the rows in use, each row as high as its highest box. */
function laidOut(drawn: readonly { part: DrawnPart; look: Box['look'] }[], tallPointer: boolean): Box[] {
  const ids = drawn.map(({ part }) => part.id);
  const own = drawn.filter(({ look }) => look !== 'removed').map(({ part }) => placeOf(part.id, ids));
  const placed = drawn.map(({ part, look }) => ({ part, look, place: look === 'removed' ? freePlace(placeOf(part.id, ids), own) : placeOf(part.id, ids) }));
  const left = Math.min(...placed.map(({ place }) => place.column - place.width / 2));
  const rows = [...new Set(placed.map(({ place }) => place.row))].sort((a, b) => a - b);
  const heightOf = (part: DrawnPart): number => 2 * padding + lineHeight * linesOf(part).length;
  let top = 4; // room for the upper frame
  const tops = new Map(rows.map((row) => {
    const there = placed.filter(({ place }) => place.row === row).map(({ part }) => part);
    const height = Math.max(...there.map(heightOf), tallPointer && there.some(({ id }) => id === 'pointer') ? 128 : 0);
    const span = [top, height] as const;
    top += height + gap;
    return [row, span];
  }));
  return placed.map(({ part, look, place: { column, row, width } }): Box => {
    const [start, high] = tops.get(row)!;
    const tall = heightOf(part);
    const middle = start + high / 2;
    const at = (columns: number): number => 20 + pitch * (columns - left);
    return { part, look, left: at(column - width / 2), right: at(column + width / 2), top: middle - tall / 2, bottom: middle + tall / 2 };
  });
}

function placeOf(id: string, all: readonly string[]): Place {
  const channels = all.includes('gru-fused');
  // Beside a second encoder the first one reads the left channel alone.
  if (channels && id === 'encoder' && all.includes('second-encoder')) return { ...channelPlaces.text, row: channelPlaces.encoder.row };
  const place = (channels ? channelPlaces : streamPlaces)[id];
  if (!place) throw new Error(`the figure has no place for the part ${id}`);
  return place;
}

/** What another part has taken the place of stands at its right. */
function freePlace(place: Place, taken: readonly Place[]): Place {
  const blocking = taken.find(({ column, row, width }) => row === place.row && Math.abs(column - place.column) < (width + place.width) / 2);
  return blocking ? { ...place, column: blocking.column + (blocking.width + place.width) / 2 + 0.2 } : place;
}

const frame = ({ part, left, right, top, bottom, look }: Box): Partial<Shape> => ({
  type: 'rect', x0: left, x1: right, y0: top, y1: bottom, layer: 'below', fillcolor: '#fff',
  line: look === 'removed' ? { color: '#999', width: 1.5, dash: 'dash' } : { color: colourOfPart(part.id), width: look === 'marked' ? 4.5 : 2 },
});

const words = ({ part, left, right, top, bottom, look }: Box): Partial<Annotations> => ({
  x: (left + right) / 2, y: (top + bottom) / 2, text: linesOf(part).join('<br>'), showarrow: false, align: 'center', font: { size: 12, ...(look === 'removed' && { color: grey }) },
});

/** Whether some height is both boxes'. */
const overlaps = (a: Box, b: Box): boolean => a.top < b.bottom && b.top < a.bottom;

/** From edge to edge, upright where the boxes stand over one another. */
function arrow(from: Box, to: Box, carries: string, colour: string): Partial<Annotations>[] {
  const beside = overlaps(from, to);
  const [[ax, ay], [x, y]] = beside ? sideways(from, to) : downwards(from, to);
  const line: Partial<Annotations> = { x, y, ax, ay, xref: 'x', yref: 'y', axref: 'x', ayref: 'y', text: '', showarrow: true, arrowhead: 2, arrowwidth: 1.5, arrowcolor: colour };
  if (carries === '') return [line];
  // Long arrows are told where they begin: beside other boxes there is no room.
  const share = y - ay > 2 * gap ? gap / 2 / (y - ay) : 0.45;
  return [line, { x: ax + share * (x - ax), y: ay + share * (y - ay), text: carries, showarrow: false, font: { size: 11, color: '#444' }, ...(beside ? { yshift: 9 } : { bgcolor: '#fff', borderpad: 1 }) }];
}

type Point = [x: number, y: number];

function sideways(from: Box, to: Box): [Point, Point] {
  const y = (Math.max(from.top, to.top) + Math.min(from.bottom, to.bottom)) / 2;
  return from.right <= to.left ? [[from.right, y], [to.left, y]] : [[from.left, y], [to.right, y]];
}

function downwards(from: Box, to: Box): [Point, Point] {
  const [low, high] = [Math.max(from.left, to.left) + inset, Math.min(from.right, to.right) - inset];
  if (low <= high) return [[(low + high) / 2, from.bottom], [(low + high) / 2, to.top]];
  const rightwards = from.right - inset < to.left + inset;
  return rightwards ? [[from.right - inset, from.bottom], [to.left + inset, to.top]] : [[from.left + inset, from.bottom], [to.right - inset, to.top]];
}

function notesOf({ parts, against }: DrawnArchitecture): string[] {
  const total = parts.reduce((sum, { parameters }) => sum + parameters, 0);
  const second = parts.some(({ id }) => id === 'gru-second') ? '; m: those of the second channel' : '';
  const trained = `${total.toLocaleString('en')} parameters are trained. n: tokens of a window${second}.`;
  if (!against) return [trained];
  const { name, removed, changed, added } = against;
  const differences = [
    ...(removed.length ? [`Dashed: what ${name} has and this model has not.`] : []),
    ...(changed.length || added.length ? [`Thick frame: other than in ${name}.`] : []),
  ];
  return [trained, ...(differences.length ? differences : [`No part differs from ${name}.`])];
}
