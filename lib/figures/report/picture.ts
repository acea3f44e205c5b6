import { pathToFileURL } from 'node:url';
import { pagePicture } from '../page-picture';

const size = { width: 1280, height: 800 };

/** The report where paper B's comparison begins, that on the embedded corpus where it is there, or else the first that has runs, its figure drawn; its head where there is none. */
export function reportPicture(file: string): Promise<Buffer | undefined> {
  return pagePicture(pathToFileURL(file).href, size, async (page) => {
    const withRuns = 'main > section:has(figure):has(td.runs)';
    for (const wanted of ['[id^="b-comparison.sample-"]', '[id^="b-comparison."]', '']) {
      const chosen = page.locator(`${withRuns}${wanted}`).first();
      if (!(await chosen.count())) continue;
      await chosen.locator('h2').evaluate((heading) => heading.scrollIntoView());
      return chosen.locator('figure.drawn .plot svg').first().waitFor();
    }
  });
}
