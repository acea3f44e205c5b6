import assert from 'node:assert/strict';
import fc from 'fast-check';
import { codePointLength, InputError, sliceCodePoints } from '../../lib/common';
import { Segmenter } from '../../lib/text';
import { anyText } from './texts';

describe('Segmenter', () => {
  const plain = new Segmenter();
  const words = (segmenter: Segmenter, text: string) => segmenter.segment(text).map((word) => word.text);

  it('covers any text with words in order, by code points', () => {
    fc.assert(fc.property(fc.oneof(anyText, fc.string({ unit: 'binary' })), (text) => {
      let position = 0;
      for (const word of plain.segment(text)) {
        assert.equal(word.start, position);
        assert.equal(word.text, sliceCodePoints(text, word.start, word.end));
        assert.ok(word.end > word.start);
        position = word.end;
      }
      assert.equal(position, codePointLength(text));
    }), { numRuns: 2000, seed: 21 });
  });

  it('keeps white space, astral characters and lone surrogates as they are', () => {
    assert.deepEqual(words(plain, '患者\r\n🩺\u3000咳嗽\ud800'), ['患者', '\r\n', '🩺', '\u3000', '咳嗽', '\ud800']);
    assert.deepEqual(plain.segment('🩺咳嗽')[1], { text: '咳嗽', start: 1, end: 3 });
  });

  it('keeps dictionary words whole, the longest where one holds another', () => {
    const dictionary = ['非小细胞肺癌', '小细胞肺癌', '急性ST段抬高型心肌梗死', '心肌梗死', 'PD-L1', '的患者'];
    const medical = new Segmenter({ dictionary });
    const text = '非小细胞肺癌的患者查PD-L1，无急性ST段抬高型心肌梗死史，有心肌梗死史';
    assert.deepEqual(words(medical, text), ['非小细胞肺癌', '的患者', '查', 'PD-L1', '，', '无', '急性ST段抬高型心肌梗死', '史', '，', '有', '心肌梗死', '史']);
    assert.ok(!words(plain, text).includes('非小细胞肺癌'));
    assert.deepEqual([medical.keeps('PD-L1'), plain.keeps('PD-L1'), new Segmenter({ dictionary: ['β受体'] }).keeps('β受体')], [true, false, false]);
  });

  it('keeps words whole in a large dictionary', () => {
    const dictionary = Array.from({ length: 20000 }, (_, i) => `药${String.fromCodePoint(0x4e00 + i)}素片`);
    const medical = new Segmenter({ dictionary });
    assert.ok(dictionary.every((word) => medical.keeps(word)));
    assert.deepEqual(words(medical, `口服${dictionary[99]}治疗`), ['口服', dictionary[99], '治疗']);
  });

  it('gives the same words again', () => {
    fc.assert(fc.property(anyText, (text) => {
      assert.deepEqual(plain.segment(text), new Segmenter().segment(text));
    }), { numRuns: 3, seed: 22 });
  });

  it('refuses a dictionary word with white space', () => {
    assert.throws(() => new Segmenter({ dictionary: ['Graves 病'] }), InputError);
  });
});
