import { escapeHtml, languageOf } from '../html';
import type { ReportTable } from './collect';

/** A run as the table links it. */
export interface RunLink {
  key: string;
  seed: number | string;
  /** Where the row is of several models' runs. */
  model?: string;
}

/** Text beyond this many characters may break into lines; shorter cells stay whole. */
const longest = 44;

/** A sortable table; where runs are known, each row ends with links to their records, one a seed. */
export function tableHtml({ title, columns, rows, footnotes }: ReportTable, runs: readonly RunLink[][] = []): string {
  const linked = runs.some((row) => row.length > 0);
  const headers = distinctHeaders(columns.map(({ header }) => header));
  const kinds = headers.map((header, i) => [columns[i].align === 'right' ? 'number' : '', /^paper\b/.test(header) ? 'paper' : ''].filter(Boolean).join(' '));
  const head = headers.map((header, i) => `<th scope="col"${classOf(kinds[i])} aria-sort="none"><button type="button">${escapeHtml(header)}</button></th>`);
  const body = rows.map((row, r) => {
    const cells = row.map((cell, i) => cellHtml(cell, i === 0 ? 'th scope="row"' : 'td', kinds[i] ?? '', headers[i] === 'verdict'));
    return `<tr>${cells.join('')}${linked ? `<td class="runs">${(runs[r] ?? []).map(linkHtml).join(' ')}</td>` : ''}</tr>`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(title)}"><table><caption${languageOf(title)}>${escapeHtml(title)}</caption>
<thead><tr>${head.join('')}${linked ? '<th scope="col" class="runs">run by seed</th>' : ''}</tr></thead>
<tbody>${body.join('\n')}</tbody></table></div>
${notesHtml(footnotes)}`;
}

export function notesHtml(notes: readonly string[]): string {
  return notes.length ? `<ol class="notes">${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ol>` : '';
}

const linkHtml = ({ key, seed, model }: RunLink): string =>
  `<a href="#run-${escapeHtml(key)}" aria-label="${escapeHtml(`${model === undefined ? '' : `${model}, `}seed ${seed}`)}">${escapeHtml(`${model === undefined ? '' : `${model}\u00a0`}${seed}`)}</a>`;

function cellHtml(cell: string, tag: string, kind: string, verdict: boolean): string {
  const classes = [kind, cell.length > longest ? 'long' : ''].filter(Boolean).join(' ');
  const text = verdict ? verdictHtml(cell) : escapeHtml(cell);
  return `<${tag}${classOf(classes)}${languageOf(cell)}>${text}</${tag.split(' ')[0]}>`;
}

const classOf = (names: string): string => (names ? ` class="${names}"` : '');

/** A verdict with a mark and a colour beside its words. */
export function verdictHtml(verdict: string): string {
  const [kind, mark] = /^(reproduced|agrees|same direction|consistent)/.test(verdict) ? ['good', '✓']
    : /^(disagrees|opposite|inconsistent|[\d.]+ (above|below) the paper)/.test(verdict) ? ['bad', '✗'] : ['open', '·'];
  return `<span class="verdict ${kind}"><span aria-hidden="true">${mark} </span>${escapeHtml(verdict)}</span>`;
}

/** The paper's columns are headed `paper (CORPUS) P`, `R`, `F1`: the later ones are named after it, so that no two columns share a name. */
export function distinctHeaders(headers: readonly string[]): string[] {
  return headers.map((header, i) => {
    const before = headers.slice(0, i);
    return before.includes(header) && before.some((other) => other.startsWith('paper')) ? `paper ${header}` : header;
  });
}
