import assert from 'node:assert/strict';
import fc from 'fast-check';
import { InputError } from '../../lib/common';
import type { Entity } from '../../lib/corpus/types';
import { entitiesToTags, legalTags, outermost, tagSchemes, tagsToEntities } from '../../lib/text';

const anyEntities = fc.array(
  fc.record({ start: fc.integer({ min: 0, max: 30 }), length: fc.integer({ min: 1, max: 9 }), type: fc.constantFrom('dis', 'sym', 'bod') }),
  { maxLength: 20 },
).map((list): Entity[] => list.map(({ start, length, type }) => ({ start, end: start + length, type })));

describe('tags', () => {
  it('write BIO and BIOES', () => {
    const entities = [{ start: 0, end: 1, type: 'bod' }, { start: 1, end: 4, type: 'dis' }, { start: 4, end: 6, type: 'dis' }];
    assert.deepEqual(entitiesToTags(entities, 7, 'BIO'), ['B-bod', 'B-dis', 'I-dis', 'I-dis', 'B-dis', 'I-dis', 'O']);
    assert.deepEqual(entitiesToTags(entities, 7, 'BIOES'), ['S-bod', 'B-dis', 'I-dis', 'E-dis', 'B-dis', 'E-dis', 'O']);
  });

  it('come back as the entities they were', () => {
    fc.assert(fc.property(anyEntities, fc.constantFrom(...tagSchemes), (entities, scheme) => {
      const flat = outermost(entities);
      assert.deepEqual(tagsToEntities(entitiesToTags(flat, 40, scheme)), flat);
    }), { numRuns: 1000, seed: 3 });
  });

  // Expected chunks by the rules of startOfChunk and endOfChunk in conlleval.
  const illegal: [string, string][] = [
    ['I-a I-a', '0-2a'],
    ['O I-a O', '1-2a'],
    ['B-a I-b I-b', '0-1a 1-3b'],
    ['B-a B-a', '0-1a 1-2a'],
    ['E-a', '0-1a'],
    ['B-a E-a E-a', '0-2a 2-3a'],
    ['S-a I-a', '0-1a 1-2a'],
    ['B-a E-a I-a E-a', '0-2a 2-4a'],
    ['B-a E-b', '0-1a 1-2b'],
    ['I-a S-a E-a', '0-1a 1-2a 2-3a'],
  ];
  for (const [tags, expected] of illegal) {
    it(`read the illegal ${tags} as conlleval does`, () => {
      assert.equal(tagsToEntities(tags.split(' ')).map(({ start, end, type }) => `${start}-${end}${type}`).join(' '), expected);
    });
  }

  it('are legal exactly where they can be written', () => {
    const length = 4;
    for (const scheme of tagSchemes) {
      const tags = ['O', ...['a', 'b'].flatMap((type) => (scheme === 'BIO' ? ['B', 'I'] : ['B', 'I', 'E', 'S']).map((prefix) => `${prefix}-${type}`))];
      const legal = legalTags(tags, scheme);
      const isLegal = (path: number[]) => legal.starts[path[0]] && legal.ends[path[length - 1]] && path.every((tag, i) => i === 0 || legal.pairs[path[i - 1]][tag]);
      for (let code = 0; code < tags.length ** length; code++) {
        const path = Array.from({ length }, (_, i) => Math.floor(code / tags.length ** i) % tags.length);
        const names = path.map((tag) => tags[tag]);
        const writable = entitiesToTags(tagsToEntities(names), length, scheme).join() === names.join();
        if (isLegal(path) !== writable) assert.fail(`${names.join(' ')} (${scheme}) is ${writable ? '' : 'not '}writable`);
      }
    }
  });

  it('refuse what is no tag, overlaps and entities outside the text', () => {
    assert.throws(() => tagsToEntities(['O', 'B']), (error: Error) => error instanceof InputError && /"B" at position 1/.test(error.message));
    const entity = { start: 1, end: 3, type: 'dis' };
    assert.throws(() => entitiesToTags([entity, { start: 2, end: 4, type: 'sym' }], 5, 'BIO'), /overlaps another entity at 2/);
    assert.throws(() => entitiesToTags([entity], 2, 'BIO'), InputError);
  });
});

describe('outermost', () => {
  it('drops nested entities; of crossing ones it keeps the longer, then the left one', () => {
    const span = (start: number, end: number, type = 'dis') => ({ start, end, type });
    assert.deepEqual(outermost([span(2, 4), span(0, 6), span(7, 9)]), [span(0, 6), span(7, 9)]);
    assert.deepEqual(outermost([span(0, 3), span(2, 7)]), [span(2, 7)]);
    assert.deepEqual(outermost([span(2, 5), span(0, 3)]), [span(0, 3)]);
    assert.deepEqual(outermost([span(0, 3, 'sym'), span(0, 3, 'dis')]), [span(0, 3, 'dis')]);
  });

  it('leaves a flat set that nothing could be added to', () => {
    fc.assert(fc.property(anyEntities, (entities) => {
      const flat = outermost(entities);
      const overlaps = (a: Entity, b: Entity) => a.start < b.end && b.start < a.end;
      flat.forEach((a, i) => flat.slice(i + 1).forEach((b) => assert.ok(!overlaps(a, b))));
      entities.forEach((entity) => assert.ok(flat.some((kept) => overlaps(kept, entity))));
    }), { numRuns: 500, seed: 4 });
  });
});
