import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { lengthCounts } from '../../lib/corpus';
import { explorerHtml } from '../../lib/figures';
import { writeReport } from '../../lib/figures/report';
import { reportPicture } from '../../lib/figures/report/picture';
import { chromiumOrSkip, launchChromium, overflows, visit } from '../figures/browser';
import { corpus, writeResults } from './results';

describe('report in a browser', function () {
  this.timeout(240_000);
  let folder: string;
  let url: string;
  let browser: Browser;
  before(async function () {
    browser = await launchChromium(chromiumOrSkip(this));
    folder = mkdtempSync(path.join(tmpdir(), 'medner-report-'));
    url = pathToFileURL(writeReport(writeResults(folder)).file).href;
  });
  after(async () => {
    await browser?.close();
    if (folder) rmSync(folder, { recursive: true });
  });

  /** Opens the page, and says in the end that it neither complained nor asked anything of the network. */
  async function inPage(use: (page: Page) => Promise<void>, size?: { width: number; height: number }, options?: Parameters<typeof visit>[3]): Promise<void> {
    const { page, complaints, requests } = await visit(browser, url, size, options);
    try {
      await use(page);
      assert.deepEqual({ complaints, requests }, { complaints: [], requests: [] });
    } finally {
      await page.close();
    }
  }

  const comparison = (page: Page) => page.locator('table', { hasText: 'RW-EGP' }).first();

  it('sorts by value with the mouse and the keyboard, and says so; what is no number stands last', () => inPage(async (page) => {
    const table = comparison(page);
    const column = async (n: number) => table.locator(`tbody tr td:nth-child(${n})`).allTextContents();
    const header = table.getByRole('button', { name: 'F1', exact: true });
    await header.focus();
    await page.keyboard.press('Enter');
    assert.deepEqual(await column(2), ['9.50 ± 0.10', '70.00', '71.20 ± 0.31']);
    assert.deepEqual(await table.locator('th[aria-sort="ascending"]').allTextContents(), ['F1']);
    await page.keyboard.press('Space');
    assert.deepEqual(await column(2), ['71.20 ± 0.31', '70.00', '9.50 ± 0.10']);
    await table.getByRole('button', { name: 'p', exact: true }).click();
    assert.deepEqual(await column(3), ['1.2e-5', '0.003', '–']);
    await table.getByRole('button', { name: 'paper F1' }).click();
    assert.deepEqual(await column(5), ['68.00', '1,067.00', '–']);
    await table.getByRole('button', { name: 'paper F1' }).click();
    assert.deepEqual(await column(5), ['1,067.00', '68.00', '–']);
    assert.equal(await table.locator('th[aria-sort]:not([aria-sort="none"])').count(), 1);
    await table.getByRole('button', { name: 'model' }).click();
    assert.equal(await table.locator('tbody th').nth(1).textContent(), 'BERT');
  }));

  it('shows the record of a run beside its row, with the row\'s other runs, and gives the focus back', () => inPage(async (page) => {
    const link = comparison(page).getByRole('link', { name: 'seed 1' });
    await link.focus();
    await page.keyboard.press('Enter');
    const panel = page.getByRole('dialog');
    assert.equal(await panel.locator('h2').textContent(), 'rw-egp, seed 1: F1 64.62');
    assert.equal(await panel.locator('a[aria-current]').textContent(), 'seed 1');
    await panel.getByRole('link', { name: 'seed 0' }).click();
    assert.equal(await panel.locator('h2').textContent(), 'rw-egp, seed 0: F1 64.62');
    assert.match(await panel.locator('.panel-body').textContent() ?? '', /npx medner verify abc123/);
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'hidden' });
    assert.equal(await link.evaluate((node) => node === node.ownerDocument.activeElement), true);
    // An address that names a run opens it in the list.
    await page.evaluate("location.hash = '#run-def456'");
    await page.waitForSelector('details#run-def456[open]');
  }));

  it('copies a command', () => inPage(async (page) => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const command = page.locator('.command', { hasText: 'experiment b-comparison' });
    await command.getByRole('button').click();
    await command.getByText('Copied').waitFor();
    assert.equal(await page.evaluate('navigator.clipboard.readText()'), 'npx medner experiment b-comparison --corpus sample --profile quick --seeds 0,1');
  }));

  it('draws a figure when it comes near, in place of its picture', () => inPage(async (page) => {
    const figure = page.locator('figure');
    const plotly = () => page.evaluate<boolean>("'Plotly' in window");
    assert.deepEqual([await figure.locator('img').isVisible(), await plotly()], [true, false]);
    await figure.scrollIntoViewIfNeeded();
    await page.waitForSelector('figure.drawn .plot svg .scatterlayer .point');
    assert.equal(await figure.locator('img').isVisible(), false);
    // Two series of the example: ours of both models, the paper's of one.
    assert.equal(await figure.locator('.scatterlayer .point').count(), 3);
    await page.emulateMedia({ media: 'print' });
    assert.deepEqual([await figure.locator('img').isVisible(), await figure.locator('.plot').isVisible()], [true, false]);
  }, { width: 1280, height: 300 }));

  it('is taken as a picture where a comparison begins', async () => {
    const picture = (await reportPicture(path.join(folder, 'results', 'report.html')))!;
    assert.equal(picture.toString('latin1', 1, 4), 'PNG');
    assert.deepEqual([picture.readUInt32BE(16), picture.readUInt32BE(20)], [1280, 800]);
  });

  it('narrows the audit: inconsistent figures first, then by paper, check and words', () => inPage(async (page) => {
    const rows = async () => page.locator('#audit-table tbody tr:visible td:nth-child(3)').allTextContents();
    const form = page.getByRole('form', { name: 'Narrow the table of checks' });
    assert.deepEqual(await rows(), ['RoBERTa', 'DA-RW-EGP']);
    await form.getByLabel('check').selectOption('order');
    assert.deepEqual(await rows(), ['DA-RW-EGP']);
    await form.getByLabel('check').selectOption('');
    await form.getByLabel('inconsistent only').uncheck();
    assert.deepEqual(await rows(), ['BERT', 'RoBERTa', 'DA-RW-EGP', 'seven']);
    await form.getByLabel('paper').selectOption({ label: 'A' });
    assert.deepEqual(await rows(), ['seven']);
    await form.getByLabel('paper').selectOption('');
    await form.getByLabel('with the words').fill('ONERROR');
    assert.deepEqual(await rows(), ['RoBERTa']);
    assert.equal(await form.locator('output').textContent(), '1 of 4 rows');
  }));

  it('the explorer follows what is chosen: counts, bars, examples', () => inPage(async (page) => {
    const box = page.locator('#explorer-box');
    const bars = async () => box.locator('svg rect title').allTextContents();
    const shown = async () => box.locator('.mn-examples p:not(.mn-empty)').count();
    assert.match(await box.locator('.mn-summary').textContent() ?? '', /^3 entities in 2 documents of sample: 4.33 characters on average, 8 at most; 66.7 % short/);
    assert.deepEqual((await bars()).filter((title) => !title.endsWith(': 0')), ['2 characters: 1', '3 characters: 1', '8 characters: 1']);
    assert.equal(await shown(), 2);
    await box.getByLabel('type').selectOption('dis');
    await box.getByLabel('length').selectOption('long');
    assert.deepEqual((await bars()).filter((title) => !title.endsWith(': 0')), ['8 characters: 1']);
    assert.equal(await shown(), 1);
    assert.deepEqual(await box.locator('.mn-hit').allTextContents(), ['dis']);
    assert.equal(await box.locator('.mn-examples img').count(), 0);
    await box.getByLabel('nesting').selectOption('nested');
    assert.match(await box.locator('.mn-summary').textContent() ?? '', /^No such entity/);
    assert.equal(await box.locator('.mn-empty').textContent(), 'No sentence shows this.');
    await box.getByLabel('corpus').selectOption('another');
    await box.getByLabel('type').selectOption('bod');
    await box.getByLabel('length').selectOption('');
    assert.match(await box.locator('.mn-empty').textContent() ?? '', /only its counts/);
    assert.match(await box.locator('.mn-summary').textContent() ?? '', /^1 entity in 2 documents of another/);
  }));

  it('the explorer tells corpora of one name apart', () => inPage(async (page) => {
    const box = page.locator('#explorer-box');
    assert.deepEqual(await box.getByLabel('corpus').locator('option').allTextContents(), ['sample', 'another-0a1b2c3d', 'another']);
    for (const [name, documents] of [['another', 2], ['another-0a1b2c3d', 7]] as const) {
      await box.getByLabel('corpus').selectOption({ label: name });
      assert.match(await box.locator('.mn-summary').textContent() ?? '', new RegExp(`^3 entities in ${documents} documents of ${name}:`));
    }
    await page.setContent(explorerHtml([2, 7].map((documents) => ({ ...lengthCounts(corpus), documents }))));
    for (const [place, documents] of [[1, 7], [0, 2]]) {
      await box.getByLabel('corpus').selectOption({ index: place });
      assert.match(await box.locator('.mn-summary').textContent() ?? '', new RegExp(`^3 entities in ${documents} documents of sample:`));
    }
  }));

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`on a phone, ${colorScheme}: nothing scrolls the page sideways, tables scroll in their boxes, text stands out`, () => inPage(async (page) => {
      for (const details of await page.locator('main details').all()) await details.evaluate((node) => node.setAttribute('open', ''));
      await page.locator('figure').scrollIntoViewIfNeeded();
      await page.waitForSelector('figure.drawn .plot svg .point');
      assert.equal(await overflows(page), false);
      assert.ok(await comparison(page).evaluate((table) => table.parentElement!.scrollWidth > table.parentElement!.clientWidth));
      await comparison(page).getByRole('link', { name: 'seed 0' }).click();
      assert.equal(await overflows(page), false);
      const { width } = (await page.getByRole('dialog').boundingBox())!;
      assert.ok(width <= 390);
      await page.keyboard.press('Escape');
      for (const selector of ['main p', '.notes li', '.verdict.good', '.verdict.bad', '.verdict.open', 'td.paper', 'dt', 'main a', 'figcaption', 'summary', '.contents summary']) {
        assert.ok((await contrast(page, selector)) >= 4.5, `${selector}: ${await contrast(page, selector)}`);
      }
    }, { width: 390, height: 844 }, { colorScheme }));
  }

  it('the keyboard comes to the skip link first, and past it to what it skips to', () => inPage(async (page) => {
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the results');
    assert.ok((await page.locator('.skip').boundingBox())!.x >= 0);
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate('document.activeElement.id'), 'main');
    await page.keyboard.press('Tab');
    assert.notEqual(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle"), 'none');
  }));

  it('without JavaScript shows every table, picture and record, and no control that would do nothing', () => inPage(async (page) => {
    assert.equal(await page.locator('figure img').isVisible(), true);
    assert.equal(await page.locator('#audit-table tbody tr:visible').count(), 4);
    assert.deepEqual([await page.locator('.filter').isVisible(), await page.locator('.copy:visible').count()], [false, 0]);
    await page.locator('#run-abc123 > summary').click();
    assert.equal(await page.locator('#run-abc123 .record').isVisible(), true);
  }, undefined, { javaScriptEnabled: false }));
});

/** The contrast of an element's text with what lies behind it (WCAG 2.2, 1.4.3). */
function contrast(page: Page, selector: string): Promise<number> {
  return page.evaluate<number>(`(() => {
    const element = document.querySelector(${JSON.stringify(selector)});
    const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
    let ground = element;
    while (ground && (numbers(getComputedStyle(ground).backgroundColor)[3] ?? 1) === 0) ground = ground.parentElement;
    const luminance = ([r, g, b]) => {
      const [x, y, z] = [r, g, b].map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const [a, b] = [getComputedStyle(element).color, getComputedStyle(ground ?? document.body).backgroundColor].map((c) => luminance(numbers(c)));
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  })()`);
}
