import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { codePoints, inProject, Random, sliceCodePoints } from '../../../lib/common';
import type { Document, Entity } from '../../../lib/corpus';
import { checkAugmentConfig, readSynonyms } from '../../../lib/augment';
import { placesOf, type Place } from '../../../lib/augment/mentions';
import { crosses, type Passage } from '../../../lib/augment/passage';
import { mask, maskText, maskUnits } from '../../../lib/augment/traditional/masking';
import type { Mentions } from '../../../lib/augment/traditional/outcome';
import { replaceEntities } from '../../../lib/augment/traditional/replacement';
import { SynonymWords } from '../../../lib/augment/traditional/synonym-words';
import { replaceSynonyms } from '../../../lib/augment/traditional/synonyms';
import { makeExamples } from '../../../lib/models';
import { Tokenizer, Vocabulary } from '../../../lib/text';
import { document } from '../../corpus/arbitrary';
import { lines, mark, replaceMarked, unmark, type Marked } from '../marked';

const runs = { numRuns: 3000 };
const rate = fc.constantFrom(0, 0.15, 0.5, 1);

/** The passage after changes done on characters that carry their entities. */
function changed(passage: Passage, changes: readonly { start: number; end: number; piece: Passage }[]): Passage {
  const fromTheRight = [...changes].sort((a, b) => b.start - a.start);
  return unmark(fromTheRight.reduce<Marked[]>((marks, { start, end, piece }) => replaceMarked(marks, start, end, mark(piece)), mark(passage)));
}

const same = (a: Passage, b: Passage): void => assert.deepEqual([a.text, lines(a.entities)], [b.text, lines(b.entities)]);

/** Gives each place a text of its own, with something marked inside, and remembers it. */
function remembering(): { mentions: Mentions; changes: { start: number; end: number; piece: Passage }[] } {
  const changes: { start: number; end: number; piece: Passage }[] = [];
  const give = (place: Place, text: string): Passage => {
    const length = codePoints(text).length;
    const piece = { text, entities: [...place.types.split('+').map((type): Entity => ({ start: 0, end: length, type })), { start: 0, end: 1, type: 'inner' }] };
    changes.push({ ...place, piece });
    return piece;
  };
  return { changes, mentions: { other: (place, random) => (random.below(5) === 0 ? undefined : give(place, `𠀀${'代'.repeat(1 + random.below(4))}`)), as: give } };
}

