import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { codePoints } from '../../lib/common';
import { corpusStatistics, sharedDocuments, statisticsToJson, summarize, type Corpus, type Document } from '../../lib/corpus';
import { documents } from './arbitrary';

const corpusOf = (splits: Corpus['splits']): Corpus => ({ id: 'c', types: ['dis', 'sym', 'bod'], splits, scheme: 'official', files: [], notes: [] });

/** Counts by the definitions, entity by entity. */
function byDefinition(split: Document[], train: Document[]) {
  const all = split.flatMap(({ text, entities }) => entities.map((entity) => ({ ...entity, length: entity.end - entity.start, mention: codePoints(text).slice(entity.start, entity.end).join(''), entities })));
  const classOf = (length: number) => (length <= 3 ? 'short' : length <= 7 ? 'medium' : 'long');
  const trained = new Set(train.flatMap(({ text, entities }) => entities.map(({ start, end }) => codePoints(text).slice(start, end).join(''))));
  return {
    documents: split.length,
    characters: split.reduce((sum, { text }) => sum + codePoints(text).length, 0),
    entities: all.length,
    nested: all.filter((a) => a.entities.some((b) => b.start <= a.start && a.end <= b.end && b.end - b.start > a.length)).length,
    types: Object.fromEntries(
      ['dis', 'sym', 'bod'].map((type) => {
        const rows = all.filter((entity) => entity.type === type);
        const count = (name: string) => rows.filter(({ length }) => classOf(length) === name).length;
        return [type, { count: rows.length, short: count('short'), medium: count('medium'), long: count('long') }];
      }),
    ),
    lost: (k: number) => all.filter(({ length }) => length > k).length,
    seen: all.filter(({ mention }) => trained.has(mention)).length,
  };
}

describe('statistics', () => {
  it('agree with the definitions on random documents', () => {
    fc.assert(
      fc.property(documents, documents, (train, dev) => {
        const found = statisticsToJson(corpusStatistics(corpusOf({ train, dev }))).splits.dev;
        const { lost, seen, types, ...counts } = byDefinition(dev, train);
        assert.ok(found);
        for (const [name, value] of Object.entries(counts)) assert.equal(found[name as keyof typeof counts], value, name);
        for (const [type, row] of Object.entries(types)) assert.deepEqual({ ...found.types[type], nested: 0, length: 0 }, { ...row, nested: 0, length: 0 });
        for (const k of [1, 2, 5, 17, 39, 43, 64]) assert.equal(found.lostAtK[k], lost(k), `k = ${k}`);
        assert.equal(found.seenInTrain?.entities, seen);
        assert.equal(Object.values(found.depth).reduce((sum, count) => sum + count, 0), counts.entities);
      }),
    );
  });

  it('counts a hand-made document in code points', () => {
    const text = '🩺右肺上叶腺癌，ＣＴ示\r\n';
    const entities = [{ start: 1, end: 7, type: 'dis' }, { start: 1, end: 5, type: 'bod' }, { start: 2, end: 3, type: 'bod' }, { start: 8, end: 10, type: 'pro' }];
    const { train } = corpusStatistics(corpusOf({ train: [{ id: 'a', text, entities }] })).splits;
    assert.ok(train);
    assert.equal(train.characters, 13);
    assert.deepEqual([train.nested, train.containing, train.nestedOrContaining, train.crossingPairs], [2, 2, 3, 0]);
    assert.deepEqual(train.depth, { 1: 2, 2: 1, 3: 1 });
    assert.deepEqual(train.lengths, { short: 2, medium: 2, long: 0 });
    assert.equal(train.types.pro.count, 1); // a type that the corpus does not declare is counted all the same
    assert.equal(train.types.sym.count, 0);
    assert.equal(train.seenInTrain, undefined);
  });

  it('interpolates quantiles as numpy.quantile does', () => {
    // numpy.quantile([3, 1, 4, 1, 5, 9, 2, 6], [.5, .95, .99])
    assert.deepEqual(summarize([3, 1, 4, 1, 5, 9, 2, 6]), { mean: 3.875, median: 3.5, p95: 7.949999999999998, p99: 8.79, max: 9 });
    assert.deepEqual(summarize([]), { mean: 0, median: 0, p95: 0, p99: 0, max: 0 });
  });

  it('finds the documents that two sets share', () => {
    const document = (id: string, text: string): Document => ({ id, text, entities: [] });
    const shared = sharedDocuments([document('a', '甲'), document('b', '乙'), document('c', '甲')], [document('x', '丙'), document('y', '甲')]);
    assert.deepEqual(shared.map(({ a, b }) => [a.id, b.id]), [['a', 'y'], ['c', 'y']]);
  });
});
