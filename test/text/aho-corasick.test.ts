import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AhoCorasick } from '../../lib/text';

type Found = [start: number, end: number, term: string];

/** Every occurrence, by looking for each term from each place. */
function naively(terms: readonly string[], text: string): Found[] {
  const found: Found[] = [];
  for (const term of terms) for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + 1)) found.push([at, at + term.length, term]);
  return found;
}

const sorted = (found: Found[]): Found[] => [...found].sort((a, b) => a[0] - b[0] || a[1] - b[1]);

/** From left to right, of those that begin at the first place not yet passed the longest. */
function longestOf(all: Found[]): Found[] {
  const taken: Found[] = [];
  for (let at = 0; ;) {
    const first = all.filter(([start]) => start >= at).sort((a, b) => a[0] - b[0] || b[1] - a[1])[0];
    if (!first) return taken;
    taken.push(first);
    at = first[1];
  }
}

// Few letters, so that terms overlap, nest and share beginnings; one of two units, and units at both ends of the table.
const letters = ['肝', '炎', '𠮷', '\u0000', '\uffff'];
const word = (from: number, to: number, kinds: number) => fc.array(fc.constantFrom(...letters.slice(0, kinds)), { minLength: from, maxLength: to }).map((parts) => parts.join(''));
const scenario = fc.integer({ min: 2, max: letters.length }).chain((kinds) => fc.tuple(fc.uniqueArray(word(1, 5, kinds), { minLength: 1, maxLength: 12 }), word(8, 40, kinds)));

describe('Aho-Corasick', () => {
  const find = (terms: readonly string[], text: string, way: 'all' | 'byStart' | 'longest' | 'nested'): Found[] => {
    const found: Found[] = [];
    new AhoCorasick(terms)[way](text, (start, end, term) => found.push([start, end, terms[term]]));
    return found;
  };

  it('finds what looking for each term finds: all, the longest, and those inside the longest', () => {
    let nested = 0;
    let crossing = 0;
    fc.assert(fc.property(scenario, ([terms, text]) => {
      const all = naively(terms, text);
      const longest = longestOf(all);
      const inside = all.filter(([start, end]) => longest.some(([from, to]) => from <= start && end <= to));
      assert.deepEqual(sorted(find(terms, text, 'all')), sorted(all));
      assert.deepEqual(find(terms, text, 'byStart'), sorted(all));
      assert.deepEqual(find(terms, text, 'longest'), longest);
      assert.deepEqual(sorted(find(terms, text, 'nested')), sorted(inside));
      if (inside.length > longest.length) nested++;
      if (all.length > inside.length) crossing++;
    }), { numRuns: 3000, seed: 5 });
    assert.ok(nested > 300 && crossing > 300, `${nested} texts had nested terms, ${crossing} crossing ones`);
  });

  it('gives terms in order of their end, of those that end together the longest first', () => {
    assert.deepEqual(find(['炎', '肝炎', '急性肝炎', '肝'], '急性肝炎', 'all'), [[2, 3, '肝'], [0, 4, '急性肝炎'], [2, 4, '肝炎'], [3, 4, '炎']]);
  });

  it('has one state for each distinct beginning', () => {
    const terms = ['abc', 'abd', 'b', 'bcd'];
    const beginnings = new Set(terms.flatMap((term) => Array.from(term, (_, i) => term.slice(0, i + 1))));
    assert.equal(new AhoCorasick(terms).states, beginnings.size + 1);
    assert.equal(new AhoCorasick([]).states, 1);
    assert.deepEqual(find([], 'abc', 'all'), []);
  });

  it('refuses an empty term and one given twice', () => {
    assert.throws(() => new AhoCorasick(['a', '']), /empty/);
    assert.throws(() => new AhoCorasick(['ab', 'c', 'ab']), /ab is given twice/);
  });
});
