import assert from 'node:assert/strict';
import { codePointLength, inProject, InputError, Random, sliceCodePoints } from '../../../lib/common';
import { loadCorpus, type Document } from '../../../lib/corpus';
import { augmentTraditionally, readSynonyms, traditionalMethods, type TraditionalOptions, type TraditionallyAugmented, type TranslateBack } from '../../../lib/augment';
import { Intake } from '../../../lib/augment/intake';
import { ScoredDocuments } from '../../../lib/augment/scored';
import { leastInside, normalForm } from '../../../lib/text/normal-form';

const synonyms = readSynonyms(inProject('data', 'synonyms', 'medical.txt'));
/** Clauses the other way round; now and then one is lost. */
const translate: TranslateBack = async (texts) => texts.map((text) => {
  const clauses = text.split('，').reverse();
  return clauses.slice(Random.from(7, text).uniform() < 0.2 ? 1 : 0).join('，');
});

describe('new documents by traditional methods', () => {
  let train: Document[];
  let scored: Document[];
  const made = new Map<string, TraditionallyAugmented>();
  const resources = () => ({ scored, synonyms, translate });
  before(async () => {
    const { splits } = await loadCorpus('sample');
    train = Random.from(1, 'part').shuffled(splits.train!).slice(0, 400);
    scored = [...splits.dev!, ...splits.test!];
    for (const method of traditionalMethods) made.set(method, await augmentTraditionally(train, { method }, resources(), 5));
  });

  for (const method of traditionalMethods) {
    it(`${method}: stand beside the originals, with ids of their own and spans inside their texts, and counts add up`, () => {
      const { documents, report } = made.get(method)!;
      assert.deepEqual(documents.slice(0, train.length), train);
      const added = documents.slice(train.length);
      assert.equal(report.made, added.length);
      assert.equal(report.wanted, train.length);
      assert.equal(report.tried, report.made + Object.values(report.rejects).reduce((sum, count) => sum + count, 0));
      assert.ok(report.tried <= train.length && report.made > (method === 'back-translation' ? 30 : 320), JSON.stringify(report));
      assert.equal(report.entities, added.reduce((sum, { entities }) => sum + entities.length, 0));
      assert.equal(new Set(documents.map(({ id }) => id)).size, documents.length);
      assert.equal(new Set(added.map(({ text }) => text)).size, added.length);
      for (const { text, entities } of added) for (const { start, end } of entities) assert.ok(0 <= start && start < end && end <= codePointLength(text));
      const { changes } = report;
      assert.equal(changes.sentences, changes.kept + changes.same + changes.lost + changes.ambiguous + changes.tangled);
      const touched = { masking: ['masks'], replacement: ['entities'], synonyms: ['entities', 'words'], 'back-translation': ['sentences', 'kept'] }[method];
      for (const name of touched) assert.ok(changes[name as keyof typeof changes] > 0, name);
      for (const name of ['masks', 'entities', 'words', 'sentences'] as const) if (!touched.includes(name)) assert.equal(changes[name], 0);
    });

    it(`${method}: is the same for the same seed, another for another, and a document's copy is the same whatever stands beside it`, async () => {
      const small = train.slice(0, 60);
      const run = async (seed: number, documents = small) => (await augmentTraditionally(documents, { method }, resources(), seed)).documents.slice(documents.length);
      const first = await run(1);
      assert.deepEqual(await run(1), first);
      if (method !== 'back-translation') assert.notDeepEqual(new Set((await run(2)).map(({ text }) => text)), new Set(first.map(({ text }) => text)));
      if (method === 'replacement') return; // draws from the mentions of all
      const copies = (list: Document[]) => new Map(list.map(({ id, text, entities }) => [id.slice(id.indexOf(':') + 1), { text, entities }]));
      const [all, some] = [copies(first), copies(await run(1, small.slice(0, 30)))];
      for (const [id, copy] of some) assert.deepEqual(copy, method === 'synonyms' ? { ...all.get(id)!, entities: copy.entities } : all.get(id));
    });
  }

  it('replacement: every entity of a new document is a mention of training, of its type', () => {
    const known = new Set(train.flatMap(({ text, entities }) => entities.map(({ start, end, type }) => `${type} ${sliceCodePoints(text, start, end)}`)));
    let outermost = 0;
    for (const { text, entities } of made.get('replacement')!.documents.slice(train.length)) {
      // An entity around a replaced one is a new one; all others are known.
      for (const entity of entities.filter((one) => !entities.some((inner) => inner !== one && one.start <= inner.start && inner.end <= one.end))) {
        assert.ok(known.has(`${entity.type} ${sliceCodePoints(text, entity.start, entity.end)}`));
        outermost++;
      }
    }
    assert.ok(outermost > 1000);
  });

  it('are as many as asked for, a document giving at most one a turn', async () => {
    const counts = async (documents: number) => {
      const { documents: all, report } = await augmentTraditionally(train.slice(0, 40), { method: 'masking', documents }, {}, 1);
      const copies = new Map<string, number>();
      for (const { id } of all.slice(40)) copies.set(id.split(':')[1], (copies.get(id.split(':')[1]) ?? 0) + 1);
      return { wanted: report.wanted, made: report.made, most: Math.max(0, ...copies.values()) };
    };
    assert.deepEqual(await counts(0), { wanted: 0, made: 0, most: 0 });
    assert.deepEqual(await counts(0.5), { wanted: 20, made: 20, most: 1 });
    const many = await counts(2.5);
    assert.ok(many.wanted === 100 && many.made >= 98 && many.most === 3, JSON.stringify(many));
  });

  it('never hold a scored text: not by a translator that has seen it, and not by a copy in training', async () => {
    const theirs = scored.find(({ text }) => codePointLength(text) > 30 && !/[。！？；!?;]/u.test(text.slice(0, -1)))!;
    const plain: Document[] = [{ id: 'a', text: '这里没有实体', entities: [] }];
    const { report } = await augmentTraditionally([...plain, { ...theirs, id: 'copy' }], { method: 'back-translation' }, { scored, translate: async (texts) => texts.map(() => theirs.text) }, 1);
    assert.equal(report.train.removed, 1);
    assert.deepEqual([report.made, report.rejects], [0, { 'scored text': 1 }]);
    const texts = scored.map(({ text }) => normalForm(text)).filter((text) => text.length >= leastInside);
    for (const { documents } of made.values()) for (const { id, text } of documents.slice(train.length, train.length + 60)) assert.ok(!texts.some((other) => normalForm(text).includes(other)), id);
  });

  it('scored documents have no part in them but to be kept out, and their own mentions are refused', async () => {
    const strange: Document[] = [{ id: 'x', text: '这里写的是与语料毫无关系的一句话', entities: [{ start: 0, end: 16, type: 'dis' }] }];
    for (const method of ['masking', 'replacement', 'synonyms'] as const) {
      const [without, withThem] = [await augmentTraditionally(train.slice(0, 80), { method }, { synonyms }, 3), await augmentTraditionally(train.slice(0, 80), { method }, { synonyms, scored: strange }, 3)];
      assert.deepEqual(withThem.documents, without.documents);
      assert.deepEqual(withThem.report.guarded, { documents: 1, mentions: 1 });
    }
    // A set of synonyms is a lexicon that was given; what it does not name stays a scored document's own.
    const guard = new ScoredDocuments([{ id: 'y', text: '甲乙病', entities: [{ start: 0, end: 3, type: 'dis' }] }]);
    guard.learn([], []);
    assert.equal(new Intake([], guard).refusal({ text: '患甲乙病者若干人', entities: [{ start: 1, end: 4, type: 'dis' }] }), 'scored mention');
  });

  it('refuse a wrong config, a split augmented already, and back translation without a translator', async () => {
    const refused = (options: object, told: RegExp, documents = train) =>
      assert.rejects(augmentTraditionally(documents, options as TraditionalOptions, {}, 1), (error: Error) => error instanceof InputError && told.test(error.message));
    await refused({ method: 'mask' }, /method/);
    await refused({ method: 'masking', words: 0.5 }, /words/);
    await refused({ method: 'masking', context: 2 }, /context/);
    await refused({ method: 'back-translation' }, /translation models/);
    await refused({ method: 'masking' }, /augmented already/, [train[0], { ...train[1], id: `masking-1:${train[0].id}` }]);
  });

  it('of nothing is nothing', async () => {
    for (const method of traditionalMethods) {
      const { documents, report } = await augmentTraditionally([{ id: 'a', text: '', entities: [] }], { method }, { synonyms, translate }, 1);
      assert.equal(documents.length, 1);
      assert.deepEqual([report.made, report.rejects], [0, { 'no place': 1 }]);
    }
  });
});
