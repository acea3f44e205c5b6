import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { escapeHtml, plotlyConfig, plotlyScript, scriptJson } from '../html';
import type { ReportRecord, ReportSection, ReportTable } from './collect';

const asset = (name: string) => readFileSync(path.join(__dirname, name), 'utf8');

/** The whole report as one page that needs nothing else: style, scripts, Plotly, figures and records are inside. */
export function reportPage(sections: ReportSection[]): string {
  const records = [...new Map(sections.flatMap((section) => section.records).map((record) => [record.key, record])).values()];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>medner: report</title><link rel="icon" href="data:,">
<style>${asset('report.css')}</style></head>
<body><a class="skip" href="#main">Skip to the results</a>
<header><h1>medner: report</h1>
<p>Chinese medical named entity recognition: what was run here, beside what the papers print. Every number links to the record of its run and the command that makes it again.</p>
<nav aria-label="Experiments"><ul>${sections.map((section) => `<li><a href="#${anchor(section)}">${escapeHtml(section.experiment)}</a> <small>${escapeHtml(setting(section))}</small></li>`).join('')}${records.length ? '<li><a href="#runs">Runs</a></li>' : ''}</ul></nav></header>
<main id="main">
${overview(sections)}
${sections.map(sectionHtml).join('\n')}
${records.length ? `<section id="runs"><h2>Runs</h2><p>${records.length} runs. <code>npx medner verify KEY</code> runs one again and compares.</p>${records.map(recordHtml).join('\n')}</section>` : ''}
</main>
${plotlyScript()}
<script type="application/json" id="figures">${scriptJson({ config: plotlyConfig, figures: sections.flatMap((section) => (section.figure ? [{ id: `figure-${anchor(section)}`, ...section.figure.figure }] : [])) })}</script>
<script>${asset('client.js').replace(/<\/script/gi, '<\\/script')}</script>
</body></html>
`;
}

/** A name that is safe as an HTML id and unique among sections. */
function anchor({ experiment, corpus, profile }: ReportSection): string {
  return [experiment, corpus ?? '', profile ?? ''].map((part) => part.replace(/[^\w-]/g, (c) => `_${c.codePointAt(0)!.toString(16)}`)).join('.');
}

const setting = ({ corpus, profile }: ReportSection): string => [corpus, profile].filter(Boolean).join(', ');

/** What was run, at which scale, on which hardware and backend. */
function overview(sections: ReportSection[]): string {
  const distinct = (records: ReportRecord[], of: (record: ReportRecord) => string) => [...new Set(records.map(of))].join('; ') || 'nothing trained';
  const table: ReportTable = {
    title: 'What was run',
    columns: [{ header: 'experiment' }, { header: 'corpus' }, { header: 'profile' }, { header: 'runs', align: 'right' }, { header: 'backend' }, { header: 'hardware' }, { header: 'commit' }],
    rows: sections.map(({ experiment, corpus, profile, records }) => [
      experiment, corpus ?? '–', profile ?? '–', String(records.length),
      distinct(records, ({ backend }) => `${backend.name} on ${backend.device}, ${backend.threads} threads`),
      distinct(records, ({ hardware }) => `${hardware.cpu}, ${hardware.cores} cores, ${gib(hardware.memory)}`),
      distinct(records, ({ commit }) => (commit ? commit.hash.slice(0, 10) + (commit.dirty ? ' with changes' : '') : 'no commit')),
    ]),
    footnotes: [],
  };
  return `<section>${tableHtml(table)}</section>`;
}

function sectionHtml(section: ReportSection): string {
  const { experiment, command, tables, figure } = section;
  const id = anchor(section);
  const drawn = figure
    ? `<figure><div class="scroll" tabindex="0" role="region" aria-label="Figure"><div class="plot" id="figure-${id}" style="height:${figure.figure.height}px;min-width:${Math.min(figure.figure.width, 560)}px;max-width:${figure.figure.width}px"></div></div><figcaption>Also as ${escapeHtml(figure.path)}.svg and .png.</figcaption></figure>`
    : '';
  return `<section id="${id}"><h2>${escapeHtml(experiment)} <small>${escapeHtml(setting(section))}</small></h2>
<p class="command">Again: <code>${escapeHtml(command)}</code></p>
${drawn}
${tables.map((table, i) => tableHtml(table, i === 0 ? section.runsOfRow : undefined)).join('\n')}</section>`;
}

/** A sortable table; where runs are known, each row ends with links to their records. */
function tableHtml({ title, columns, rows, footnotes }: ReportTable, runsOfRow?: Map<string, string[]>): string {
  const linked = runsOfRow !== undefined && runsOfRow.size > 0;
  const align = (i: number) => (columns[i]?.align === 'right' ? ' class="number"' : '');
  const head = columns.map(({ header }, i) => `<th scope="col"${align(i)} aria-sort="none"><button type="button">${escapeHtml(header)}</button></th>`).join('') + (linked ? '<th scope="col">runs</th>' : '');
  const links = (row: string[]) => (runsOfRow?.get(row[0]) ?? []).map((key) => `<a href="#run-${escapeHtml(key)}">${escapeHtml(key.slice(0, 8))}</a>`).join(' ');
  const cells = (row: string[]) => row.map((cell, i) => (i === 0 ? `<th scope="row"${align(i)}>${escapeHtml(cell)}</th>` : `<td${align(i)}>${escapeHtml(cell)}</td>`)).join('');
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(title)}"><table><caption>${escapeHtml(title)}</caption>
<thead><tr>${head}</tr></thead>
<tbody>${rows.map((row) => `<tr>${cells(row)}${linked ? `<td>${links(row)}</td>` : ''}</tr>`).join('\n')}</tbody></table></div>
${footnotes.length ? `<ol class="notes">${footnotes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ol>` : ''}`;
}

function recordHtml(record: ReportRecord): string {
  const { key, command, config, scores, seconds, peakMemory, peakTensorBytes, parameters, backend, hardware, node, commit } = record;
  const { precision, recall, f1 } = scores.scored.micro;
  const percent = (value: number) => (100 * value).toFixed(2);
  const facts = [
    ['again', command],
    ['verify', `npx medner verify ${key}`],
    ['strict micro', `P ${percent(precision)}, R ${percent(recall)}, F1 ${percent(f1)}`],
    ['seconds', Object.entries(seconds).map(([phase, value]) => `${phase} ${value.toFixed(1)}`).join(', ')],
    ['memory', `${gib(peakMemory)} at most${peakTensorBytes ? ` (tensors ${gib(peakTensorBytes)})` : ''}, ${parameters.toLocaleString('en')} parameters`],
    ['backend', `${backend.name} on ${backend.device}, ${backend.threads} threads (${Object.entries(backend.versions).map((pair) => pair.join(' ')).join(', ')}), Node ${node}`],
    ['hardware', `${hardware.cpu}, ${hardware.cores} cores, ${gib(hardware.memory)}`],
    ['commit', commit ? `${commit.hash}${commit.dirty ? ', with uncommitted changes' : ''}` : 'none'],
  ];
  return `<details id="run-${escapeHtml(key)}"><summary><code>${escapeHtml(key.slice(0, 8))}</code> ${escapeHtml(`${config.variant}, seed ${config.seed}: F1 ${percent(f1)}`)}</summary>
<dl>${facts.map(([name, value]) => `<dt>${name}</dt><dd>${escapeHtml(value)}</dd>`).join('')}</dl>
<details><summary>the whole record</summary><pre>${escapeHtml(JSON.stringify(record, null, 1))}</pre></details></details>`;
}

const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
