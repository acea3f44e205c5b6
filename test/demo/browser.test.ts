import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { listen, stop } from '../../lib/common';
import { loadCorpus } from '../../lib/corpus';
import { demoExamples, demoPicture, demoServer, loadModel, type DemoModel } from '../../lib/demo';
import { chromiumOrSkip, launchChromium, overflows, visit } from '../figures/browser';
import { trainTwo } from './models';

describe('demo in a browser', function () {
  this.timeout(240_000);
  let folder: string;
  let models: DemoModel[] = [];
  let server: Server | undefined;
  let port: number;
  let browser: Browser | undefined;

  before(async function () {
    browser = await launchChromium(chromiumOrSkip(this), { loopback: true });
    folder = mkdtempSync(path.join(tmpdir(), 'medner-demo-'));
    for (const { folder: run } of await trainTwo(folder)) models.push(await loadModel(run));
    server = demoServer(models, demoExamples(await loadCorpus('sample')));
    port = await listen(server, 0);
  });
  after(async () => {
    await browser?.close();
    if (server) await stop(server);
    for (const model of models) model.dispose();
    models = [];
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  const text = (page: Page) => page.getByLabel('Text');
  const problem = (page: Page) => page.locator('#problem');
  /** Asks by the keyboard, and waits for the answer or a refusal. */
  async function ask(page: Page, words: string): Promise<void> {
    await text(page).fill(words);
    const answered = page.waitForResponse((response) => response.url().endsWith('/predict'));
    await text(page).press('Control+Enter');
    await answered;
    await page.locator('button:enabled').waitFor();
  }
  /** What a model's box shows of the text, labels left out. */
  const shown = (page: Page, model: number) => page.locator('.answer').nth(model).locator('p[style*="line-height"]').evaluate((node) => {
    const copy = node.cloneNode(true) as typeof node;
    for (const label of copy.querySelectorAll('b')) label.remove();
    return copy.textContent;
  });

  it('is taken as a picture that ends its server', async () => {
    const picture = (await demoPicture(models, demoExamples(await loadCorpus('sample'))))!;
    assert.equal(picture.toString('latin1', 1, 4), 'PNG');
    assert.deepEqual([picture.readUInt32BE(16), picture.readUInt32BE(20)], [1080, 920]);
  });

  for (const size of [{ width: 1280, height: 900 }, { width: 390, height: 844 }]) {
    it(`${size.width} pixels wide: examples, own text, markup, long and empty text, and other planes`, async () => {
      const { page, complaints, requests } = await visit(browser!, `http://127.0.0.1:${port}/`, size);
      const example = page.getByLabel('Example');
      await example.locator('option').nth(5).waitFor({ state: 'attached' });
      await example.selectOption({ index: 2 });
      await page.locator('.facts').nth(1).filter({ hasText: /./u }).waitFor();
      assert.equal(await page.locator('#gold').isVisible(), true);
      assert.ok((await page.locator('#gold mark').count()) > 0);
      for (const model of [0, 1]) {
        assert.equal(await shown(page, model), await text(page).inputValue());
        assert.match(await page.locator('.facts').nth(model).textContent() ?? '', /^\d+ entit(y|ies), \d+ of them the other model's too; [\d.]+ ms$/);
      }
      const hostile = '<img src=x onerror=alert(1)>急性𠮷呼吸道感染</p><script>alert(2)</script>';
      for (const words of [hostile, '𠮷𠀀🩺', '患者有急性上呼吸道感染，伴发热。'.repeat(80), `${'A'.repeat(3000)}\n发热`]) {
        await ask(page, words);
        assert.equal(await problem(page).textContent(), '');
        assert.deepEqual([await shown(page, 0), await shown(page, 1)], [words, words]);
        assert.equal(await page.locator('.answer :is(img, script)').count(), 0);
        assert.equal(await overflows(page), false, words.slice(0, 20));
        assert.equal(await page.locator('#gold').isVisible(), false);
        assert.equal(await example.inputValue(), '');
      }
      assert.deepEqual({ complaints, requests }, { complaints: [], requests: [] });
      // A refusal is told in the page, and what stood there before is gone. Chromium itself notes the status of the answer.
      for (const [words, said] of [['  ', /there is no text/], ['长'.repeat(30_000), /at most 64 KiB/]] as const) {
        await ask(page, words);
        assert.match(await problem(page).textContent() ?? '', said);
        assert.equal(await page.locator('.answer mark, .answer p[lang]').count(), 0);
      }
      await ask(page, '发热');
      assert.equal(await problem(page).textContent(), '');
      assert.equal(requests.length, 0);
      assert.ok(complaints.every((complaint) => /status of 4\d\d/.test(complaint)), complaints.join('\n'));
      await page.close();
    });
  }

  it('says so when the demo has ended', async () => {
    const other = demoServer(models, { types: [], documents: [] });
    const own = await listen(other, 0);
    const { page } = await visit(browser!, `http://127.0.0.1:${own}/`);
    await stop(other);
    await text(page).fill('发热');
    await page.getByRole('button', { name: 'Find entities' }).click();
    await page.getByText('is it still running?').waitFor();
    await page.close();
  });
});
