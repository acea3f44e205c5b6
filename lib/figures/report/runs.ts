import { escapeHtml, languageOf } from '../html';
import { confusionHtml, heatHtml } from './breakdown';
import {
  backendText, commitText, configFields, hardwareText, inOrder, memoryText, notRecorded, percentText, secondsOf, type ReportRecord,
} from './record';

/** All runs, each a panel that opens: by itself, or beside the table that leads to it. */
export function runsHtml(records: readonly ReportRecord[]): string {
  return `<section id="runs" aria-labelledby="runs-title"><h2 id="runs-title">Runs</h2>
<p>${records.length} ${records.length === 1 ? 'run' : 'runs'}. <code>npx medner verify KEY</code> runs one again and compares: on the same machine every bit must agree.</p>
${records.map(runHtml).join('\n')}
<dialog id="panel" aria-labelledby="panel-title"><div class="panel-head"><h2 id="panel-title">Run</h2><button type="button" class="close">Close</button></div>
<nav aria-label="Runs of this row"></nav><div class="panel-body"></div></dialog></section>`;
}

function runHtml(record: ReportRecord): string {
  const { key, config, scores } = record;
  const title = `${config.variant}, seed ${config.seed}: F1 ${percentText(scores.scored.micro.f1)}`;
  return `<details id="run-${escapeHtml(key)}" data-title="${escapeHtml(title)}"><summary><code>${escapeHtml(key)}</code> ${escapeHtml(title)}</summary>
<div class="record"><dl>${facts(record).map(([name, value]) => `<dt>${name}</dt><dd${value === undefined ? ' class="missing"' : ''}>${value ?? notRecorded}</dd>`).join('')}</dl>
${breakdownHtml(record)}<details><summary>configuration</summary><dl class="fields">${configFields(config).map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`).join('')}</dl></details></div></details>`;
}

function breakdownHtml(record: ReportRecord): string {
  const tables = heatHtml([record], 'F1 by type and length, beside it the gold entities') + confusionHtml(record);
  return tables && `<details><summary>by type and length, and what is confused</summary>${tables}</details>\n`;
}

/** Name and HTML; undefined where the record does not tell. */
function facts(record: ReportRecord): [string, string | undefined][] {
  const { key, command, config, data, training, scores, wordVectors, parameters, predictions, weights } = record;
  const text = (value: string | undefined): string | undefined => (value === undefined ? undefined : escapeHtml(value));
  const { micro, nested, flat, lengths } = scores.scored;
  const parts = [
    ...(nested && flat ? [`nested ${percentText(nested.f1)}`, `flat ${percentText(flat.f1)}`] : []),
    ...inOrder(lengths).map(([name, { f1 }]) => `${name} ${percentText(f1)}`),
  ];
  return [
    ['again', commandHtml(command)],
    ['verify', commandHtml(`npx medner verify ${key}`)],
    ['strict micro', text(`P ${percentText(micro.precision)}, R ${percentText(micro.recall)}, F1 ${percentText(micro.f1)}`)],
    ['F1 of parts', parts.length ? text(parts.join(', ')) : undefined],
    ['seed', text(String(config.seed))],
    ['precision', typeof config.precision === 'string' ? text(config.precision) : undefined],
    ['backend', text(backendText(record))],
    ['Node', text(record.node)],
    ['hardware', text(hardwareText(record))],
    ['time', text(secondsOf(record))],
    ['peak memory', text(memoryText(record))],
    ['parameters', parameters === undefined ? undefined : parameters.toLocaleString('en')],
    ['updates', training?.step === undefined ? undefined : `${training.step.toLocaleString('en')}${training.best ? `, best after epoch ${training.best.epoch + 1}` : ''}${training.resumed ? `, continued ${training.resumed} times` : ''}`],
    ['commit', text(commitText(record))],
    ...(data?.parts ? inOrder(data.parts) : [['splits', undefined] as const]).map(([name, part]): [string, string | undefined] => [
      escapeHtml(name),
      part && `${escapeHtml(part.source)}, ${part.documents.toLocaleString('en')} documents, ${part.entities.toLocaleString('en')} entities; ids ${hashHtml(part.ids)} content ${hashHtml(part.content)}`,
    ]),
    ...(wordVectors ? [['word vectors', `${wordVectors.words.toLocaleString('en')} words of ${wordVectors.dimension}; ${hashHtml(wordVectors.hash)}`] as [string, string]] : []),
    ['predictions', predictions === undefined ? undefined : hashHtml(predictions)],
    ['weights', weights === undefined ? undefined : hashHtml(weights)],
    ...(data?.notes ?? []).map((note): [string, string] => ['note', `<span${languageOf(note)}>${escapeHtml(note)}</span>`]),
  ];
}

const hashHtml = (hash: string): string => `<code class="hash">${escapeHtml(hash)}</code>`;

/** A command and a button that copies it. */
export function commandHtml(command: string): string {
  return `<span class="command"><code>${escapeHtml(command)}</code> <button type="button" class="copy scripted" aria-label="Copy the command">Copy</button></span>`;
}
