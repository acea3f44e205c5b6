import { escapeHtml } from '../html';
import type { ReportSection } from './collect';

/**
 * A figure as its picture, which the page's script turns into an interactive one when it is scrolled near. Without JavaScript, and in print,
 * the picture stays.
 */
export function figureHtml(id: string, { path, figure, picture }: NonNullable<ReportSection['figure']>): string {
  const title = (figure.layout.title as { text?: string } | undefined)?.text ?? 'Figure';
  const size = `min-width:${Math.min(figure.width, 560)}px;max-width:${figure.width}px`;
  const still = picture === undefined
    ? `<p class="still">No picture was drawn here (no browser was there); with JavaScript the figure appears.</p>`
    : `<img class="still" alt="${escapeHtml(title)}: the numbers stand in the tables below" width="${figure.width}" height="${figure.height}" style="${size}" src="data:image/svg+xml;base64,${Buffer.from(picture, 'utf8').toString('base64')}">`;
  return `<figure id="${id}"><div class="scroll" tabindex="0" role="region" aria-label="Figure: ${escapeHtml(title)}">${still}<div class="plot" style="height:${figure.height}px;${size}"></div></div>
<figcaption>Interactive: hover or touch for values, click a legend entry to hide it. Also as ${escapeHtml(path)}.svg and .png.</figcaption></figure>`;
}
