import assert from 'node:assert/strict';
import * as path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { InputError } from '../../lib/common';
import { mathml, withMathml } from '../../lib/notebook/mathml';
import { readNotebook, textOf } from '../../lib/notebook/notebook-file';
import { selectNotebooks } from '../../lib/notebook/run';
import { chromiumOrSkip, launchChromium } from '../figures/browser';

const inner = (tex: string) => mathml(tex).slice('<math>'.length, -'</math>'.length);

describe('formulas as MathML', () => {
  const set: [string, string][] = [
    ['x', '<mi>x</mi>'],
    ['F_1', '<msub><mi>F</mi><mn>1</mn></msub>'],
    ['s_x^2', '<msubsup><mi>s</mi><mi>x</mi><mn>2</mn></msubsup>'],
    ['s^2_x', '<msubsup><mi>s</mi><mi>x</mi><mn>2</mn></msubsup>'],
    ['\\frac{1}{2}k', '<mrow><mfrac><mn>1</mn><mn>2</mn></mfrac><mi>k</mi></mrow>'],
    ['\\sqrt\\nu', '<msqrt><mi>ν</mi></msqrt>'],
    ['\\bar x', '<mover accent="true"><mi>x</mi><mo stretchy="false">¯</mo></mover>'],
    ['a < -0.5', '<mrow><mi>a</mi><mo>&#60;</mo><mo>−</mo><mn>0.5</mn></mrow>'],
    ['t_{\\text{no mask}}', '<msub><mi>t</mi><mtext>no mask</mtext></msub>'],
    ['\\sum_{i \\in M}', '<munder><mo movablelimits="true">∑</mo><mrow><mi>i</mi><mo>∈</mo><mi>M</mi></mrow></munder>'],
    ['\\int_0^\\infty', '<msubsup><mo>∫</mo><mn>0</mn><mi>∞</mi></msubsup>'],
    ['\\log p', '<mrow><mrow><mi mathvariant="normal">log</mi><mspace width="0.167em"></mspace></mrow><mi>p</mi></mrow>'],
    ['(n)/2', '<mrow><mo stretchy="false">(</mo><mi>n</mi><mo stretchy="false">)</mo><mo stretchy="false" lspace="0" rspace="0">/</mo><mn>2</mn></mrow>'],
  ];
  for (const [tex, expected] of set) it(tex, () => assert.equal(inner(tex), expected));

  for (const [tex, message] of [['\\matrix', /\\matrix/], ['{x', /nothing closes/], ['x}', /nothing opened/], ['x_', /the end/], ['x_1_2', /two _/], ['a & b', /&/]] as const) {
    it(`${tex} is refused`, () => assert.throws(() => mathml(tex), (error) => error instanceof InputError && message.test(error.message)));
  }

  it('in Markdown: code, prices and escaped dollars stay; what is not known stays readable', () => {
    assert.equal(withMathml('`$x$` costs 5$ or \\$6: $x$'), `\`$x$\` costs 5$ or \\$6: ${mathml('x')}`);
    assert.equal(withMathml('$$\nx\n$$'), mathml('x', true));
    assert.equal(withMathml('so $\\matrix x$'), 'so <code>&#36;&#92;matrix x&#36;</code>');
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
