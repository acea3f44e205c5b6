import assert from 'node:assert/strict';
import * as path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { InputError } from '../../lib/common';
import { mathml, withMathml } from '../../lib/notebook/mathml';
import { readNotebook, textOf } from '../../lib/notebook/notebook-file';
import { selectNotebooks } from '../../lib/notebook/run';
import { chromiumOrSkip, launchChromium } from '../figures/browser';

describe('formulas as MathML', () => {
  it('stand in a line or alone, and hold nothing that Markdown would read', () => {
    assert.match(mathml('F_1^*'), /^<math>.*<msubsup>.*<\/math>$/);
    assert.match(mathml('x', true), /^<math display="block"/);
    assert.match(mathml('a_* < [b] | \\text{c\\_d}'), /∗.*&lt;.*&#91;.*&#93;.*&#124;.*&#95;/);
    assert.doesNotMatch(mathml('a_* [b] | \\text{c\\_d}').replace(/<[^>]*>/g, ''), /[*_`[\]|\\~$]/);
  });

  for (const tex of ['\\nothing x', '{x', 'x}', 'x_', 'x_1_2', 'a & b']) {
    it(`${tex} is refused`, () => assert.throws(() => mathml(tex), (error) => error instanceof InputError && error.message.startsWith(`formula ${tex}: `)));
  }

  it('in Markdown: code, prices and escaped dollars stay; what is not known stays readable', () => {
    assert.equal(withMathml('`$x$` costs 5$ or \\$6: $x$'), `\`$x$\` costs 5$ or \\$6: ${mathml('x')}`);
    assert.equal(withMathml('$$\nx\n$$'), mathml('x', true));
    assert.equal(withMathml('so $\\nothing x$'), 'so <code>&#36;&#92;nothing x&#36;</code>');
  });

  it('every formula of the committed notebooks is known', () => {
    let formulas = 0;
    for (const file of selectNotebooks([])) {
      for (const cell of readNotebook(file).cells.filter(({ cell_type: type }) => type === 'markdown')) {
        const text = withMathml(textOf(cell.source));
        formulas += text.split('<math').length - 1;
        assert.ok(!text.includes('<code>&#36;'), `${path.basename(file)}: ${text}`);
        assert.ok(!/\$[^$`\n]*\\[a-z]/.test(text), `${path.basename(file)}: ${text}`);
      }
    }
    assert.ok(formulas > 100, `${formulas} formulas`);
  });

  describe('in a browser', () => {
    let browser: Browser;
    let page: Page;
    before(async function () {
      browser = await launchChromium(chromiumOrSkip(this));
      page = await browser.newPage();
    });
    after(() => browser?.close());

    it('a fraction stands above its line, an index lower and smaller', async () => {
      await page.setContent(`<body>${mathml('\\frac{p}{q}')}${mathml('w_w')}`);
      const boxes = await page.evaluate<{ top: number; bottom: number; width: number }[]>("[...document.querySelectorAll('mi')].map((node) => node.getBoundingClientRect().toJSON())");
      const [p, q, base, index] = boxes;
      assert.ok(p.bottom <= q.top + 1);
      assert.ok(index.width < base.width && index.top > base.top, JSON.stringify(boxes));
    });
  });
});
