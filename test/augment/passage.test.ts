import assert from 'node:assert/strict';
import fc from 'fast-check';
import { codePointLength, codePoints, sliceCodePoints } from '../../lib/common';
import { crosses, cut, concatenate, replaceSpan, replaceSpans } from '../../lib/augment/passage';
import { sentences } from '../../lib/augment/sentence';
import { document } from '../corpus/arbitrary';
import { lines, mark, replaceMarked, unmark } from './marked';

describe('passages', () => {
  it('keep every span through a replacement, nested, around, beside and repeated ones', () => {
    const seen = { around: 0, inside: 0, refused: 0 };
    fc.assert(fc.property(document, document, fc.nat(), fc.nat(), (passage, piece, a, b) => {
      const length = codePointLength(passage.text);
      fc.pre(length > 0);
      const start = a % length;
      const span = { start, end: start + 1 + (b % (length - start)) };
      if (passage.entities.some((entity) => crosses(span, entity))) {
        seen.refused++;
        assert.throws(() => replaceSpan(passage, span, piece), /crosses the span/);
        return;
      }
      const expected = unmark(replaceMarked(mark(passage), span.start, span.end, mark(piece)));
      // An entity around the span whose new inside is empty would vanish from the marks only if nothing of it were left; something always is.
      const replaced = replaceSpan(passage, span, piece);
      assert.equal(replaced.text, expected.text);
      assert.deepEqual(lines(replaced.entities), lines(expected.entities));
      if (passage.entities.some((entity) => entity.start <= span.start && span.end <= entity.end && entity.end - entity.start > span.end - span.start)) seen.around++;
      if (passage.entities.some((entity) => span.start <= entity.start && entity.end <= span.end)) seen.inside++;
    }), { numRuns: 5000, seed: 21 });
    assert.ok(Math.min(seen.around, seen.inside, seen.refused) > 200, JSON.stringify(seen));
  });

  it('cut in two and put together are what they were, but for what crossed the cut', () => {
    fc.assert(fc.property(document, fc.nat(), (passage, at) => {
      const length = codePointLength(passage.text);
      const middle = at % (length + 1);
      const joined = concatenate([cut(passage, { start: 0, end: middle }), cut(passage, { start: middle, end: length })]);
      assert.equal(joined.text, passage.text);
      assert.deepEqual(lines(joined.entities), lines(passage.entities.filter(({ start, end }) => end <= middle || start >= middle)));
    }), { numRuns: 2000, seed: 22 });
  });

  it('several spans at once, in any order', () => {
    const passage = { text: '患肝炎和肺炎', entities: [{ start: 1, end: 3, type: 'dis' }, { start: 4, end: 6, type: 'dis' }, { start: 4, end: 5, type: 'bod' }] };
    const cold = { text: '普通感冒', entities: [{ start: 0, end: 4, type: 'dis' }] };
    const stone = { text: '胆石', entities: [{ start: 0, end: 2, type: 'dis' }, { start: 0, end: 1, type: 'bod' }] };
    const expected = { text: '患普通感冒和胆石', entities: [{ start: 1, end: 5, type: 'dis' }, { start: 6, end: 7, type: 'bod' }, { start: 6, end: 8, type: 'dis' }] };
    const changes = [{ span: { start: 1, end: 3 }, piece: cold }, { span: { start: 4, end: 6 }, piece: stone }];
    assert.deepEqual(replaceSpans(passage, changes), expected);
    assert.deepEqual(replaceSpans(passage, [...changes].reverse()), expected);
  });
});

describe('sentences', () => {
  it('hold all but separators, and no entity reaches over their borders', () => {
    fc.assert(fc.property(document, (passage) => {
      const characters = codePoints(passage.text);
      let at = 0;
      for (const { start, end, close } of sentences(passage)) {
        assert.ok(at <= start && start < end && end <= close);
        assert.match(characters.slice(at, start).join(''), /^[\s。！？；!?;”’」』）)】》]*$/u);
        assert.ok(!passage.entities.some((entity) => crosses({ start, end }, entity)));
        at = close;
      }
      assert.match(characters.slice(at).join(''), /^[\s。！？；!?;”’」』）)】》]*$/u);
    }), { numRuns: 3000, seed: 23 });
  });

  it('end at full stops and line ends, not at one inside an entity; closing marks belong to the sentence before', () => {
    const text = '他说：“头痛。”次日好转；\n血型A；B型。尿蛋白 3.5';
    const entities = [{ start: 14, end: 20, type: 'ite' }];
    const found = sentences({ text, entities }).map(({ start, end, close }) => [sliceCodePoints(text, start, end), sliceCodePoints(text, end, close)]);
    assert.deepEqual(found, [['他说：“头痛', '。”'], ['次日好转', '；\n'], ['血型A；B型', '。'], ['尿蛋白 3.5', '']]);
  });
});