describe('random masking', () => {
  const vocabulary = Vocabulary.fromFile(inProject('data', 'vocabulary', 'sample.txt'));

  it('puts masks in the place of whole units, and every entity stands where its characters are', () => {
    let masks = 0;
    fc.assert(fc.property(document, rate, rate, fc.nat(), (original, context, inside, seed) => {
      const { result, counts } = mask(original, { context, inside }, Random.from(seed));
      if (typeof result === 'string') return assert.equal(counts.masks, 0);
      const units = new Map(maskUnits(original).map((unit) => [unit.start, unit]));
      const [was, is] = [codePoints(original.text), codePoints(result.text)];
      const found: { start: number; end: number; piece: Passage }[] = [];
      for (let [from, to] = [0, 0]; from < was.length || to < is.length;) {
        const unit = units.get(from);
        if (unit && is.slice(to, to + maskText.length).join('') === maskText) {
          found.push({ ...unit, piece: { text: maskText, entities: [] } });
          [from, to] = [unit.end, to + maskText.length];
        } else assert.equal(was[from++], is[to++]);
      }
      assert.equal(found.length, counts.masks);
      assert.ok(found.length > 0);
      masks += found.length;
      same(result, changed(original, found));
      // No entity is of masks alone, unless nothing else is in it but what cannot be one.
      for (const entity of original.entities) {
        const own = maskUnits(original).filter(({ start, end }) => entity.start <= start && end <= entity.end);
        assert.ok(own.length === 0 || own.some(({ start }) => !found.some((masked) => masked.start === start)));
        if (inside === 0) assert.ok(own.every(({ start }) => !found.some((masked) => masked.start === start)));
      }
    }), runs);
    assert.ok(masks > 1000, `${masks} masks`);
  });

  it('gives the tokenizer one mask token each, and leaves every entity as expressible in tokens as it was', () => {
    const tokenizer = new Tokenizer(vocabulary);
    const resources = { tokenizer, maxLength: 1024, overlap: 0, types: ['dis', 'sym', 'bod'] };
    const borders = ({ text, entities }: Passage): number =>
      makeExamples([{ id: '', text, entities: unmark(mark({ text, entities })).entities.filter((entity, i, all) => all.findIndex((other) => lines([other])[0] === lines([entity])[0]) === i) }], resources).unrepresentable.length;
    fc.assert(fc.property(document, rate, fc.nat(), (original, share, seed) => {
      const { result, counts } = mask(original, { context: share, inside: share }, Random.from(seed));
      if (typeof result === 'string') return;
      const tokens = tokenizer.encode(result.text).filter(({ id }) => id === vocabulary.mask);
      assert.equal(tokens.length, counts.masks);
      for (const { start, end } of tokens) assert.equal(sliceCodePoints(result.text, start, end), maskText);
      assert.ok(borders(result) <= borders(original));
    }), { numRuns: 1000 });
  });

  it('masks a run of letters and digits as one, never one with a border inside', () => {
    const text = '查CT3次，HbA1c升高';
    const units = (entities: Entity[]) => maskUnits({ text, entities }).map(({ start, end }) => sliceCodePoints(text, start, end));
    assert.deepEqual(units([{ start: 1, end: 4, type: 'pro' }]), ['查', 'CT3', '次', '，', 'HbA1c', '升', '高']);
    assert.deepEqual(units([{ start: 1, end: 3, type: 'pro' }]), ['查', '次', '，', 'HbA1c', '升', '高']);
  });

  it('finds no place in an empty document, or where each entity is one unit and nothing is around', () => {
    for (const entities of [[], [{ start: 0, end: 1, type: 'bod' }, { start: 1, end: 2, type: 'bod' }]]) {
      assert.equal(mask({ text: entities.length ? '肝肾' : '', entities }, { context: 1, inside: 1 }, Random.from(1)).result, 'no place');
    }
  });
});

describe('medical entity replacement', () => {
  it('replaces whole entities by what is given for them, and nothing else moves', () => {
    let entities = 0;
    fc.assert(fc.property(document, rate, fc.nat(), (original, share, seed) => {
      const { mentions, changes } = remembering();
      const { result, counts } = replaceEntities(original, mentions, { entities: share }, Random.from(seed));
      assert.equal(counts.entities, changes.length);
      if (typeof result === 'string') return assert.equal(changes.length, 0);
      same(result, changed(original, changes));
      for (const { start, end } of changes) assert.ok(original.entities.some((entity) => entity.start === start && entity.end === end));
      entities += changes.length;
    }), runs);
    assert.ok(entities > 1000, `${entities} entities`);
  });

  it('takes no entity that another crosses, and says what is missing', () => {
    const crossing: Document = { id: 'a', text: '甲乙丙', entities: [{ start: 0, end: 2, type: 'dis' }, { start: 1, end: 3, type: 'sym' }] };
    assert.ok(crosses(crossing.entities[0], crossing.entities[1]));
    const config = { entities: 1 };
    assert.equal(replaceEntities(crossing, remembering().mentions, config, Random.from(1)).result, 'no place');
    assert.equal(replaceEntities({ text: '', entities: [] }, remembering().mentions, config, Random.from(1)).result, 'no place');
    const none: Mentions = { other: () => undefined, as: () => assert.fail() };
    assert.equal(replaceEntities({ text: '肝', entities: [{ start: 0, end: 1, type: 'bod' }] }, none, config, Random.from(1)).result, 'no substitute');
  });
});

