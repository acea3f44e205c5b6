import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { BertTokenizer } from '@xenova/transformers';
import fc from 'fast-check';
import { Tokenizer, Vocabulary } from '../../lib/text';
import { publishedTokenizer } from '../../lib/text/published';
import { anyText, astralIdeograph, sampleTexts } from './texts';

function published(vocabulary: Vocabulary, lowercase: boolean): BertTokenizer {
  const { json, config } = publishedTokenizer(vocabulary, lowercase);
  return new BertTokenizer(json, config);
}

/**
 * transformers.js looks for ideographs one UTF-16 unit at a time and so leaves those beyond the basic plane inside words;
 * the original tokenizer puts spaces around them, which is done here in its stead.
 */
const spaced = (text: string) => text.replace(astralIdeograph, ' $& ');

function assertEqualIds(vocabulary: Vocabulary, lowercase: boolean, runs: number): void {
  const ours = new Tokenizer(vocabulary, { lowercase });
  const theirs = published(vocabulary, lowercase);
  fc.assert(fc.property(anyText, (text) => {
    assert.deepEqual(ours.encode(text).map((token) => token.id), theirs.encode(spaced(text), { add_special_tokens: false }));
  }), { numRuns: runs, seed: 20240611 });
}

describe('the published tokenizer', () => {
  const built = Vocabulary.build([...sampleTexts, 'é한국 ᄒᆞᆫ ß fi ﬁ が 🩺 𠮷 ά 의학'], { wordCount: 1 });
  const builtCased = Vocabulary.build(sampleTexts, { wordCount: 1, lowercase: false });

  for (const lowercase of [true, false]) {
    it(`gives the same ids on 3,000 random texts, lowercase ${lowercase}`, () => {
      assertEqualIds(lowercase ? built : builtCased, lowercase, 3000);
    });
  }

  it('lowers Σ by its place in the word, as the original does', () => {
    const theirs = published(Vocabulary.build(['οδός σ ς σσς']), true);
    const ours = new Tokenizer(Vocabulary.build(['οδός σ ς σσς']));
    for (const text of ['ΟΔΌΣ', 'ΣΣ', 'Σ', 'ΑΣ ΣΑ', 'ΑΣ\u0301Α', '中ΑΣ中', "ΑΣ'Α", 'ΑΣ\u200bΑ']) {
      assert.deepEqual(ours.encode(text).map((token) => token.token), theirs.tokenize(text), text);
    }
  });

  const folder = path.join(process.env.MEDNER_DATA ?? '', 'bert-vocab', 'bert-base-chinese');
  it('gives the same ids with the vocabulary of bert-base-chinese, where it is at hand', function () {
    if (!process.env.MEDNER_DATA || !existsSync(folder)) return this.skip();
    const vocabulary = Vocabulary.fromFile(path.join(folder, 'vocab.txt'));
    assertEqualIds(vocabulary, true, 1500);
    assertEqualIds(vocabulary, false, 1500);
    const json = JSON.parse(readFileSync(path.join(folder, 'tokenizer.json'), 'utf8'));
    const config = JSON.parse(readFileSync(path.join(folder, 'tokenizer_config.json'), 'utf8'));
    const theirs = new BertTokenizer(json, config);
    const ours = new Tokenizer(vocabulary, { lowercase: config.do_lower_case });
    for (const text of sampleTexts) {
      assert.deepEqual(ours.encode(text).map((token) => token.id), theirs.encode(text, { add_special_tokens: false }));
    }
  });
});
