import assert from 'node:assert/strict';
import fc from 'fast-check';
import { InputError } from '../../lib/common';
import { mergeWindows, Tokenizer, Vocabulary, windows, type Token } from '../../lib/text';
import { anyText, sampleTexts } from './texts';

const tokenizer = new Tokenizer(Vocabulary.build(sampleTexts));
const characters = (text: string): Token[] => Array.from(text).map((token, i) => ({ id: 0, token, start: i, end: i + 1 }));

describe('windows', () => {
  it('leave a short text whole', () => {
    const [only, ...more] = windows(characters('左肺'), { maxLength: 4, overlap: 1 });
    assert.deepEqual([only.first, only.last, only.start, only.end, more.length], [0, 2, 0, Infinity, 0]);
    assert.deepEqual(windows([], { maxLength: 4, overlap: 1 }), []);
  });

  it('end after a sentence mark of their second half, else where they are full', () => {
    const cuts = (text: string) => windows(characters(text), { maxLength: 10, overlap: 2 }).map(({ first, last }) => [first, last]);
    assert.deepEqual(cuts('一二三四。六七八九十甲乙'), [[0, 5], [3, 11], [9, 12]]);
    assert.deepEqual(cuts('一。三四五六七八九十甲乙'), [[0, 8], [6, 12]]);
  });

  it('refuse an overlap that leaves no way forward', () => {
    assert.throws(() => windows([], { maxLength: 10, overlap: 8 }), InputError);
    assert.throws(() => windows([], { maxLength: 10.5, overlap: 2 }), InputError);
  });

  it('lose no entity of up to `overlap` tokens, nested and crossing ones included', () => {
    const scenario = fc.record({
      text: fc.array(fc.oneof(anyText, fc.constantFrom('。', '！', '血压正常；')), { maxLength: 12 }).map((parts) => parts.join('')),
      overlap: fc.integer({ min: 1, max: 12 }),
      spare: fc.integer({ min: 3, max: 30 }),
      picks: fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.integer({ min: 1, max: 12 }), type: fc.constantFrom('dis', 'sym') }), { maxLength: 30 }),
    });
    let cut = 0;
    fc.assert(fc.property(scenario, ({ text, overlap, spare, picks }) => {
      const tokens = tokenizer.encode(text);
      const parts = windows(tokens, { maxLength: overlap + spare, overlap });
      if (parts.length > 1) cut++;
      for (const part of parts) {
        assert.ok(part.tokens.length + 2 <= overlap + spare);
        assert.deepEqual(part.tokens, tokens.slice(part.first, part.last));
      }
      if (tokens.length === 0) return;
      const gold = new Map(picks.map(({ at, length, type }) => {
        const first = Math.floor(at * (tokens.length - 1));
        const last = Math.min(tokens.length, first + Math.min(length, overlap));
        assert.ok(parts.some((part) => part.first <= first && last <= part.last), 'whole in some window');
        const entity = { start: tokens[first].start, end: tokens[last - 1].end, type };
        return [`${entity.start} ${entity.end} ${type}`, entity];
      }));
      const entities = [...gold.values()];
      const found = parts.map((part) => entities.filter((entity) => part.start <= entity.start && entity.end <= part.end));
      const merged = mergeWindows(parts, found);
      assert.deepEqual(new Set(merged), new Set(entities));
      assert.equal(merged.length, entities.length);
    }), { numRuns: 3000, seed: 11 });
    assert.ok(cut > 1000, `${cut} texts had several windows`);
  });

  it('believe the window that sees a mention whole', () => {
    const parts = windows(characters('一二三四五六七八九十甲乙'), { maxLength: 10, overlap: 4 }); // [0, 8) and [4, 12)
    const truncated = { start: 6, end: 8, type: 'dis' };
    const whole = { start: 6, end: 9, type: 'dis' };
    assert.deepEqual(mergeWindows(parts, [[truncated], [whole]]), [whole]);
    const early = { start: 4, end: 5, type: 'dis', score: 1 };
    assert.deepEqual(mergeWindows(parts, [[early], [{ ...early, score: 9 }]]), [early]);
  });
});