describe('medical synonym replacement', () => {
  it('replaces entities and words outside them by what is given for them, and nothing else moves', () => {
    const sum = { entities: 0, words: 0 };
    fc.assert(fc.property(document, rate, rate, fc.nat(), (original, ofEntities, ofWords, seed) => {
      const { mentions, changes } = remembering();
      const given: { start: number; end: number; text: string }[] = [];
      const source = {
        of: (term: string) => (codePoints(term).length % 2 ? [`同${term}`, '𠀀同'] : []),
        // Every second character outside the entities is a word, with a name of its own for a synonym.
        places(text: string, taken: readonly { start: number; end: number }[]) {
          const free = codePoints(text).map((_, i) => i).filter((i) => i % 2 === 0 && !taken.some(({ start, end }) => start <= i && i < end));
          return free.map((start, k) => {
            given.push({ start, end: start + 1, text: `〔${k}〕` });
            return { start, end: start + 1, synonyms: [`〔${k}〕`] };
          });
        },
      };
      const { result, counts } = replaceSynonyms(original, source, mentions, { entities: ofEntities, words: ofWords }, Random.from(seed));
      if (typeof result === 'string') return assert.equal(counts.entities + counts.words, 0);
      const words = given.filter(({ text }) => result.text.includes(text));
      assert.deepEqual([counts.entities, counts.words], [changes.length, words.length]);
      same(result, changed(original, [...changes, ...words.map(({ text, ...span }) => ({ ...span, piece: { text, entities: [] } }))]));
      if (ofWords === 0) assert.equal(words.length, 0);
      sum.entities += counts.entities;
      sum.words += counts.words;
    }), runs);
    assert.ok(sum.entities > 700 && sum.words > 500, JSON.stringify(sum));
  });

  it('finds whole words outside the spans taken, the longest at each place', () => {
    const words = new SynonymWords([['病人', '病家'], ['肝', '肝脏'], ['支气管肺炎', '小叶性肺炎']], 2);
    const places = (text: string, taken: Entity[] = []) => words.places(text, taken).map(({ start, end, synonyms }) => [sliceCodePoints(text, start, end), ...synonyms]);
    assert.deepEqual(places('🩺病人无明显诱因出现支气管肺炎'), [['病人', '病家', '患者'], ['无明显诱因', '没有明确诱因'], ['出现', '发生'], ['支气管肺炎', '小叶性肺炎']]);
    assert.deepEqual(places('病人出现支气管肺炎', [{ start: 7, end: 9, type: 'dis' }, { start: 0, end: 2, type: 'sym' }]), [['出现', '发生']]);
    // A set's single character is no word to replace, but an entity's synonyms are found.
    assert.deepEqual([places('肝大'), words.of('肝')], [[], ['肝脏']]);
    assert.deepEqual(places(''), []);
  });

  it('the shipped sets are read whole, and none of their terms is marked in scored documents alone', async () => {
    const sets = readSynonyms(inProject('data', 'synonyms', 'medical.txt'));
    assert.ok(sets.length > 250 && sets.every((set) => new Set(set).size === set.length));
    const { loadCorpus } = await import('../../../lib/corpus');
    const { ScoredDocuments } = await import('../../../lib/augment/scored');
    const { splits: { train, dev, test } } = await loadCorpus('sample');
    const guard = new ScoredDocuments([...dev!, ...test!]);
    guard.learn(train!, []);
    assert.deepEqual(sets.flat().filter((term) => guard.owner(term)), []);
    const terms = new Set(sets.flat());
    const places = train!.flatMap(placesOf);
    assert.ok(places.filter(({ surface }) => terms.has(surface)).length > 0.15 * places.length);
    assert.ok(checkAugmentConfig({}).substitution.synonymFiles.length === 0, 'substitution of paper B takes none unless told');
  });
});
