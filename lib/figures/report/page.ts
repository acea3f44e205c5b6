import * as path from 'node:path';
import { readParts, scriptElement } from '../assets';
import { explorerHtml, explorerStyle, type ExplorerCorpus } from '../explorer';
import { escapeHtml, plotlyConfig, plotlyPacked, scriptJson } from '../html';
import { auditHtml } from './audit';
import { heatHtml } from './breakdown';
import { checklist } from './checklist';
import { settingName, type ReportSection, type ReportTable } from './collect';
import { figureHtml, isInteractive } from './figure';
import { compute, overview } from './overview';
import { inPapersOrder, placeOf } from './papers';
import type { ReportRecord } from './record';
import { commandHtml, runsHtml } from './runs';
import { tableHtml, type RunLink } from './table';

/** Later ones win: print has the last word. */
const styles = ['base', 'contents', 'tables', 'heat', 'figures', 'runs', 'print'];
const scripts = ['contents', 'copy', 'filter', 'sort', 'runs', 'figures'];

export interface ReportContent {
  sections: ReportSection[];
  /** Benches: our times beside a peer's. */
  speed: ReportTable[];
  /** Entity lengths of corpora, for the explorer. */
  corpora: ExplorerCorpus[];
}

/** A part of the page, as the table of contents names it. */
interface Chapter {
  id: string;
  title: string;
  note?: string;
  /** What it stands below in the contents. */
  group?: string;
  html: string;
}

