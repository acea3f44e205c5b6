import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { Browser } from 'playwright-core';
import { readRecord, resolveConfig, run } from '../../lib/experiments';
import { readNotebook } from '../../lib/notebook/notebook-file';
import { withParameters } from '../../lib/notebook/parameters';
import { findJupyterPython, selectNotebooks } from '../../lib/notebook/run';
import { smallCorpus, tiny } from '../experiments/corpus';
import { chromiumOrSkip, launchChromium, visit } from '../figures/browser';
import { LabNotebook, LabServer, noJupyterLab } from './jupyterlab';

/** Of an image as it is loaded, in pixels. */
const width = (image: { naturalWidth?: number }): number => image.naturalWidth ?? 0;

/** Code cells of 00-quick-start, from 0. */
const [preparing, training, matrix] = [1, 3, 6];

describe('a notebook in JupyterLab', function () {
  this.timeout(900_000);
  let folder: string;
  let python: string;
  let browser: Browser;
  let server: LabServer;
  before(async function () {
    const found = findJupyterPython();
    const missing = process.env.MEDNER_TEST_JUPYTERLAB ? noJupyterLab(found) : "skipped, JupyterLab's page takes minutes: MEDNER_TEST_JUPYTERLAB=1 npm test -- test/notebooks/jupyterlab.test.ts";
    if (missing) {
      process.stderr.write(`      ${missing}\n`);
      this.skip();
    }
    python = found!;
    browser = await launchChromium(chromiumOrSkip(this), { loopback: true });
    folder = mkdtempSync(path.join(tmpdir(), 'medner-jupyterlab-'));
    server = await LabServer.start(python, path.join(folder, 'notebooks'), path.join(folder, 'state'));
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  const file = () => path.join(folder, 'notebooks', 'quick-start.ipynb');
  const saved = () => readNotebook(file()).cells.filter((cell) => cell.cell_type === 'code');

  it('one live display, an interrupt that leaves a run to go on with, the same weights at the end', async () => {
    const set = [...tiny, 'training.epochs=60'];
    const common = { corpus: await smallCorpus(path.join(folder, 'corpus')), variant: 'rw-egp' };
    const runs = path.join(folder, 'runs');
    const notebook = withParameters(readNotebook(selectNotebooks(['00'])[0]), { ...common, set: set.join(','), runs }, 'quick-start.ipynb');
    writeFileSync(file(), JSON.stringify(notebook));
    const { page, requests } = await visit(browser, server.page('quick-start.ipynb'), { width: 1250, height: 1000 });
    const lab = new LabNotebook(page);
    await lab.opened();

    await lab.menu('Run', 'Run All Cells');
    const live = lab.outputs(training).filter({ hasText: /epoch \d+.*best dev F1 [\d.]+/ });
    await live.waitFor();
    assert.equal(await lab.outputs(training).count(), 1);
    assert.equal(await lab.outputs(training).locator('img').count(), 1);
    await lab.kernel('Busy');
    await lab.interrupt(training);
    const told = (await lab.outputs(training).allInnerTexts()).join('\n');
    const [stopped, total] = (/Interrupted: stopped after update (\d+) of (\d+)/.exec(told) ?? []).slice(1).map(Number);
    assert.ok(stopped > 0 && stopped < total, told);
    await lab.kernel('Idle');
    // Cells that waited are not run.
    assert.equal(await lab.outputs(matrix).count(), 0);
    const [key] = readdirSync(runs);
    assert.equal(readRecord(path.join(runs, key)), null);

    await lab.runCell(training);
    await lab.outputs(training).filter({ hasText: /made now; training took/ }).waitFor();
    await lab.ended(training);
    assert.equal(await lab.outputs(training).count(), 2); // the display and what the cell prints
    const record = readRecord(path.join(runs, key))!;
    assert.deepEqual([record.training.resumed, record.training.step], [1, total]);
    const straight = await run(resolveConfig({ ...common, profile: 'quick', seed: 0, set }), { runs: path.join(folder, 'straight') });
    assert.deepEqual([straight.record.key, straight.record.weights], [record.key, record.weights]);

    for (let cell = training + 1; cell <= matrix; cell++) {
      await lab.runCell(cell);
      await lab.ended(cell);
    }
    await lab.outputs(matrix).locator('.js-plotly-plot .main-svg').first().waitFor();
    await lab.save();
    await page.close();
    const outputs = saved().map((cell) => cell.outputs!);
    assert.deepEqual(outputs.flat().filter(({ output_type: type }) => type === 'error'), []);
    assert.equal(outputs[training].filter(({ output_type: type }) => type === 'display_data').length, 1);
    assert.ok(outputs[matrix].some(({ data }) => data?.['image/png'] && data['text/html']));
    assert.deepEqual(requests, []);
  });

  it('completes and explains the library', async () => {
    const { page } = await visit(browser, server.page('quick-start.ipynb'), { width: 1250, height: 1000 });
    const lab = new LabNotebook(page);
    await lab.opened();
    await lab.runCell(0);
    await lab.ended(0);
    await lab.runCell(preparing);
    await lab.ended(preparing);
    await lab.type(matrix, 'registry[0].descr');
    await page.keyboard.press('Tab');
    await page.locator('.jp-Completer-item, .cm-line').filter({ hasText: /description/ }).first().waitFor();
    await page.keyboard.press('Escape');
    await lab.type(matrix, 'liveTraining');
    await page.keyboard.press('Shift+Tab');
    await page.locator('.jp-Tooltip').filter({ hasText: /liveTraining\(\): LiveTraining/ }).waitFor();
    await page.close();
  });

  it("shows what it showed to one who does not trust it, save what scripts draw", async () => {
    const state = path.join(folder, 'stranger');
    const foreign = path.join(folder, 'received');
    mkdirSync(foreign);
    writeFileSync(path.join(foreign, 'quick-start.ipynb'), readFileSync(file()));
    const strangers = await LabServer.start(python, foreign, state);
    try {
      const { page } = await visit(browser, strangers.page('quick-start.ipynb'), { width: 1250, height: 1000 });
      const lab = new LabNotebook(page);
      await lab.opened();
      const picture = lab.outputs(matrix).locator('img');
      await picture.scrollIntoViewIfNeeded();
      await picture.waitFor();
      assert.ok(await picture.evaluate(width) > 300);
      assert.equal(await lab.outputs(matrix).locator('.js-plotly-plot').count(), 0);
      const chart = lab.outputs(training).locator('img');
      await chart.scrollIntoViewIfNeeded();
      assert.ok(await chart.evaluate(width) > 300);
      await page.close();
    } finally {
      await strangers.stop();
    }
  });
});
