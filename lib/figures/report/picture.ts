import { pathToFileURL } from 'node:url';
import { pagePicture } from '../page-picture';

const size = { width: 1280, height: 800 };

/** The report where paper B's comparison begins, or else the first that has runs, its figure drawn; its head where there is none. */
export function reportPicture(file: string): Promise<Buffer | undefined> {
  return pagePicture(pathToFileURL(file).href, size, async (page) => {
    const withRuns = 'main > section:has(figure):has(td.runs)';
    const wanted = page.locator(`${withRuns}[id^="b-comparison."]`);
    const chosen = ((await wanted.count()) ? wanted : page.locator(withRuns)).first();
    if (!(await chosen.count())) return;
    await chosen.locator('h2').evaluate((heading) => heading.scrollIntoView());
    await chosen.locator('figure.drawn .plot svg').first().waitFor();
  });
}
