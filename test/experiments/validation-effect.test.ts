import assert from 'node:assert/strict';
import { validationEffect } from '../../lib/experiments/validation-effect';
import type { LlmFeatures } from '../../lib/llm';

/** Keywords one after the other, one character each, of a text of them; relations by their characters. */
function told(text: string, relations: readonly [string, string][] = [], { enhanced = `又${text}` as string | null, keywords = text, say = '' } = {}): LlmFeatures {
  const names = [...keywords];
  return {
    text, enhanced,
    keywords: names.map((name) => ({ text: name, description: `${name}${say}`, pos: null, original: [{ start: text.indexOf(name), end: text.indexOf(name) + 1 }], enhanced: [] })),
    relations: relations.map(([first, second]) => ({ first: names.indexOf(first), second: names.indexOf(second), text: `${first}与${second}` })),
  };
}

describe('what validation took away', () => {
  const plain = [told('甲乙丙', [['甲', '乙'], ['乙', '丙'], ['甲', '丙']]), told('丁戊', [['丁', '戊']]), told('己')];

  it('is nothing where both tell the same, equal texts counted once', () => {
    assert.deepEqual(validationEffect([...plain, plain[2]], [...plain, plain[2]]), {
      texts: 3, changed: 0, otherwise: 0, enhanced: { before: 3, taken: 0 }, keywords: { before: 6, taken: 0 }, relations: { before: 4, taken: 0, withKeyword: 0 },
    });
  });

  it('is counted by kind, relations that went with a keyword apart, wherever keywords stand then', () => {
    // 乙 is gone and with it two relations; of the second text the relation alone; of the third the enhanced text.
    const validated = [told('甲乙丙', [['甲', '丙']], { keywords: '甲丙' }), told('丁戊'), told('己', [], { enhanced: null })];
    assert.deepEqual(validationEffect(plain, validated), {
      texts: 3, changed: 3, otherwise: 0, enhanced: { before: 3, taken: 1 }, keywords: { before: 6, taken: 1 }, relations: { before: 4, taken: 3, withKeyword: 2 },
    });
  });

  it('is not told of a text that was answered otherwise the second time', () => {
    for (const other of [told('己', [], { say: '！' }), told('己', [], { enhanced: '另己' })]) {
      const effect = validationEffect(plain, [plain[0], plain[1], other]);
      assert.deepEqual([effect.otherwise, effect.changed, effect.keywords, effect.enhanced], [1, 0, { before: 5, taken: 0 }, { before: 2, taken: 0 }]);
    }
    const { otherwise } = validationEffect([told('丁戊')], [told('丁戊', [['丁', '戊']])]);
    assert.equal(otherwise, 1);
  });
});
