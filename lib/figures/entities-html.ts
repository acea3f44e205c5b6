import { codePoints } from '../common';
import { mentionKinds } from '../corpus/length-counts';
import type { Document, Entity } from '../corpus/types';
import { entitiesStyle } from './entities-style';
import { escapeHtml, languageOf } from './html';
import { colourOf, typeLabel } from './theme';

/** A document whose entities may carry a model's score. */
export type DrawnDocument = Pick<Document, 'id' | 'text'> & { entities: (Entity & { score?: number })[] };

/** Pixels from one entity's underline to the next below it. */
const laneHeight = 5;

type Colour = (type: string) => string;

/**
 * Text with its entities underlined in their types' colours, a line for each level of nesting (the outermost lowest),
 * each labelled where it starts; pointing at one, or reaching its label by keyboard, tells its type, place and score.
 * Crossing entities work too: every mention keeps its own lane. Self-contained, no script.
 */
export function entitiesHtml(documents: DrawnDocument[], types?: string[]): string {
  const order = types ?? typesOf(documents);
  const bodies = documents.map((document) => `<article><h3>${escapeHtml(document.id)}</h3>${documentHtml(document, order)}</article>`);
  return `<div class="mn-entities"><style>${entitiesStyle}</style>${legendHtml(documents, order)}${bodies.join('\n')}</div>`;
}

/** A whole page of it, for `predict --html`: each text with a table of its entities. */
export function entitiesPage(documents: DrawnDocument[], title: string, types?: string[]): string {
  const order = types ?? typesOf(documents);
  const bodies = documents.map((document) =>
    `<article><h2>${escapeHtml(document.id)}</h2>${documentHtml(document, order)}${entityTableHtml(document, order)}</article>`);
  return `<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title><link rel="icon" href="data:,"><style>${entitiesStyle}</style></head>
<body class="mn-page"><main class="mn-entities"><h1 lang="en">${escapeHtml(title)}</h1>${legendHtml(documents, order)}${bodies.join('\n')}</main></body></html>
`;
}

/** The types' colours with the number of entities of each. */
export function legendHtml(documents: DrawnDocument[], order: string[]): string {
  const colour = colours(order);
  const counts = new Map<string, number>();
  for (const { entities } of documents) for (const { type } of entities) counts.set(type, (counts.get(type) ?? 0) + 1);
  const keys = [...new Set([...order, ...counts.keys()])].map((type) => {
    const count = counts.get(type) ?? 0;
    return `<li class="mn-key${count ? '' : ' mn-none'}" style="border-color:${colour(type)}">${escapeHtml(typeLabel(type))} <small>${count}</small></li>`;
  });
  return `<ul class="mn-legend" aria-label="Types">${keys.join('')}</ul>`;
}

/** One text with its entities, without style or legend. */
export function documentHtml(document: DrawnDocument, order: string[]): string {
  const { html, depth } = markUp(document, colours(order));
  // Lines of text as far apart as labels above and underlines below need.
  return `<p${languageOf(document.text)} style="line-height:${(2.2 + 0.35 * depth).toFixed(2)}">${html}</p>`;
}

const typesOf = (documents: DrawnDocument[]): string[] => [...new Set(documents.flatMap((d) => d.entities.map((e) => e.type)))].sort();

function colours(order: string[]): Colour {
  return (type) => colourOf(order.includes(type) ? order.indexOf(type) : order.length);
}

/** Cuts the text at every entity boundary and underlines each piece once for each entity that covers it. */
function markUp({ text, entities }: DrawnDocument, colour: Colour): { html: string; depth: number } {
  const characters = codePoints(text);
  const fitting = entities.filter((entity) => entity.start < entity.end && entity.end <= characters.length);
  const kinds = new Map(mentionKinds(fitting).map((kind, i) => [fitting[i], kind]));
  const laid = lanes(fitting);
  const depth = Math.max(0, ...laid.map(({ lane }) => lane + 1));
  const cuts = [...new Set([0, characters.length, ...laid.flatMap(({ entity }) => [entity.start, entity.end])])].sort((a, b) => a - b);
  const pieces = cuts.slice(0, -1).map((start, i) => {
    const piece = escapeHtml(characters.slice(start, cuts[i + 1]).join(''));
    const covering = laid.filter(({ entity }) => entity.start <= start && start < entity.end);
    if (!covering.length) return piece;
    const lines = covering.map(({ entity, lane }) => `linear-gradient(${colour(entity.type)},${colour(entity.type)}) 0 calc(100% - ${lane * laneHeight}px)/100% 3px no-repeat`);
    const told = covering.map(({ entity }) => describe(entity, characters)).join('\n');
    const labels = covering.filter(({ entity }) => entity.start === start).map(({ entity }) =>
      `<b tabindex="0" role="note" aria-label="${escapeHtml(describe(entity, characters))}" data-tip="${escapeHtml(describe(entity, characters))}" data-kind="${escapeHtml(kinds.get(entity)!)}" style="background:${colour(entity.type)};color:${ink(colour(entity.type))}">${escapeHtml(entity.type)}${entity.score === undefined ? '' : `\u00a0${entity.score.toFixed(1)}`}</b>`);
    // A label stands inside the piece, so that the lines of what encloses it run on below it.
    return `<mark data-tip="${escapeHtml(told)}" style="padding-bottom:${depth * laneHeight}px;background:${lines.join(',')}">${labels.join('')}${piece}</mark>`;
  });
  return { html: pieces.join(''), depth };
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

/** A table, folded, of a text's entities in the order of the text, an enclosing one before what it encloses. */
export function entityTableHtml({ text, entities }: DrawnDocument, order: string[]): string {
  if (!entities.length) return '<p class="mn-empty" lang="en">No entities.</p>';
  const colour = colours(order);
  const characters = codePoints(text);
  const scored = entities.some(({ score }) => score !== undefined);
  const rows = [...entities].sort((a, b) => a.start - b.start || b.end - a.end).map(({ start, end, type, score }) =>
    `<tr><td>${escapeHtml(characters.slice(start, end).join(''))}</td><td><span class="mn-key" style="border-color:${colour(type)}">${escapeHtml(typeLabel(type))}</span></td><td>${start}–${end}</td>${scored ? `<td>${score?.toFixed(2) ?? ''}</td>` : ''}</tr>`);
  return `<details><summary lang="en">${entities.length} ${entities.length === 1 ? 'entity' : 'entities'}</summary><table><thead lang="en"><tr><th scope="col">text</th><th scope="col">type</th><th scope="col">characters</th>${scored ? '<th scope="col">score</th>' : ''}</tr></thead><tbody>${rows.join('')}</tbody></table></details>`;
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
