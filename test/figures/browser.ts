import type { Context } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { chromiumRemedy, findChromium } from '../../lib/figures';
import { launchChromium } from '../../lib/figures/browser';

/** The browser of a test, or a skipped test that says why. */
export function chromiumOrSkip(context: Context): string {
  const chromium = findChromium();
  if (chromium) return chromium;
  process.stderr.write(`      no Chromium: ${chromiumRemedy}\n`);
  return context.skip();
}

export interface Visit {
  page: Page;
  /** What the page complained of, and what it asked the network for. */
  complaints: string[];
  requests: string[];
}

/** Opens a local page and watches it. */
export async function visit(browser: Browser, url: string, size = { width: 1280, height: 900 }): Promise<Visit> {
  const page = await browser.newPage({ viewport: size });
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => !/^(file|data|blob):/.test(request.url()) && requests.push(request.url()));
  await page.goto(url);
  return { page, complaints, requests };
}

export { launchChromium };
