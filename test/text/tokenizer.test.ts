import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { codePointLength, sliceCodePoints } from '../../lib/common';
import { Tokenizer, Vocabulary } from '../../lib/text';
import { anyText, sampleTexts } from './texts';

type Case = [text: string, ids: number[], offsets: [number, number][]];

describe('Tokenizer', () => {
  const reference: { vocabulary: string[]; lowercase: Case[]; cased: Case[] } = JSON.parse(
    readFileSync(path.join(__dirname, '../reference/text-tokenizer.json'), 'utf8'),
  );
  for (const name of ['lowercase', 'cased'] as const) {
    it(`gives the ids and offsets of the published fast tokenizer, ${name}`, () => {
      const tokenizer = new Tokenizer(new Vocabulary(reference.vocabulary), { lowercase: name === 'lowercase' });
      for (const [text, ids, offsets] of reference[name]) {
        const tokens = tokenizer.encode(text);
        assert.deepEqual(tokens.map((token) => token.id), ids, JSON.stringify(text));
        assert.deepEqual(tokens.map((token) => [token.start, token.end]), offsets, JSON.stringify(text));
      }
    });
  }

  const vocabulary = Vocabulary.build(sampleTexts, { wordCount: 1 });
  const tokenizer = new Tokenizer(vocabulary);
  const spelt = (text: string) => tokenizer.encode(text).map(({ token, start, end }) => `${token} ${start}-${end}`);

  it('counts code points, not UTF-16 units', () => {
    assert.deepEqual(spelt('🩺左𠮷肺'), ['[UNK] 0-1', '左 1-2', '[UNK] 2-3', '肺 3-4']);
  });

  it('keeps offsets over CRLF, full-width spaces and removed characters', () => {
    assert.deepEqual(spelt('左\r\n肺\u3000\u200b上\u0000叶'), ['左 0-1', '肺 3-4', '上 6-7', '叶 8-9']);
  });

  it('does not turn full-width forms into ASCII', () => {
    assert.deepEqual(spelt('８5，,'), ['[UNK] 0-2', '， 2-3', ', 3-4']);
  });

  it('spells Latin words and digits by the longest pieces', () => {
    const small = new Tokenizer(new Vocabulary(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'hb', '##a', '##a1', '##c', '9', '.', '##2']));
    assert.deepEqual(small.encode('HbA1c 9.2').map((token) => token.token), ['hb', '##a1', '##c', '9', '.', '[UNK]']);
  });

  it('makes a word of over 100 characters [UNK]', () => {
    assert.equal(tokenizer.encode('1'.repeat(100)).length, 100);
    assert.deepEqual(spelt('1'.repeat(101)), ['[UNK] 0-101']);
  });

  it('has offsets in order and in range, whose text is the token where nothing was folded', () => {
    const cased = new Tokenizer(Vocabulary.build(sampleTexts, { wordCount: 1, lowercase: false }), { lowercase: false });
    fc.assert(fc.property(anyText, (text) => {
      for (const each of [tokenizer, cased]) {
        let start = 0;
        let end = 0;
        for (const token of each.encode(text)) {
          assert.ok(token.start >= start && token.end >= end && token.start < token.end);
          if (each === cased) assert.ok(token.start >= end, 'tokens of unfolded text do not overlap');
          if (each === cased && token.token !== '[UNK]') {
            const source = sliceCodePoints(text, token.start, token.end);
            assert.equal(source.replace(/[\p{Cc}\p{Cf}\p{Co}\ufffd]/gu, ''), token.token.replace(/^##(?=.)/u, ''));
          }
          ({ start, end } = token);
        }
        assert.ok(end <= codePointLength(text));
      }
    }), { numRuns: 3000, seed: 5 });
  });

  it('leaves nothing visible outside its tokens', () => {
    fc.assert(fc.property(anyText, (text) => {
      const rest = Array.from(text);
      for (const { start, end } of tokenizer.encode(text)) rest.fill('', start, end);
      assert.match(rest.join(''), /^[\s\p{Cc}\p{Cf}\p{Co}\p{Mn}\ufffd]*$/u);
    }), { numRuns: 1000, seed: 6 });
  });
});
