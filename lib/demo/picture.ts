import { codePointLength, listen, stop } from '../common';
import { pagePicture } from '../figures/page-picture';
import type { DemoModel } from './models';
import type { DemoExamples } from './page';
import { demoServer } from './server';

/** Two models stand side by side, and a README shows it without shrinking the words. */
const size = { width: 1080, height: 920 };
/** Characters of a text whose answers are in sight with it. */
const longest = 60;

/** The demo with an example's answers: of the short examples that with the most entities. */
export async function demoPicture(models: readonly DemoModel[], examples: DemoExamples): Promise<Buffer | undefined> {
  const short = examples.documents.filter(({ text }) => codePointLength(text) <= longest);
  const richest = (short.length ? short : examples.documents).reduce((best, document) => (document.entities.length > best.entities.length ? document : best));
  const server = demoServer(models, examples);
  const port = await listen(server, 0);
  try {
    return await pagePicture(`http://127.0.0.1:${port}/`, size, async (page) => {
      const choice = page.getByLabel('Example');
      await choice.locator(`option[value="${examples.documents.indexOf(richest)}"]`).waitFor({ state: 'attached' });
      await choice.selectOption(String(examples.documents.indexOf(richest)));
      for (let i = 0; i < models.length; i++) await page.locator('.facts').nth(i).filter({ hasText: /./u }).waitFor();
    });
  } finally {
    await stop(server);
  }
}
