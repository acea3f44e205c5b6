import type { Page } from 'playwright-core';
import { launchChromium } from './browser';
import { findChromium } from './chromium';

/**
 * A page of this machine as PNG, `size` in CSS pixels, in the light scheme, as a reader sees it after `prepare`. Undefined without a browser.
 * @throws Error where the page complains: a picture would hide it
 */
export async function pagePicture(url: string, size: { width: number; height: number }, prepare: (page: Page) => Promise<void>): Promise<Buffer | undefined> {
  const executable = findChromium();
  if (!executable) return undefined;
  const browser = await launchChromium(executable, { loopback: true });
  try {
    const page = await browser.newPage({ viewport: size, colorScheme: 'light' });
    const complaints: string[] = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    await page.goto(url);
    await prepare(page);
    const picture = await page.screenshot({ animations: 'disabled', caret: 'hide' });
    if (complaints.length) throw new Error(`${url} complains: ${complaints.join('; ')}`);
    return picture;
  } finally {
    await browser.close();
  }
}
