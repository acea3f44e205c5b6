import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { sliceCodePoints } from '../common';
import { lengthExamples, type Corpus, type Document } from '../corpus';
import { documentHtml } from '../figures/entities-html';
import { entitiesStyle } from '../figures/entities-style';
import { escapeHtml } from '../figures/html';
import type { DemoModel } from './models';

export interface DemoExamples {
  types: string[];
  documents: Document[];
}

/** Documents of the embedded corpus that no model was trained on and that show every kind of mention. */
export function demoExamples(corpus: Corpus): DemoExamples {
  return { types: corpus.types, documents: lengthExamples({ ...corpus, splits: { test: corpus.splits.test } }, 1) };
}

export function demoPage(models: readonly DemoModel[]): string {
  const answers = models.map(({ key, name, f1 }) => `<section class="answer" data-key="${escapeHtml(key)}" aria-label="${escapeHtml(name)}">
<h2>${escapeHtml(name)}</h2><p class="run">run <code>${escapeHtml(key)}</code>, F1 ${(100 * f1).toFixed(2)} on its test documents</p>
<p class="facts" role="status"></p><div class="mn-entities"></div></section>`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>medner: demo</title><link rel="icon" href="data:,"><meta name="color-scheme" content="light dark"><link rel="stylesheet" href="/style.css"></head>
<body><header><h1>medner: demo</h1><p>Type Chinese medical text, or choose an example of the embedded corpus. The models were trained on made-up sentences: what they find is no medical statement.</p></header>
<main><form id="ask">
<label for="example">Example</label> <select id="example"><option value="">your own text</option></select>
<label for="text">Text</label> <textarea id="text" lang="zh" rows="5" spellcheck="false" aria-describedby="hint"></textarea>
<p id="hint"><button type="submit">Find entities</button> <span>or Ctrl-Enter. Scores show where you point, or by keyboard on a label.</span></p>
<p id="problem" role="alert"></p></form>
<section id="gold" hidden aria-label="As annotated"><h2>As annotated</h2><div class="mn-entities"></div></section>
<div class="answers">${answers.join('\n')}</div></main>
<script src="/client.js"></script></body></html>
`;
}

export function demoStyle(): string {
  return `${entitiesStyle}\n${readFileSync(path.join(__dirname, 'style.css'), 'utf8')}`;
}

/** Examples with how they begin, for the list, and how they are annotated. */
export function examplesJson({ types, documents }: DemoExamples): string {
  return JSON.stringify(documents.map((document) => ({
    id: document.id,
    text: document.text,
    title: sliceCodePoints(document.text, 0, 24),
    html: documentHtml(document, types),
  })));
}
