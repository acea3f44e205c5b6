import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { InputError } from '../../lib/common';
import { Lexicon } from '../../lib/text';

const text = fc.array(fc.constantFrom('肺', '部', '炎', '𠮷', 'c'), { maxLength: 14 }).map((points) => points.join(''));
const word = fc.array(fc.constantFrom('肺', '部', '炎', '𠮷', 'c'), { minLength: 1, maxLength: 4 }).map((points) => points.join(''));

/** Every substring looked up, one by one. */
function substrings(of: string, words: readonly string[]): Array<{ start: number; end: number; word: string }> {
  const points = Array.from(of);
  return points.flatMap((_, start) =>
    points.slice(start).flatMap((_point, length) => {
      const found = points.slice(start, start + length + 1).join('');
      return words.includes(found) ? [{ start, end: start + length + 1, word: found }] : [];
    }));
}

describe('a lexicon', () => {
  it('finds every occurrence of every word, in code points', () => {
    fc.assert(fc.property(fc.uniqueArray(word, { maxLength: 12 }), text, (words, given) => {
      const lexicon = Lexicon.build(words, []);
      assert.deepEqual(lexicon.matches(given).map((match) => ({ ...match, word: lexicon.words[match.word] })), substrings(given, words));
    }));
  });

  it('takes no half of a surrogate pair for a word, and a surrogate alone for itself', () => {
    const halves = fc.array(fc.constantFrom('\ud842', '\udfb7', '炎'), { maxLength: 8 }).map((units) => units.join(''));
    fc.assert(fc.property(fc.uniqueArray(halves.filter((units) => units !== ''), { maxLength: 6 }), halves, (words, given) => {
      const lexicon = Lexicon.build(words, []);
      assert.deepEqual(lexicon.matches(given).map((match) => ({ ...match, word: lexicon.words[match.word] })), substrings(given, words));
    }));
  });

  it('counts the occurrences that lie inside no longer one', () => {
    let counted = 0;
    fc.assert(fc.property(fc.uniqueArray(word, { minLength: 1, maxLength: 12 }), fc.array(text, { maxLength: 3 }), (words, texts) => {
      const lexicon = Lexicon.build(words, texts);
      const expected = new Map(words.map((each) => [each, 0]));
      for (const given of texts) {
        const all = substrings(given, words);
        for (const one of all) {
          const covered = all.some((other) => other.start <= one.start && one.end <= other.end && other.end - other.start > one.end - one.start);
          if (!covered) expected.set(one.word, expected.get(one.word)! + 1);
          if (!covered) counted++;
        }
      }
      assert.deepEqual(new Map(lexicon.words.map((each, i) => [each, lexicon.counts[i]])), new Map([...expected].sort(([a], [b]) => (a < b ? -1 : 1))));
    }));
    assert.ok(counted > 100);
  });

  it('leaves out white space and repeated words, and reads back what it wrote', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'medner-lexicon-'));
    const file = path.join(folder, 'lexicon.tsv');
    const lexicon = Lexicon.build(['肺炎', ' ', '炎', '肺炎', '\n', '\u2028', 'CT 片'], ['肺炎，炎症。CT 片']);
    assert.deepEqual(lexicon.words, ['CT 片', '炎', '肺炎']);
    lexicon.save(file);
    const read = Lexicon.read(file);
    assert.deepEqual([read.words, read.counts], [lexicon.words, [1, 1, 1]]);
    assert.deepEqual(read.matches('肺炎'), lexicon.matches('肺炎'));
    writeFileSync(file, '肺炎\t1\n炎\n');
    assert.throws(() => Lexicon.read(file), (error) => error instanceof InputError && /line 2 is "炎"; expected a word, a tab and its count/.test(error.message));
    assert.throws(() => Lexicon.read(path.join(folder, 'none')), InputError);
    assert.throws(() => new Lexicon(['炎', '炎'], [0, 0]), /twice/);
    rmSync(folder, { recursive: true });
  });
});
