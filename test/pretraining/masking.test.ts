import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Random } from '../../lib/common';
import type { MaskingConfig } from '../../lib/pretraining/config';
import { maskSequences, type SimilarWord } from '../../lib/pretraining/masking';

const vocabulary = { size: 1000, mask: 4, special: new Set([0, 2, 3]) };
const plain: MaskingConfig = { share: 0.15, wholeWords: true, ngrams: false, replacement: 'mask' };

/** Sequences of `length`: [CLS], words of 1 to 4 tokens, [SEP], padding. */
function sequences(random: Random, count: number, length: number): { ids: Int32Array; continues: Uint8Array } {
  const ids = new Int32Array(count * length);
  const continues = new Uint8Array(count * length);
  for (let from = 0; from < ids.length; from += length) {
    const end = from + length - 1 - random.below(length >> 1);
    ids[from] = 2;
    ids[end] = 3;
    for (let at = from + 1; at < end;) {
      for (let left = 1 + random.below(4), first = true; left > 0 && at < end; left--, at++, first = false) {
        ids[at] = 5 + random.below(995);
        continues[at] = first ? 0 : 1;
      }
    }
  }
  return { ids, continues };
}

describe('masking', () => {
  it('hides whole words only, never special tokens, and gives back what stood there', () => {
    fc.assert(fc.property(fc.nat(), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 8, max: 64 }), fc.boolean(), (seed, count, length, ngrams) => {
      const { ids, continues } = sequences(Random.from(seed, 'text'), count, length);
      const { inputs, positions, labels } = maskSequences(ids, continues, length, { ...plain, ngrams }, vocabulary, Random.from(seed, 'masks'));
      const hidden = new Set(positions);
      assert.equal(hidden.size, positions.length);
      assert.deepEqual([...positions], [...positions].sort((a, b) => a - b));
      positions.forEach((at, i) => assert.equal(labels[i], ids[at]));
      ids.forEach((id, at) => {
        if (!hidden.has(at)) assert.equal(inputs[at], id);
        if (vocabulary.special.has(id)) assert.ok(!hidden.has(at));
        if (continues[at]) assert.equal(hidden.has(at), hidden.has(at - 1), 'a word is hidden whole or not at all');
      });
    }));
  });

  for (const [name, config] of Object.entries({ 'whole words': plain, 'single tokens': { ...plain, wholeWords: false }, 'n-grams': { ...plain, ngrams: true } })) {
    it(`hides 15 % of the tokens (${name}), of which 80 % show [MASK] and 10 % themselves`, () => {
      const { ids, continues } = sequences(Random.from(1), 400, 128);
      const { inputs, positions, labels } = maskSequences(ids, continues, 128, config, vocabulary, Random.from(2));
      const tokens = ids.filter((id) => !vocabulary.special.has(id)).length;
      assert.ok(Math.abs(positions.length / tokens - 0.15) < 0.005, `${positions.length / tokens}`);
      const share = (test: (at: number, i: number) => boolean): number => positions.filter(test).length / positions.length;
      assert.ok(Math.abs(share((at) => inputs[at] === vocabulary.mask) - 0.8) < 0.02);
      assert.ok(Math.abs(share((at, i) => inputs[at] === labels[i]) - 0.1) < 0.015);
      assert.ok(inputs.every((id, at) => id === ids[at] || id === vocabulary.mask || !vocabulary.special.has(id)));
    });
  }

  it('every token is hidden about as often as any other', () => {
    const { ids, continues } = sequences(Random.from(3), 1, 64);
    const counts = new Float64Array(64);
    const draws = 4000;
    for (let i = 0; i < draws; i++) for (const at of maskSequences(ids, continues, 64, plain, vocabulary, Random.from(i)).positions) counts[at]++;
    ids.forEach((id, at) => {
      // Long words fit in less often at the end of a draw; within a quarter of the mean.
      if (!vocabulary.special.has(id)) assert.ok(Math.abs(counts[at] / draws - 0.15) < 0.04, `token ${at}: ${counts[at] / draws}`);
    });
  });

  it('replaces by a similar word of as many tokens, the whole word at once', () => {
    const similar: SimilarWord = (ids) => (ids.length === 2 ? [1000, 1001] : undefined);
    const { ids, continues } = sequences(Random.from(5), 1500, 128);
    const { inputs, positions, labels } = maskSequences(ids, continues, 128, { ...plain, replacement: 'similar' }, vocabulary, Random.from(6), similar);
    assert.ok(!inputs.includes(vocabulary.mask));
    let replaced = 0;
    let words = 0;
    positions.forEach((at) => {
      const size = continues[at] ? 0 : lengthOf(continues, at);
      if (size !== 2) return;
      words++;
      if (inputs[at] === 1000) {
        replaced++;
        assert.equal(inputs[at + 1], 1001);
      }
    });
    assert.ok(Math.abs(replaced / words - 0.8) < 0.03, `${replaced} of ${words}`);
    assert.ok(Math.abs(positions.filter((at, i) => inputs[at] === labels[i]).length / positions.length - 0.1) < 0.03);
  });

  it('equal seeds hide alike, others do not', () => {
    const { ids, continues } = sequences(Random.from(7), 4, 64);
    const hide = (seed: number) => maskSequences(ids, continues, 64, plain, vocabulary, Random.from(seed));
    assert.deepEqual(hide(1), hide(1));
    assert.notDeepEqual(hide(1).positions, hide(2).positions);
  });
});

function lengthOf(continues: Uint8Array, at: number): number {
  let end = at + 1;
  while (continues[end]) end++;
  return end - at;
}
