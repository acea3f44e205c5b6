import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { entitiesHtml, entitiesPage } from '../../lib/figures';
import { chromiumOrSkip, launchChromium, overflows, visit } from './browser';

const strip = (html: string) => html.replace(/<style>[\s\S]*?<\/style>/, '').replace(/<b [^>]*>.*?<\/b>/g, '').replace(/^[\s\S]*<p[^>]*>/, '').replace(/<\/p>[\s\S]*/, '').replace(/<[^>]+>/g, '');

describe('entities as HTML', () => {
  const text = '急性𠮷呼吸道感染伴发热';

  it('keeps the text, and underlines a piece once for each entity over it', () => {
    const html = entitiesHtml([{ id: '1', text, entities: [{ start: 0, end: 8, type: 'dis' }, { start: 3, end: 6, type: 'bod', score: 2.345 }] }]);
    assert.equal(strip(html), text);
    const piece = /<mark[^>]*>(?:<b [^>]*>[^<]*<\/b>)*呼吸道<\/mark>/.exec(html)?.[0] ?? '';
    assert.equal(piece.match(/linear-gradient/g)?.length, 2);
    assert.match(piece, /bod\u00a02\.3/);
    assert.match(piece, /\[3, 6\), score 2\.35/);
  });

  it('crossing entities lie in lanes of their own', () => {
    const html = entitiesHtml([{ id: '1', text, entities: [{ start: 0, end: 5, type: 'dis' }, { start: 3, end: 8, type: 'dis' }] }]);
    const shared = /<mark[^>]*>(?:<b [^>]*>[^<]*<\/b>)*呼吸<\/mark>/.exec(html)?.[0] ?? '';
    assert.match(shared, /100% - 0px/);
    assert.match(shared, /100% - 5px/);
  });

  it('escapes text, ids, types and titles', () => {
    const html = entitiesPage([{ id: '<i>', text: '<script>x</script>', entities: [{ start: 0, end: 8, type: '"><img src=x>' }] }], '<title>');
    assert.ok(!/<script|<img|<i>/.test(html));
  });

  it('the legend counts each type, and the table tells every entity in the order of the text', () => {
    const html = entitiesPage([{ id: '1', text, entities: [{ start: 3, end: 6, type: 'bod', score: 2.345 }, { start: 0, end: 8, type: 'dis', score: 1 }] }], 'x', ['dis', 'bod', 'dru']);
    const keys = [...html.matchAll(/<li class="mn-key([^"]*)"[^>]*>(\w+)[^<]*<small>(\d+)/g)].map(([, none, type, count]) => [type, count, none]);
    assert.deepEqual(keys, [['dis', '1', ''], ['bod', '1', ''], ['dru', '0', ' mn-none']]);
    const rows = [...html.matchAll(/<tr><td>([^<]*)<\/td>.*?<td>(\d+–\d+)<\/td><td>([^<]*)<\/td>/g)].map(([, ...cells]) => cells);
    assert.deepEqual(rows, [['急性𠮷呼吸道感染', '0–8', '1.00'], ['呼吸道', '3–6', '2.35']]);
  });

  it('in a browser: fits a phone; pointing and the keyboard tell type, place and score', async function () {
    this.timeout(120_000);
    const chromium = chromiumOrSkip(this);
    const folder = mkdtempSync(path.join(tmpdir(), 'medner-entities-'));
    const browser = await launchChromium(chromium);
    try {
      const file = path.join(folder, 'page.html');
      const long = text.repeat(40);
      writeFileSync(file, entitiesPage([
        { id: '1', text, entities: [{ start: 0, end: 8, type: 'dis', score: 1 }, { start: 3, end: 6, type: 'bod', score: 2.345 }] },
        { id: 'long', text: long, entities: [{ start: 0, end: 400, type: 'sym', score: 3 }] },
        { id: 'latin', text: 'A'.repeat(500), entities: [{ start: 10, end: 490, type: 'x'.repeat(60) }] },
      ], '<b>'.repeat(40)));
      const { page, complaints, requests } = await visit(browser, pathToFileURL(file).href, { width: 390, height: 844 });
      assert.equal(await overflows(page), false);
      const tip = (selector: string) => page.evaluate<string>(`getComputedStyle(document.querySelector(${JSON.stringify(selector)}), '::after').content`);
      assert.equal(await tip('b[data-kind="dis/long/flat"]'), 'none');
      // The first thing that the keyboard reaches is the first label.
      await page.keyboard.press('Tab');
      assert.equal(await tip('b[data-kind="dis/long/flat"]'), '"dis 疾病: 急性𠮷呼吸道感染 [0, 8), score 1.00"');
      await page.keyboard.press('Tab');
      assert.equal(await tip('b[data-kind="dis/long/flat"]'), 'none');
      assert.equal(await tip('b[data-kind="bod/short/nested"]'), '"bod 身体: 呼吸道 [3, 6), score 2.35"');
      await page.locator('mark', { hasText: '呼吸道' }).first().hover();
      assert.match(await tip('mark:nth-of-type(2)'), /dis 疾病.*bod 身体/s);
      assert.equal(await overflows(page), false);
      assert.deepEqual({ complaints, requests }, { complaints: [], requests: [] });
    } finally {
      await browser.close();
      rmSync(folder, { recursive: true });
    }
  });
});
