import { codePoints } from '../common';
import type { Document, Entity } from '../corpus/types';
import { escapeHtml } from './html';
import { colourOf, fontFamily, typeLabel } from './theme';

/** A document whose entities may carry a model's score. */
export type DrawnDocument = Pick<Document, 'id' | 'text'> & { entities: (Entity & { score?: number })[] };

/** Pixels from one entity's underline to the next below it. */
const laneHeight = 5;

/**
 * Text with its entities underlined in their types' colours, a line for each level of nesting (the outermost lowest),
 * each labelled where it starts. Crossing entities work too: every mention keeps its own lane. Self-contained, no script.
 */
export function entitiesHtml(documents: DrawnDocument[], types?: string[]): string {
  const order = types ?? [...new Set(documents.flatMap((d) => d.entities.map((e) => e.type)))].sort();
  const colour = (type: string) => colourOf(order.includes(type) ? order.indexOf(type) : order.length);
  const legend = order.map((type) => `<span class="mn-key" style="border-color:${colour(type)}">${escapeHtml(typeLabel(type))}</span>`);
  const bodies = documents.map((document) =>
    `<article><h3>${escapeHtml(document.id)}</h3><p>${markUp(document, colour)}</p></article>`);
  return `<div class="mn-entities"><style>${style}</style><div>${legend.join(' ')}</div>${bodies.join('\n')}</div>`;
}

/** A whole page of it, for `predict --html`. */
export function entitiesPage(documents: DrawnDocument[], title: string, types?: string[]): string {
  return `<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title><link rel="icon" href="data:,"></head>
<body><h1 style="font:1.3em ${fontFamily}">${escapeHtml(title)}</h1>${entitiesHtml(documents, types)}</body></html>
`;
}

/** Cuts the text at every entity boundary and underlines each piece once for each entity that covers it. */
function markUp({ text, entities }: DrawnDocument, colour: (type: string) => string): string {
  const characters = codePoints(text);
  const laid = lanes(entities.filter((entity) => entity.start < entity.end && entity.end <= characters.length));
  const depth = Math.max(0, ...laid.map(({ lane }) => lane + 1));
  const cuts = [...new Set([0, characters.length, ...laid.flatMap(({ entity }) => [entity.start, entity.end])])].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((start, i) => {
    const piece = escapeHtml(characters.slice(start, cuts[i + 1]).join(''));
    const covering = laid.filter(({ entity }) => entity.start <= start && start < entity.end);
    if (!covering.length) return piece;
    const lines = covering.map(({ entity, lane }) => `linear-gradient(${colour(entity.type)},${colour(entity.type)}) 0 calc(100% - ${lane * laneHeight}px)/100% 3px no-repeat`);
    const title = covering.map(({ entity }) => describe(entity, characters)).join('\n');
    const labels = covering.filter(({ entity }) => entity.start === start).map(({ entity }) =>
      `<b style="background:${colour(entity.type)};color:${ink(colour(entity.type))}">${escapeHtml(entity.type)}${entity.score === undefined ? '' : ` ${entity.score.toFixed(1)}`}</b>`);
    // A label stands inside the piece, so that the lines of what encloses it run on below it.
    return `<mark title="${escapeHtml(title)}" style="padding-bottom:${depth * laneHeight}px;background:${lines.join(',')}">${labels.join('')}${piece}</mark>`;
  }).join('');
}

/** Gives each entity the lowest lane that is free over its whole span; longer ones choose first, so they lie outside. */
function lanes<E extends Entity>(entities: E[]): { entity: E; lane: number }[] {
  const placed: { entity: E; lane: number }[] = [];
  for (const entity of [...entities].sort((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start)) {
    const taken = new Set(placed.filter(({ entity: other }) => other.start < entity.end && entity.start < other.end).map(({ lane }) => lane));
    let lane = 0;
    while (taken.has(lane)) lane++;
    placed.push({ entity, lane });
  }
  return placed.sort((a, b) => a.lane - b.lane);
}

function describe(entity: Entity & { score?: number }, characters: string[]): string {
  const score = entity.score === undefined ? '' : `, score ${entity.score.toFixed(2)}`;
  return `${typeLabel(entity.type)}: ${characters.slice(entity.start, entity.end).join('')} [${entity.start}, ${entity.end})${score}`;
}

/** Black or white, whichever reads better on the colour (relative luminance, WCAG 2). */
function ink(colour: string): string {
  const [r, g, b] = [1, 3, 5].map((at) => (parseInt(colour.slice(at, at + 2), 16) / 255) ** 2.2);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18 ? '#000' : '#fff';
}

const style = `
.mn-entities{font:16px/2.6 ${fontFamily};color:#222;background:#fff;padding:.5em 1em}
.mn-entities h3{font-size:.8em;line-height:1.4;color:#666;margin:1em 0 0;font-weight:normal}
.mn-entities p{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}
.mn-entities mark{color:inherit;box-decoration-break:clone;-webkit-box-decoration-break:clone}
.mn-entities b{font:600 .62em/1 ${fontFamily};vertical-align:1.1em;margin:0 1px;padding:1px 3px;border-radius:3px}
.mn-entities .mn-key{border-bottom:3px solid;margin-right:.8em;font-size:.85em}
`;
