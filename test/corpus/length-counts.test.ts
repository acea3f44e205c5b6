import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { lengthCountsText } from '../../lib/cli/lengths';
import { inProject } from '../../lib/common';
import { corpusStatistics, lengthClasses, lengthCounts, lengthExamples, loadCorpus, mentionKinds, type Corpus, type Document } from '../../lib/corpus';

const corpus = (documents: Document[]): Corpus => ({ id: 'made-up', types: ['a', 'b'], splits: { train: documents }, scheme: 'official', files: [], notes: [] });

const documents = fc.array(fc.array(fc.record({ start: fc.nat(20), length: fc.integer({ min: 1, max: 12 }), type: fc.constantFrom('a', 'b') }), { maxLength: 8 }), { maxLength: 12 })
  .map((all) => all.map((spans, i): Document => ({ id: String(i), text: '字'.repeat(40), entities: spans.map(({ start, length, type }) => ({ start, end: start + length, type })) })));

describe('entity lengths', () => {
  it('agree with the statistics: counts, nested ones, classes and what each k loses', () => {
    fc.assert(fc.property(documents, (all) => {
      const { types } = lengthCounts(corpus(all));
      const statistics = corpusStatistics(corpus(all)).splits.train!;
      const sum = (counts: number[]): number => counts.reduce((total, count) => total + (count ?? 0), 0);
      for (const [type, { flat, nested }] of Object.entries(types)) {
        const expected = statistics.types[type];
        assert.deepEqual([sum(flat) + sum(nested), sum(nested)], [expected.count, expected.nested]);
        assert.deepEqual([flat, nested].map((counts) => sum(counts.slice(0, 3))).reduce((a, b) => a + b), expected.short);
      }
      const longer = (k: number): number => Object.values(types).reduce((total, { flat, nested }) => total + sum(flat.slice(k)) + sum(nested.slice(k)), 0);
      for (const k of [1, 5, 11]) assert.equal(longer(k), statistics.lostAtK[k]);
    }));
  });

  it('examples show every kind of mention that there is, as often as asked or as it occurs', () => {
    fc.assert(fc.property(documents, fc.integer({ min: 1, max: 3 }), (all, each) => {
      const examples = lengthExamples(corpus(all), each);
      assert.equal(new Set(examples.map(({ id }) => id)).size, examples.length);
      const showing = (of: Document[], kind: string): number => of.filter(({ entities }) => mentionKinds(entities).includes(kind)).length;
      for (const type of ['a', 'b']) for (const length of lengthClasses) for (const nesting of ['flat', 'nested']) {
        const kind = `${type}/${length}/${nesting}`;
        assert.ok(showing(examples, kind) >= Math.min(each, showing(all, kind)), kind);
      }
    }));
  });

  it('stored for the embedded corpus are those of the corpus', async () => {
    const sample = await loadCorpus('sample');
    const stored = readFileSync(inProject('results', 'length-counts', 'sample.json'), 'utf8');
    assert.equal(stored, lengthCountsText({ ...lengthCounts(sample), examples: lengthExamples(sample) }));
    assert.deepEqual(JSON.parse(stored), { ...lengthCounts(sample), examples: lengthExamples(sample) });
  });

  it('stored for other corpora hold no text', () => {
    for (const name of ['cmeee-v2', 'ccks2017', 'ccks2019', 'ccks2020']) {
      const stored = JSON.parse(readFileSync(inProject('results', 'length-counts', `${name}.json`), 'utf8')) as object;
      assert.deepEqual(Object.keys(stored), ['corpus', 'documents', 'notes', 'types']);
    }
  });
});
