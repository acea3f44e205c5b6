import type { Browser, LaunchOptions, Page } from 'playwright-core';
import { findChromium } from './chromium';
import { plotlyFile } from './html';

/** A figure may wait this long for a busy machine. */
const patience = 120_000;
/** An idle browser is closed, so that a script that drew figures ends by itself. */
let idleMilliseconds = 1_500;

let opened: Promise<{ browser: Browser; page: Page }> | undefined;
let users = 0;
let idle: NodeJS.Timeout | undefined;

/** For who stays and will draw again, as a notebook's kernel: from here on a browser is closed when it was idle for so many milliseconds. */
export function keepBrowserFor(milliseconds: number): void {
  idleMilliseconds = milliseconds;
}

/** Headless Chromium that never touches the network, or nothing of it but this machine's own pages; Ctrl-C stays the caller's to handle. */
export async function launchChromium(executablePath: string, { loopback = false } = {}): Promise<Browser> {
  const { chromium } = await import('playwright-core');
  return chromium.launch(launchOptions(executablePath, loopback));
}

const launchOptions = (executablePath: string, loopback: boolean): LaunchOptions => ({
  executablePath,
  headless: true,
  timeout: patience,
  handleSIGINT: false,
  handleSIGTERM: false,
  handleSIGHUP: false,
  args: [
    '--no-sandbox', // refused in containers and as root otherwise; the pages are our own
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-dev-shm-usage', // containers have a small /dev/shm
    `--host-resolver-rules=MAP * ~NOTFOUND${loopback ? ', EXCLUDE 127.0.0.1' : ''}`,
  ],
});

/** Where a browser that another process lends is reached. */
const lentBrowser = 'MEDNER_BROWSER';

/** A browser for processes that are started with this environment: they need not start one each. Undefined without a browser. */
export async function lendBrowser(): Promise<{ environment: Record<string, string>; close: () => Promise<void> } | undefined> {
  const executable = findChromium();
  if (!executable) return undefined;
  const { chromium } = await import('playwright-core');
  const server = await chromium.launchServer({ ...launchOptions(executable, false), host: '127.0.0.1' });
  return { environment: { [lentBrowser]: server.wsEndpoint() }, close: () => server.close() };
}

/**
 * Lends the page that draws figures, Plotly loaded: one browser for any number of figures. Undefined without a browser.
 */
export async function withPage<T>(use: (page: Page) => Promise<T>): Promise<T | undefined> {
  const executable = findChromium();
  if (!executable) return undefined;
  users++;
  clearTimeout(idle);
  try {
    opened ??= open(executable);
    const { page } = await opened;
    return await use(page);
  } catch (error) {
    await closeBrowser();
    throw error;
  } finally {
    // The open browser keeps the process, not this timer: a notebook that waits for what its cells left behind need not wait for it.
    if (--users === 0 && opened) idle = setTimeout(() => void closeBrowser(), idleMilliseconds).unref();
  }
}

export async function closeBrowser(): Promise<void> {
  clearTimeout(idle);
  const closing = opened;
  opened = undefined;
  if (closing) await closing.then(({ browser }) => browser.close(), () => undefined);
}

async function open(executable: string): Promise<{ browser: Browser; page: Page }> {
  const lent = process.env[lentBrowser];
  const browser = lent ? await (await import('playwright-core')).chromium.connect(lent, { timeout: patience }) : await launchChromium(executable);
  const page = await browser.newPage();
  page.setDefaultTimeout(patience);
  await page.setContent('<!doctype html><meta charset="utf-8"><body></body>');
  await page.addScriptTag({ path: plotlyFile() });
  return { browser, page };
}
