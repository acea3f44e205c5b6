import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { inlineScript } from '../assets';
import { mentionKinds, type LengthCounts } from '../../corpus/length-counts';
import { lengthClasses } from '../../corpus/types';
import { documentHtml } from '../entities-html';
import { entitiesStyle } from '../entities-style';
import { escapeHtml, scriptJson } from '../html';
import { classLabels } from '../length-distribution';
import { lengthColours, typeLabel } from '../theme';

export type ExplorerCorpus = LengthCounts;

const asset = (name: string): string => readFileSync(path.join(__dirname, name), 'utf8');

/**
 * A box to explore entity lengths in: choose corpus, type, length class and nesting, and a histogram and example sentences follow. Works in
 * any page and in a notebook, once `explorerStyle` is there; everything is counted beforehand.
 * @param id of the box, unique in the page
 */
export function explorerHtml(corpora: readonly ExplorerCorpus[], id = 'explorer-box'): string {
  const data = { colours: lengthColours, corpora: corpora.map(clientData) };
  const select = (name: string, label: string, options: [string, string][]): string =>
    `<label>${label} <select name="${name}">${options.map(([value, text]) => `<option value="${escapeHtml(value)}">${escapeHtml(text)}</option>`).join('')}</select></label>`;
  return `<div class="mn-explorer" id="${escapeHtml(id)}">
<noscript><p>The explorer needs JavaScript; the same counts stand in the tables of length-statistics.</p></noscript>
<form aria-label="Choose entities">
${select('corpus', 'corpus', corpora.map(({ corpus }, i) => [String(i), corpus]))}
${select('type', 'type', [['', 'all']])}
${select('length', 'length', [['', 'all'], ...lengthClasses.map((name): [string, string] => [name, classLabels[name]])])}
${select('nesting', 'nesting', [['', 'all'], ['nested', 'inside another'], ['flat', 'not inside another']])}
</form>
<p class="mn-summary" aria-live="polite"></p>
<div class="mn-histogram"></div>
<ul class="mn-classes" aria-label="Colours">${lengthClasses.map((name) => `<li style="--colour:${lengthColours[name]}">${classLabels[name]}</li>`).join('')}</ul>
<details><summary>The numbers</summary><div class="mn-numbers"></div></details>
<div class="mn-examples mn-entities"></div>
<script type="application/json">${scriptJson(data)}</script>
</div>
<script>(function () {
${inlineScript(asset('client.js'))}
explorer(document.getElementById(${scriptJson(id)}));
})();</script>`;
}

export function explorerStyle(): string {
  return `${entitiesStyle}\n${asset('explorer.css')}`;
}

/** What the page's script gets: counts, and examples drawn with what each shows. */
function clientData({ corpus, documents, notes, types, examples = [] }: ExplorerCorpus): object {
  const order = Object.keys(types);
  return {
    id: corpus,
    documents,
    notes,
    types: order.map((type) => ({ type, label: typeLabel(type), ...types[type] })),
    examples: examples.map((document) => ({ kinds: mentionKinds(document.entities), html: documentHtml(document, order) })),
  };
}
