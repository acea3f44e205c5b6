import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { codePointLength, inProject, InputError, Random } from '../../lib/common';
import { loadCorpus, mentionTexts, type Document } from '../../lib/corpus';
import { embeddedLexicon } from '../../lib/corpus/sample';
import { augment, distribution, offlineLexicon, type Augmented, type AugmentOptions, type AugmentResources, type InstanceSource } from '../../lib/augment';
import { ScoredDocuments } from '../../lib/augment/scored';
import { normalForm } from '../../lib/text/normal-form';

describe('data augmentation of the embedded corpus', function () {
  this.timeout(300_000);
  let train: Document[];
  let scored: Document[];
  let types: string[];
  let unlabelled: string[];
  let whole: Augmented;
  const options: AugmentOptions = { remote: { threshold: 0.8, instances: 40 } };
  before(async () => {
    const corpus = await loadCorpus('sample');
    // A part is enough, and leaves the suite quick.
    train = Random.from(1, 'part').shuffled(corpus.splits.train!).slice(0, 500);
    scored = [...corpus.splits.dev!, ...corpus.splits.test!];
    types = corpus.types;
    unlabelled = readFileSync(inProject('data', 'sample', 'unlabelled.txt'), 'utf8').split('\n').filter(Boolean).slice(0, 2500);
    whole = await augment(train, options, { scored, types, unlabelled }, 5);
  });

  it('adds documents by every operation, with spans inside their texts and ids of their own', () => {
    const { documents, report } = whole;
    assert.deepEqual(documents.slice(0, train.length), train);
    const { substitution, joining, sentences } = report.easy;
    assert.deepEqual([substitution.made, joining.made, sentences.made], [100, 50, 50]);
    assert.ok(report.remote.made > 20, `${report.remote.made} annotated sentences`);
    assert.equal(documents.length, train.length + 200 + report.remote.made);
    assert.equal(new Set(documents.map(({ id }) => id)).size, documents.length);
    assert.equal(new Set(documents.map(({ text }) => text)).size, new Set(train.map(({ text }) => text)).size + 200 + report.remote.made);
    for (const { text, entities } of documents) for (const { start, end } of entities) assert.ok(0 <= start && start < end && end <= codePointLength(text));
  });

  it('reports what it did: counts add up, and the mix comes nearer to the target', () => {
    const { documents, report } = whole;
    assert.deepEqual(report.before, distribution(train, types));
    assert.deepEqual(report.after, distribution(documents, types));
    assert.ok(report.distance.easy < 0.5 * report.distance.before && report.distance.after < 0.5 * report.distance.before, JSON.stringify(report.distance));
    const { annotation, sentences, passages, terms, instances } = report.remote;
    const { sentences: outcomes } = annotation;
    assert.equal(annotation.candidates, annotation.accepted + annotation.corrected.type + annotation.corrected.boundary + annotation.refuted + annotation.undecided + annotation.scored);
    assert.equal(outcomes.all, outcomes.kept + outcomes.undecided + outcomes.withoutEntity + outcomes.crossing + outcomes.incomplete + outcomes.scored);
    assert.equal(sentences.found, outcomes.all + sentences.length + sentences.repeated + sentences.scored + sentences.notDrawn);
    assert.equal(passages.read, unlabelled.length);
    assert.equal(terms.train, report.remote.trainMentions);
    assert.ok(terms.instance > 0 && instances.every(({ type }) => report.target[type] !== undefined));
    assert.deepEqual([report.sources.instances, report.sources.verifier], ['offline-lexicon', 'training-statistics']);
  });

  it('is the same for the same seed, and another for another', async () => {
    const small: AugmentOptions = { remote: { sentences: 200, threshold: 0.8 }, substitution: { documents: 0.05 } };
    const run = async (seed: number) => (await augment(train, small, { scored, types, unlabelled }, seed)).documents;
    const first = await run(1);
    assert.deepEqual(await run(1), first);
    assert.notDeepEqual(await run(2), first);
  });

  it('reads nothing of scored documents but to keep them out: without a clash they change nothing', async () => {
    // Scored documents whose texts and mentions nothing can meet.
    const strange: Document[] = [{ id: 'x', text: '这里写的是与语料毫无关系的一句话', entities: [{ start: 0, end: 16, type: 'dis' }] }];
    const without: AugmentOptions = { remote: { documents: 0 } };
    const plain = await augment(train, without, {}, 3);
    const guarded = await augment(train, without, { scored: strange }, 3);
    assert.deepEqual(guarded.documents, plain.documents);
    assert.deepEqual(guarded.report.guarded, { documents: 1, mentions: 1 });
  });

  it('gives no document that holds a scored text, and no mention that only scored documents have', () => {
    const made = whole.documents.slice(train.length);
    const texts = scored.map(({ text }) => normalForm(text)).filter((text) => text.length >= 10);
    for (const { id, text } of made) assert.ok(!texts.some((other) => normalForm(text).includes(other)), id);
    const trained = train.map(({ text }) => text).join('\n');
    const lexicon = new Set(embeddedLexicon().map(({ term }) => term));
    const theirs = new Set([...mentionTexts(scored)].filter((mention) => !trained.includes(mention) && !lexicon.has(mention)));
    assert.ok(theirs.size > 100, `${theirs.size} mentions are only theirs`);
    for (const mention of mentionTexts(made)) assert.ok(!theirs.has(mention), mention);
  });

  it('takes out training documents and passages that hold a scored text, and counts them', async () => {
    const copy = { ...scored[0], id: 'copy', text: `${scored[0].text} ` };
    const resources: AugmentResources = { scored, types, unlabelled: [`前言。${scored[1].text}`, ...unlabelled.slice(0, 50)] };
    const { documents, report } = await augment([copy, ...train], { substitution: { documents: 0.02 } }, resources, 1);
    assert.equal(report.train.removed, 1);
    assert.ok(!documents.some(({ id }) => id === 'copy' || id.endsWith(':copy')));
    assert.equal(report.remote.passages.scored, 1);
  });

  it('stops when an instance source names what only scored documents have, unless told to drop it', async () => {
    const guard = new ScoredDocuments(scored);
    guard.learn(train, []);
    const [secret, type] = scored.flatMap(({ text, entities }) => entities.map(({ start, end, type }) => [Array.from(text).slice(start, end).join(''), type] as const)).find(([surface]) => guard.owner(surface))!;
    const source: InstanceSource = { name: 'too-clever', generate: async (asked) => (asked === type ? [secret, '很新的说法'] : []) };
    const small = (scoredMentions: 'stop' | 'drop'): AugmentOptions => ({ scoredMentions, target: { shares: { [type]: { short: 1 } } }, substitution: { documents: 0 }, joining: { documents: 0 }, sentences: { documents: 0 }, remote: { sentences: 10 } });
    const resources: AugmentResources = { scored, types, unlabelled, instances: source };
    await assert.rejects(augment(train, small('stop'), resources, 1), (error: Error) =>
      error instanceof InputError && error.message.includes(secret) && error.message.includes('too-clever') && error.message.includes(guard.owner(secret)!.id));
    const { report } = await augment(train, small('drop'), resources, 1);
    assert.deepEqual(report.remote.instances, [{ type, asked: 100, given: 2, added: 1, unusable: 0, scored: 1 }]);
  });

  it('asks no source where there is nothing to annotate', async () => {
    const source: InstanceSource = { name: 'costly', generate: () => assert.fail('asked') };
    const { report } = await augment(train, {}, { instances: source }, 1);
    assert.equal(report.remote.made, 0);
  });

  it('refuses a training split with a type that it was not told of', async () => {
    await assert.rejects(augment(train, {}, { types: ['dis'] }, 1), (error: Error) => error instanceof InputError && /type \w+, which is none of those given: dis/.test(error.message));
  });

  it('refuses a training split that has its own products in it', async () => {
    const made = whole.documents.slice(train.length);
    for (const product of [made.find(({ id }) => id.startsWith('joining-'))!, made.at(-1)!]) {
      await assert.rejects(augment([...train, product], { remote: { documents: 0 } }, {}, 1),
        (error: Error) => error instanceof InputError && error.message.includes(product.id) && /augmented already/.test(error.message));
    }
  });

  it('the offline lexicon knows terms of the embedded types, long ones first, and none of other types', async () => {
    const source = offlineLexicon();
    const terms = await source.generate('dru', ['青霉素'], 30);
    assert.ok(terms.length === 30 && codePointLength(terms[0]) >= 8 && !terms.includes('青霉素'));
    assert.deepEqual(await source.generate('疾病和诊断', [], 5), []);
  });
});
