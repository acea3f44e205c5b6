import { escapeHtml } from '../html';
import { isDiagram } from '../theme';
import type { ReportSection } from './collect';

type SectionFigure = NonNullable<ReportSection['figure']>;

/** Whether the page's script draws it again: of boxes and texts nothing would be gained. */
export const isInteractive = ({ figure, picture }: SectionFigure): boolean => picture === undefined || !isDiagram(figure);

/**
 * A figure as its picture, which the page's script turns into an interactive one when it is scrolled near. Without JavaScript, and in print,
 * the picture stays.
 */
export function figureHtml(id: string, drawn: SectionFigure): string {
  const { path, figure, picture } = drawn;
  const title = (figure.layout.title as { text?: string } | undefined)?.text ?? 'Figure';
  const size = `min-width:${isDiagram(figure) ? figure.width : Math.min(figure.width, 560)}px;max-width:${figure.width}px`;
  const still = picture === undefined
    ? `<p class="still">No picture was drawn here (no browser was there); with JavaScript the figure appears.</p>`
    : `<img class="still" alt="${escapeHtml(title)}: the numbers stand in the tables below" width="${figure.width}" height="${figure.height}" style="${size}" src="data:image/svg+xml;base64,${Buffer.from(picture, 'utf8').toString('base64')}">`;
  const plot = isInteractive(drawn) ? `<div class="plot" style="height:${figure.height}px;${size}"></div>` : '';
  return `<figure id="${id}"><div class="scroll" tabindex="0" role="region" aria-label="Figure: ${escapeHtml(title)}">${still}${plot}</div>
<figcaption>${isInteractive(drawn) ? 'Interactive: hover or touch for values, click a legend entry to hide it. ' : ''}Also as ${escapeHtml(path)}.svg and .png.</figcaption></figure>`;
}
