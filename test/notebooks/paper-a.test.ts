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
    await runsThrough('12', { ...common, seeds: '0' });
  });

  it('13: traditional augmentation', async () => {
    const told = await runsThrough('13', { ...common, seeds: '0' });
    assert.match(told, /with a wrong span/);
  });
});
