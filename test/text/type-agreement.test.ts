import assert from 'node:assert/strict';
import { InputError } from '../../lib/common';
import { specialWords, typeAgreement, WordVectors } from '../../lib/text';

/** Vectors of two dimensions from angles in degrees and any length. */
function atAngles(angles: Record<string, number>): WordVectors {
  const words = Object.keys(angles);
  const matrix = new Float32Array(2 * (words.length + 4));
  words.forEach((word, i) => matrix.set([Math.cos((angles[word] * Math.PI) / 180), Math.sin((angles[word] * Math.PI) / 180)].map((x) => (i + 1) * x), 2 * (i + 4)));
  return new WordVectors([...specialWords, ...words], matrix, 2);
}

describe('typeAgreement', () => {
  // By angle: a1 a2 a3 b1 · a4 b2 b3 b4
  const vectors = atAngles({ a1: 0, a2: 1, a3: 3, b1: 6, a4: 90, b2: 91, b3: 93, b4: 96, other: 2 });
  const terms = new Map([['a', ['a1', 'a2', 'a3', 'a4']], ['b', ['b1', 'b2', 'b3', 'b4']]]);

  it('counts the nearest typed terms of the own type, worked out by hand', () => {
    // Nearest two: a1 → a2 a3, a2 → a1 a3, a3 → a2 a1, a4 → b2 b3; b1 → a3 a2, b2 → a4 b3, b3 → b2 b4, b4 → b3 b2
    const clear = atAngles({ a1: 0, a2: 1, a3: 2.9, b1: 6, a4: 90, b2: 91, b3: 93.2, b4: 96, other: 2 });
    const { share, chance, types, neighbours, terms: count } = typeAgreement(clear, terms, 2);
    assert.deepEqual([neighbours, count], [2, 8]);
    assert.deepEqual(types.map(({ type, terms: size }) => [type, size]), [['a', 4], ['b', 4]]);
    assert.deepEqual(types.map((row) => row.share), [(1 + 1 + 1 + 0) / 4, (0 + 1 / 2 + 1 + 1) / 4]);
    assert.deepEqual(types.map((row) => row.chance), [3 / 7, 3 / 7]);
    assert.ok(Math.abs(share - (3 / 4 + 2.5 / 4) / 2) < 1e-12 && Math.abs(chance - 3 / 7) < 1e-12);
  });

  it('weighs types equally, and leaves out words without a vector, of two types, and of types with too few', () => {
    const given = new Map([
      ['a', ['a1', 'a2', 'a3', 'nowhere', 'a1']], ['b', ['b2', 'b3', 'b4', 'b1', 'a4']], ['c', ['a4', 'other']],
    ]);
    const { terms: count, types, share, chance } = typeAgreement(vectors, given, 1);
    // a4 is of b and c; c is left with one word.
    assert.deepEqual(types.map(({ type, terms: size }) => [type, size]), [['a', 3], ['b', 4]]);
    assert.equal(count, 7);
    assert.deepEqual(types.map((row) => row.share), [1, 3 / 4]);
    assert.deepEqual(types.map((row) => row.chance), [2 / 6, 3 / 6]);
    assert.equal(share, 7 / 8);
    assert.ok(Math.abs(chance - 5 / 12) < 1e-12);
  });

  it('refuses a comparison of fewer than two types', () => {
    assert.throws(() => typeAgreement(vectors, new Map([['a', ['a1', 'a2', 'a3']], ['b', ['b1']]]), 2), (error: Error) => error instanceof InputError && /of 2 types 1 have/.test(error.message));
  });
});
