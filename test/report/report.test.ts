import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { InputError } from '../../lib/common';
import { writeReport } from '../../lib/figures/report';
import { chromiumOrSkip, launchChromium, visit } from '../figures/browser';
import { examples } from '../figures/examples';

const hostile = '<img src=x onerror=alert(1)>';

/** Results as experiments write them, with text that would break a careless page. */
function writeResults(folder: string): { results: string; figures: string } {
  const results = path.join(folder, 'results');
  const figures = path.join(folder, 'figures');
  const write = (root: string, name: string, text: string) => {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  const record = (key: string, seed: number) => ({
    key, command: `npx medner train rw-egp --data sample --seed ${seed}`, config: { variant: 'rw-egp', seed }, commit: { hash: 'c0ffee'.repeat(7).slice(0, 40), dirty: false },
    backend: { name: 'torch', device: 'cpu', threads: 2, versions: { torch: '2.13' } }, hardware: { cpu: hostile, cores: 2, memory: 2 ** 33 }, node: 'v20', parameters: 1000,
    seconds: { training: 12 }, peakMemory: 2 ** 30, scores: { scored: { micro: { precision: 0.7, recall: 0.6, f1: 0.6462 } } },
  });
  write(results, 'b-comparison/sample-quick.json', JSON.stringify({
    experiment: 'b-comparison', corpus: 'sample', profile: 'quick', seeds: [0, 1],
    tables: [{
      title: 'F1', columns: [{ header: 'model' }, { header: 'F1', align: 'right' }, { header: 'paper', align: 'right' }],
      rows: [['BERT', '9.50 ± 0.10', '–'], ['RW-EGP', '71.20 ± 0.31', '68.00'], [hostile, '70.00', '67.00']], footnotes: [hostile],
    }],
    rows: [{ label: 'RW-EGP', runs: [{ key: 'abc123' }, { key: 'def456' }] }],
  }));
  write(results, 'b-comparison/sample-quick.records.jsonl', [record('abc123', 0), record('def456', 1), record('abc123', 0)].map((line) => `${JSON.stringify(line)}\n`).join(''));
  write(figures, 'b-comparison/sample-quick.json', JSON.stringify(examples.modelComparison()));
  write(results, 'length-statistics/中文 语料-quick.json', JSON.stringify({
    experiment: 'length-statistics', corpus: '中文 语料', profile: 'quick', tables: [{ title: '长度', columns: [{ header: 'type' }], rows: [['疾病']], footnotes: [] }],
  }));
  write(results, 'paper-audit/paper-audit.json', JSON.stringify({
    experiment: 'paper-audit', tables: [{ title: 'An audit', columns: [{ header: 'check' }], rows: [['F1']], footnotes: [] }], rows: [{ row: 'BERT' }],
  }));
  write(results, 'other/notes.json', '{"not": "a result"}');
  return { results, figures };
}

describe('report', function () {
  this.timeout(240_000);
  let folder: string;
  let browser: Browser | undefined;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'medner-report-'))));
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  it('is refused where there is nothing to show, and where a result is torn', () => {
    assert.throws(() => writeReport({ results: path.join(folder, 'none'), figures: folder }), InputError);
    const torn = path.join(folder, 'torn', 'x');
    mkdirSync(torn, { recursive: true });
    writeFileSync(path.join(torn, 'y.json'), '{"experiment":');
    assert.throws(() => writeReport({ results: path.dirname(torn), figures: folder }), /y\.json: expected JSON/);
  });

  it('equal results give equal bytes; everything is escaped; each run is embedded once', () => {
    const folders = writeResults(folder);
    const { file, sections } = writeReport(folders);
    const html = readFileSync(file, 'utf8');
    assert.equal(sections, 3);
    writeReport(folders);
    assert.equal(readFileSync(file, 'utf8'), html);
    assert.ok(!html.includes(hostile));
    assert.equal(html.match(/<details id="run-abc123"/g)?.length, 1);
    assert.ok(html.includes('npx medner experiment b-comparison --corpus sample --profile quick --seeds 0,1'));
    // An experiment without a corpus says neither corpus nor profile.
    assert.match(html, /<code>npx medner experiment paper-audit<\/code>/);
    assert.ok(!html.includes('undefined, undefined'));
  });

  for (const size of [{ width: 1280, height: 900 }, { width: 390, height: 844 }]) {
    it(`in a browser ${size.width} pixels wide: draws, sorts, opens records, asks nothing of the network`, async function () {
      browser ??= await launchChromium(chromiumOrSkip(this));
      const { file } = writeReport(writeResults(folder));
      const { page, complaints, requests } = await visit(browser, pathToFileURL(file).href, size);
      await page.waitForSelector('.plot .scatterlayer .point');
      // The page itself never scrolls sideways: wide tables and figures scroll in boxes of their own.
      assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= size.width);

      const table = page.locator('table', { hasText: 'RW-EGP' });
      const column = async () => (await table.locator('tbody tr td:nth-child(2)').allTextContents()).map((text) => text.slice(0, 5));
      const header = table.getByRole('button', { name: 'F1' });
      await header.focus();
      await page.keyboard.press('Enter');
      assert.deepEqual(await column(), ['9.50 ', '70.00', '71.20']);
      await header.click();
      assert.deepEqual(await column(), ['71.20', '70.00', '9.50 ']);
      await table.getByRole('button', { name: 'paper' }).click();
      assert.deepEqual(await column(), ['70.00', '71.20', '9.50 ']);
      assert.equal(await table.locator('th[aria-sort="ascending"]').count(), 1);

      await table.getByRole('link', { name: 'def456' }).click();
      await page.waitForSelector('details#run-def456[open]');
      assert.deepEqual({ complaints, requests }, { complaints: [], requests: [] });
      await page.close();
    });
  }
});
