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

export type PageOptions = NonNullable<Parameters<Browser['newPage']>[0]>;

/** Opens a local page and watches it; requests to the page's own origin are no departures. */
export async function visit(browser: Browser, url: string, size = { width: 1280, height: 900 }, options: PageOptions = {}): Promise<Visit> {
  const page = await browser.newPage({ viewport: size, ...options });
  const { protocol, origin } = new URL(url);
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const own = protocol !== 'file:' && new URL(request.url()).origin === origin;
    if (!own && !/^(file|data|blob):/.test(request.url())) requests.push(request.url());
  });
  await page.goto(url);
  return { page, complaints, requests };
}

/** Whether the page scrolls sideways. */
export async function overflows(page: Page): Promise<boolean> {
  return page.evaluate<boolean>('document.documentElement.scrollWidth > document.documentElement.clientWidth');
}

export { launchChromium };