/** The whole report as one page that needs nothing else: style, scripts, Plotly, figures and records are inside. */
export function reportPage({ sections: found, speed, corpora }: ReportContent): string {
  const sections = inPapersOrder(found);
  const byKey: RecordsByKey = new Map(sections.flatMap((section) => section.records).map((record) => [record.key, record]));
  const records = [...byKey.values()];
  const chapters: Chapter[] = [
    { id: 'overview', title: 'What was run', html: `<section id="overview"><h2>What was run</h2>${tableHtml(overview(sections))}</section>` },
    ...(corpora.length ? [{ id: 'explorer', title: 'Explorer', note: 'entity lengths', html: explorerChapter(corpora) }] : []),
    ...sections.map((section): Chapter => {
      const place = placeOf(section);
      return { id: anchor(section), title: section.experiment, note: [place?.where, setting(section)].filter(Boolean).join(': '), group: place?.paper ?? 'Of neither paper', html: sectionHtml(section, byKey) };
    }),
    ...(speed.length ? [{ id: 'speed', title: 'Speed', note: 'beside peers', html: speedHtml(speed) }] : []),
    ...(records.length ? [
      { id: 'checklist', title: 'Reproducibility', html: `<section id="checklist"><h2>Reproducibility</h2>${tableHtml(checklist(records, `What the records of all ${records.length} runs tell`))}</section>` },
      { id: 'runs', title: 'Runs', note: String(records.length), html: runsHtml(records) },
    ] : []),
  ];
  const interactive = sections.flatMap((section) => (section.figure && isInteractive(section.figure) ? [{ id: `figure-${anchor(section)}`, ...section.figure.figure }] : []));
  const contents = contentsHtml(chapters);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>medner: report</title><link rel="icon" href="data:,"><meta name="color-scheme" content="light dark">
<script>document.documentElement.classList.add('js')</script>
<style>${readParts(path.join(__dirname, 'style'), '.css', styles).join('\n')}\n${corpora.length ? explorerStyle() : ''}</style></head>
<body><a class="skip" href="#main">Skip to the results</a>
<header><h1>medner: report</h1>
<p>Chinese medical named entity recognition: what was run here, beside what the papers print. Each row leads to the records of its runs and the commands that make them again. Click a column's head to sort.</p></header>
<div class="frame"><nav class="contents" aria-label="Contents"><details open><summary>Contents</summary>${contents}</details></nav>
<main id="main" tabindex="-1">
${chapters.map(({ html }) => html).join('\n')}
</main></div>
<script type="application/json" id="figures">${scriptJson({ config: plotlyConfig, figures: interactive })}</script>
${interactive.length ? `<script type="text/plain" id="plotly">${plotlyPacked()}</script>` : ''}
${scriptElement(...readParts(path.join(__dirname, 'client'), '.js', scripts))}
</body></html>
`;
}

/** A list of links, those of one group after another below its name. */
function contentsHtml(chapters: readonly Chapter[]): string {
  const lists: { group?: string; items: string[] }[] = [];
  for (const { id, title, note, group } of chapters) {
    if (!lists.length || lists.at(-1)!.group !== group) lists.push({ group, items: [] });
    lists.at(-1)!.items.push(`<li><a href="#${id}">${escapeHtml(title)}</a>${note ? ` <small>${escapeHtml(note)}</small>` : ''}</li>`);
  }
  return lists.map(({ group, items }) => `${group ? `<p>${escapeHtml(group)}</p>` : ''}<ul>${items.join('')}</ul>`).join('\n');
}

/** A name that is safe as an HTML id and unique among sections. */
function anchor({ experiment, base }: ReportSection): string {
  return [experiment, base].map((part) => part.replace(/[^\w-]/g, (c) => `_${c.codePointAt(0)!.toString(16)}`)).join('.');
}

const setting = (section: ReportSection): string => [section.subject, section.corpus, section.profile, settingName(section)].filter(Boolean).join(', ');

/** The records of all sections' runs, each once. */
type RecordsByKey = ReadonlyMap<string, ReportRecord>;

function sectionHtml(section: ReportSection, byKey: RecordsByKey): string {
  const { experiment, command, tables, figure, audit, records, runsOfRows } = section;
  const id = anchor(section);
  const links = (keys: string[]): RunLink[] => {
    const runs = keys.flatMap((key) => byKey.get(key) ?? []);
    return runs.map(({ key, config: { seed, variant } }) => ({ key, seed, ...(!ofOneModel(runs) && { model: variant }) }));
  };
  const drawn = tables.map((table, i) => {
    // The audit's first table tells the checks that do not hold: the narrowed table of all checks tells them and the rest.
    if (audit && i === 0) return auditHtml(audit, table.footnotes);
    return tableHtml(table, (runsOfRows[i] ?? []).map(links));
  });
  return `<section id="${id}"><h2>${escapeHtml(experiment)} <small>${escapeHtml(setting(section))}</small></h2>
<p>Again: ${commandHtml(command)} <small>(${escapeHtml(compute(records))})</small></p>
${figure ? figureHtml(`figure-${id}`, figure) : ''}
${drawn.join('\n')}
${heatsHtml(section, byKey)}${records.length ? `<details class="more"><summary>Reproducibility of these ${records.length} runs</summary>${tableHtml(checklist(records, `What the records of ${experiment} tell`))}
<p>Runs: ${records.map(({ key, config }) => `<a href="#run-${escapeHtml(key)}">${escapeHtml(config.variant)}, seed ${escapeHtml(String(config.seed))}</a>`).join(' · ')}</p></details>` : ''}</section>`;
}

const ofOneModel = (records: readonly ReportRecord[]): boolean => new Set(records.map(({ config: { variant } }) => variant)).size <= 1;

/** F1 by type and length of each row of the first table, its runs taken together. */
function heatsHtml({ tables, runsOfRows: [keysOfRows = []] }: ReportSection, byKey: RecordsByKey): string {
  const heats = keysOfRows.map((keys, i) => {
    const records = keys.flatMap((key) => byKey.get(key) ?? []);
    // Different models together are no model's F1.
    if (!ofOneModel(records)) return '';
    return heatHtml(records, `${tables[0].rows[i][0]}${records.length > 1 ? `, ${records.length} runs together` : ''}`);
  });
  if (!heats.some(Boolean)) return '';
  return `<details class="more"><summary>F1 by type and length class of each row</summary>
<p>F1 in percent, the bluer the higher; beside it how many gold entities a run is scored on. short 1–3, medium 4–7, long 8 or more characters; nested: inside another entity.</p>
<div class="heats">${heats.filter(Boolean).join('\n')}</div></details>\n`;
}

function explorerChapter(corpora: ExplorerCorpus[]): string {
  return `<section id="explorer"><h2>Explorer</h2>
<p>How long are the entities of a type, and how many lie inside others? Choose, and histogram and examples follow. Sentences are shown of the embedded corpus only; of others there are counts.</p>
${explorerHtml(corpora)}</section>`;
}

function speedHtml(tables: readonly ReportTable[]): string {
  return `<section id="speed"><h2>Speed <small>beside peers</small></h2>
<p>Times, memory and losses beside another implementation's on the same machine in the same run.</p>
${tables.map((table) => `<details class="more"><summary>${escapeHtml(table.title)} <small>${table.rows.length} rows</small></summary>${tableHtml(table)}</details>`).join('\n')}</section>`;
}
