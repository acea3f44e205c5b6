import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { closeBrowser, exportFigure, figurePage, figureSvg, findChromium } from '../../lib/figures';
import { chromiumOrSkip, launchChromium, visit } from './browser';
import { examples } from './examples';

describe('export of figures', function () {
  this.timeout(240_000);
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'medner-figures-'))));
  after(async () => {
    await closeBrowser();
    rmSync(folder, { recursive: true });
  });

  it('markup in a label stays text in the page', () => {
    const figure = { ...examples.learningCurve() };
    figure.layout = { ...figure.layout, title: { text: '</script><script>alert(1)</script>' } };
    assert.ok(!figurePage(figure).includes('<script>alert(1)'));
  });

  it('equal figures give equal SVG, in any order and in a new browser; Chinese text is text', async function () {
    chromiumOrSkip(this);
    const draw = async (names: string[]) => {
      const drawn = new Map<string, string | undefined>();
      for (const name of names) drawn.set(name, await figureSvg(examples[name]()));
      return drawn;
    };
    const names = Object.keys(examples);
    const first = await draw(names);
    const again = await draw([...names].reverse());
    await closeBrowser();
    const later = await draw(names);
    for (const name of names) {
      assert.ok(first.get(name), name);
      assert.equal(again.get(name), first.get(name), name);
      assert.equal(later.get(name), first.get(name), name);
    }
    assert.match(first.get('entityMatrix')!, /<text[^>]*>呼</);
  });

  it('writes a page that draws without the network, an SVG and a PNG', async function () {
    const chromium = chromiumOrSkip(this);
    const files = await exportFigure(examples.entityMatrix(), path.join(folder, 'matrix'));
    assert.deepEqual(JSON.parse(readFileSync(files.json, 'utf8')), JSON.parse(JSON.stringify(examples.entityMatrix())));
    assert.match(readFileSync(files.svg!, 'utf8'), /^<svg /);
    assert.deepEqual([...readFileSync(files.png!).subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
    assert.ok(!/<(script|link|img|iframe)[^>]+(src|href)="?https?:/i.test(readFileSync(files.html, 'utf8').replace(/<script>\(function\(define[\s\S]*?<\/script>/, '')));
    const browser = await launchChromium(chromium);
    try {
      const { page, complaints, requests } = await visit(browser, pathToFileURL(files.html).href);
      await page.waitForSelector('#plot .heatmaplayer image');
      assert.deepEqual({ complaints, requests }, { complaints: [], requests: [] });
    } finally {
      await browser.close();
    }
  });

  it('without a browser writes the description and the page alone', async () => {
    const { PATH, CHROMIUM_PATH, PLAYWRIGHT_BROWSERS_PATH } = process.env;
    Object.assign(process.env, { PATH: folder, PLAYWRIGHT_BROWSERS_PATH: folder });
    delete process.env.CHROMIUM_PATH;
    try {
      // A browser in a system folder is found whatever PATH says; where there is one this cannot be shown.
      if (findChromium()) return;
      assert.deepEqual(Object.keys(await exportFigure(examples.learningCurve(), path.join(folder, 'alone'))), ['json', 'html']);
    } finally {
      for (const [name, value] of Object.entries({ PATH, CHROMIUM_PATH, PLAYWRIGHT_BROWSERS_PATH })) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  });

  it('CHROMIUM_PATH that names nothing is refused', async () => {
    const { CHROMIUM_PATH } = process.env;
    process.env.CHROMIUM_PATH = path.join(folder, 'none');
    try {
      assert.throws(findChromium, /CHROMIUM_PATH/);
    } finally {
      if (CHROMIUM_PATH === undefined) delete process.env.CHROMIUM_PATH;
      else process.env.CHROMIUM_PATH = CHROMIUM_PATH;
    }
  });
});
