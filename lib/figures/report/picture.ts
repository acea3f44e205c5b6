import { pathToFileURL } from 'node:url';
import { pagePicture } from '../page-picture';

const size = { width: 1280, height: 800 };

/** The report where paper B's comparison begins, that on the embedded corpus where it is there, or else the first that has runs, its figure drawn; its head where there is none. */
export function reportPicture(file: string): Promise<Buffer | undefined> {
  return pagePicture(pathToFileURL(file).href, size, async (page) => {
    const withRuns = 'main > section:has(figure):has(td.runs)';
    const wanted = ['[id^="b-comparison.sample-"]', '[id^="b-comparison."]', ''].map((which) => page.locator(`${withRuns}${which}`).first());
    let chosen = wanted.shift();
    while (chosen && !(await chosen.count())) chosen = wanted.shift();
    if (!chosen) return;
    await chosen.locator('h2').evaluate((heading) => heading.scrollIntoView());
    await chosen.locator('figure.drawn .plot svg').first().waitFor();
  });
}
