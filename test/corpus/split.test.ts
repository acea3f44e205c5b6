import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { documentsHash, splitDocuments, type Document } from '../../lib/corpus';
import { refuses } from './scratch';

const numbered = (count: number): Document[] => Array.from({ length: count }, (_, i) => ({ id: `d${i}`, text: `文 ${i}`, entities: [] }));

describe('splits', () => {
  it('have the sizes they are named after', () => {
    const sizes = (scheme: '8:1:1' | '70:15:15', count: number) => Object.values(splitDocuments(numbered(count), scheme, 1)).map((split) => split.length);
    assert.deepEqual(sizes('8:1:1', 1050), [840, 105, 105]);
    assert.deepEqual(sizes('70:15:15', 1000), [700, 150, 150]);
    assert.deepEqual(sizes('8:1:1', 3), [1, 1, 1]);
  });

  it('are the same for a seed, here and on every machine', () => {
    const hashes = Object.values(splitDocuments(numbered(50), '8:1:1', 7)).map(documentsHash);
    assert.deepEqual(hashes.map((hash) => hash.slice(0, 12)), ['688895181f1d', '6b4500cc6f5f', 'ed4ec3b35c43']);
    assert.notDeepEqual(splitDocuments(numbered(50), '8:1:1', 8), splitDocuments(numbered(50), '8:1:1', 7));
  });

  it('hold every document once, in order, and equal texts together', () => {
    const drawn = fc.array(fc.nat(15), { minLength: 3, maxLength: 60 }).map((texts) => texts.map((text, i): Document => ({ id: String(i), text: String(text), entities: [] })));
    fc.assert(
      fc.property(drawn, fc.nat(), fc.constantFrom('8:1:1' as const, '70:15:15' as const), (documents, seed, scheme) => {
        const splits = Object.values(splitDocuments(documents, scheme, seed));
        assert.deepEqual(splits.flat().map(({ id }) => Number(id)).sort((a, b) => a - b), documents.map((_, i) => i));
        for (const split of splits) assert.deepEqual(split, [...split].sort((a, b) => Number(a.id) - Number(b.id)));
        const texts = splits.map((split) => new Set(split.map(({ text }) => text)));
        assert.equal(texts.reduce((sum, set) => sum + set.size, 0), new Set(documents.map(({ text }) => text)).size);
      }),
    );
  });

  it('need three documents', () => refuses(() => splitDocuments(numbered(2), '8:1:1', 1), 'at least 3', '2'));

  it('are identified by their ids alone, in order', () => {
    // printf 'd0\nd1\n' | sha256sum
    assert.equal(documentsHash(numbered(2)), '4bfd709026fbfd07b19a9abc978d9f77efbff9ab8bef53a0f3559c8604784121');
    assert.notEqual(documentsHash(numbered(2)), documentsHash(numbered(2).reverse()));
  });
});
