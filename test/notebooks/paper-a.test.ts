import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { findJupyterPython, runNotebooks, selectNotebooks } from '../../lib/notebook/run';
import { smallCorpus, tiny } from '../experiments/corpus';

describe('the notebooks of paper A', function () {
  this.timeout(900_000);
  let folder: string;
  let common: Record<string, string>;
  before(async function () {
    if (!findJupyterPython()) {
      process.stderr.write('      no Jupyter: npm run setup installs it\n');
      this.skip();
    }
    folder = mkdtempSync(path.join(tmpdir(), 'medner-notebook-a-'));
    // Texts of the embedded corpus: the offline provider knows their terms.
    const corpus = await smallCorpus(path.join(folder, 'corpus'), { train: 32, dev: 8, test: 24 });
    common = { corpus, set: [...tiny, 'training.epochs=1'].join(','), runs: path.join(folder, 'runs') };
  });
  after(() => folder && rmSync(folder, { recursive: true }));

  async function runsThrough(number: string, set: Record<string, string>): Promise<string> {
    let text = '';
    for await (const { file, problems, notebook } of runNotebooks(selectNotebooks([number]), { out: path.join(folder, 'html'), set })) {
      assert.deepEqual(problems, [], path.basename(file));
      text += JSON.stringify(notebook!.cells.map(({ outputs }) => outputs));
    }
    return text;
  }

  /** The body of the first table whose title begins so, among the outputs of a notebook. */
  function rowsOf(told: string, title: string): string[][] {
    const outputs = (JSON.parse(told) as ({ data?: Record<string, string | string[]> }[] | null)[]).flatMap((cell) => cell ?? []);
    const html = outputs.map(({ data }) => [data?.['text/html'] ?? ''].flat().join('')).find((text) => text.startsWith(`<p><b>${title}`));
    assert.ok(html, title);
    const [, body] = /<tbody>([^]*?)<\/tbody>/.exec(html)!;
    return body.split('</tr>').filter((row) => row.includes('<td')).map((row) => [...row.matchAll(/<td[^>]*>([^]*?)<\/td>/g)].map(([, cell]) => cell));
  }

  it('09: a chat model\'s features', async () => {
    const told = await runsThrough('09', { documents: '4' });
    for (const part of ['medner/keywords@1', 'not-in-text', 'dropped-entity', 'passes the ceiling of 0.00']) assert.ok(told.includes(part), part);
  });

  it('10: LLM-MedNER step by step', async () => {
    const { corpus, set } = common;
    const told = await runsThrough('10', { corpus, set, trainDocuments: '16' });
    assert.match(told, /by hand \d\.\d+, the model \d\.\d+/);
  });

  it('11: comparison and ablation', async () => {
    const told = await runsThrough('11', { ...common, seeds: '0' });
    assert.match(told, /10 runs: 0 read back, 10 made/);
    assert.match(told, /11 runs: 1 read back, 10 made/);
  });

  it('12: chat models', async () => {
    const told = await runsThrough('12', { ...common, seeds: '0' });
    for (const runs of ['1 run: 0 read back, 1 made', '2 runs: 2 read back, 0 made']) assert.ok(told.includes(runs), runs);

    const choice = rowsOf(told, 'Paper A, Table 7');
    assert.deepEqual(choice.map(([features, model]) => [features, model]), [['offline-lexicon', 'none'], ...['ChatGLM-6B-v1.1', 'ChatGPT-3.5-turbo', 'Qwen-14B-Chat'].map((name) => [name, '–'])]);
    for (const row of choice.slice(1)) assert.deepEqual([row[4], row[10], row[11]], ['–', 'not run: no features', '0'], row[0]);
    const ours = choice[0].slice(2, 5);
    assert.ok(ours.every((score) => /^\d+\.\d\d$/.test(score)), ours.join());
    // 64 distinct texts, two to four questions each, by the keywords found.
    const [{ texts, calls }] = rowsOf(told, 'What the features cost').map((row) => ({ texts: row[3], calls: row[4] }));
    assert.equal(texts, '64');
    assert.ok(Number(calls) >= 2 * 64 && Number(calls) <= 4 * 64, calls);

    const direct = rowsOf(told, 'Paper A, Table 8');
    assert.deepEqual(direct.map(([model]) => model), [
      'dictionary matching (offline-lexicon, no model)', 'GPT-4 (few-shot)', 'ChatGPT (few-shot)', 'ChatGLM-4 (few-shot)', 'Qwen-14B (few-shot)', 'Chinese-LLaMA-2 13B (LoRA)', 'Baichuan-13B (LoRA)', 'LLM-MedNER',
    ]);
    const [precision, recall, f1] = direct[0].slice(1, 4).map(Number);
    assert.ok(precision > 0 && Math.abs(f1 - (2 * precision * recall) / (precision + recall)) < 0.02, direct[0].join());
    const [low, high] = direct[0][4].split(' to ').map(Number);
    assert.ok(low < f1 && f1 < high);
    assert.equal(direct[0].at(-1), 'by rule');
    for (const row of direct.slice(1, -1)) assert.match([row[3], row.at(-1)].join(), /^–,not run: /);
    assert.deepEqual(direct.at(-1)!.slice(1, 4), ours, 'the runs of Table 7');

    const checked = rowsOf(told, 'Paper A, Table 10');
    assert.deepEqual(checked.slice(0, 2).map((row) => [row[0], ...row.slice(2, 5), row[10]]), [
      ['offline-lexicon', ...ours, 'as answered'], ['offline-lexicon+validated', ...ours, 'equal features: the same runs'],
    ]);
    assert.equal(rowsOf(told, 'What validation took away')[0][3], '0 of 64');
  });

  it('13: traditional augmentation', async () => {
    const told = await runsThrough('13', { ...common, seeds: '0' });
    assert.match(told, /with a wrong span/);
  });
});
