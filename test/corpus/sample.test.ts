import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { codePointLength, codePoints, inProject, sliceCodePoints } from '../../lib/common';
import { corpusStatistics, loadCorpus, splitNames, type Corpus, type Document } from '../../lib/corpus';
import { buildSample, Dictionary, dictionaryKinds, embeddedLexicon, parseMarkup, plainText, sampleFiles, sampleTypes, withoutEntities } from '../../lib/corpus/sample';
import { isHeldOut } from '../../lib/corpus/sample/expand';
import { score } from '../../lib/evaluation';
import { describeSample } from '../../lib/evaluation/describe-sample';

/** Measured on CMeEE-V2's training part; the corpus is made to be close to these. */
const cmeeTypes = { bod: 0.291, dis: 0.236, sym: 0.206, pro: 0.118, dru: 0.053, ite: 0.052, mic: 0.028, equ: 0.011, dep: 0.004 };
const cmeeLengths = { short: 0.413, medium: 0.424, long: 0.162 };
const cmeeLengthsByType = {
  bod: { short: 0.68, medium: 0.267, long: 0.053 },
  dis: { short: 0.309, medium: 0.534, long: 0.157 },
  sym: { short: 0.232, medium: 0.424, long: 0.344 },
  pro: { short: 0.249, medium: 0.562, long: 0.189 },
};

const committed = (name: string) => readFileSync(inProject('data', 'sample', name), 'utf8');

describe('embedded corpus', () => {
  let corpus: Corpus;
  let splits: Record<'train' | 'dev' | 'test', Document[]>;
  before(async () => {
    corpus = await loadCorpus('sample');
    splits = corpus.splits as typeof splits;
  });

  it('is what the generator writes, byte for byte', function () {
    this.timeout(600_000);
    for (const [name, content] of sampleFiles(buildSample())) assert.ok(committed(name) === content, `data/sample/${name} differs: node --require tsx/cjs lib/corpus/sample/generate.ts`);
  });

  it('has nine types and splits 8:1:1', () => {
    assert.deepEqual(splitNames.map((name) => splits[name].length), [1920, 240, 240]);
    for (const name of splitNames) {
      assert.deepEqual([...new Set(splits[name].flatMap(({ entities }) => entities.map(({ type }) => type)))].sort(), [...sampleTypes].sort());
      splits[name].forEach(({ id }, index) => assert.equal(id, `sample-${name}-${String(index + 1).padStart(4, '0')}`));
    }
  });

  it('has spans inside their texts, sorted, without duplicates, edge white space or crossings', () => {
    for (const { id, text, entities } of Object.values(splits).flat()) {
      const characters = codePoints(text);
      entities.forEach(({ start, end, type }, i) => {
        assert.ok(0 <= start && start < end && end <= characters.length, id);
        const mention = characters.slice(start, end).join('');
        assert.equal(mention, mention.trim(), id);
        const next = entities[i + 1];
        if (!next) return;
        assert.ok(start < next.start || (start === next.start && end > next.end), `${id}: order at ${mention}/${type}`);
        assert.ok(next.start >= end || next.end <= end, `${id}: crossing at ${mention}/${type}`);
      });
    }
  });

  it('has no document twice, within or across splits, and each split has documents over 512', () => {
    const texts = Object.values(splits).flat().map(({ text }) => text);
    assert.equal(new Set(texts).size, texts.length);
    const long = splitNames.map((name) => splits[name].filter(({ text }) => codePointLength(text) > 512).length);
    assert.ok(long.every((n) => n >= 3) && long[0] + long[1] + long[2] >= 15, `${long}`);
  });

  it('has shares of types, length classes and nesting close to CMeEE-V2', () => {
    const close = (found: number, wanted: number, tolerance: number, what: string) => assert.ok(Math.abs(found - wanted) <= tolerance, `${what}: ${found.toFixed(3)}, CMeEE-V2 ${wanted}`);
    const statistics = corpusStatistics(corpus);
    for (const name of splitNames) {
      const split = statistics.splits[name];
      assert.ok(split);
      const nested = split.nestedOrContaining / split.entities;
      assert.ok(nested >= 0.25 && nested <= 1 / 3, `${name}: nested ${nested}`);
      assert.equal(split.crossingPairs, 0);
      for (const [type, share] of Object.entries(cmeeTypes)) close(split.types[type].count / split.entities, share, 0.03, `${name} ${type}`);
      for (const length of ['short', 'medium', 'long'] as const) close(split.lengths[length] / split.entities, cmeeLengths[length], 0.05, `${name} ${length}`);
      close(split.characters / split.documents, 54.2, 8, `${name} characters`);
      close(split.entities / split.documents, 5.45, 0.6, `${name} entities`);
    }
    for (const [type, shares] of Object.entries(cmeeLengthsByType)) {
      const found = statistics.splits.train?.types[type];
      assert.ok(found);
      for (const length of ['short', 'medium', 'long'] as const) close(found[length] / found.count, shares[length], 0.1, `${type} ${length}`);
    }
  });

  it('shows the test split at least a fifth of mentions that train does not have', () => {
    const mentions = (documents: Document[]) => new Set(documents.flatMap(({ text, entities }) => entities.map(({ start, end }) => sliceCodePoints(text, start, end))));
    const train = mentions(splits.train);
    for (const name of ['dev', 'test'] as const) {
      const all = [...mentions(splits[name])];
      const unseen = all.filter((mention) => !train.has(mention)).length / all.length;
      assert.ok(unseen >= 0.2 && unseen <= 0.5, `${name}: ${unseen}`);
    }
  });

  it('has astral and full-width characters, digits, Latin letters and documents without entities', () => {
    const texts = Object.values(splits).flat().map(({ text }) => text);
    for (const pattern of [/[\u{20000}-\u{3ffff}]/u, /[Ａ-Ｚ]/, /％/, /[a-z]/, /COPD|SLE/]) assert.ok(texts.some((text) => pattern.test(text)), `${pattern}`);
    assert.ok(splits.train.some(({ entities }) => entities.length === 0));
  });

  it('is not solved by memory: dictionary look-up stays under 0.62', () => {
    const dictionary = new Dictionary(splits.train);
    for (const kind of dictionaryKinds) {
      const { f1 } = score(splits.test, splits.test.map((document) => dictionary.predict(document, kind))).micro;
      assert.ok(f1 > 0.4 && f1 < 0.62, `${kind}: ${f1}`);
    }
  });

  it('has a megabyte of unlabelled text without anything of dev and test', () => {
    const unlabelled = committed('unlabelled.txt');
    assert.ok(Math.abs(Buffer.byteLength(unlabelled) - 1e6) < 1e5);
    const lines = unlabelled.trimEnd().split('\n');
    assert.equal(new Set(lines).size, lines.length);
    const sentences = (text: string) => text.split(/[。？；]/).filter((sentence) => codePointLength(sentence) >= 10);
    const scored = new Set([...splits.dev, ...splits.test].flatMap(({ text }) => [text, ...sentences(text)]));
    for (const line of lines) for (const sentence of [line, ...sentences(line)]) assert.ok(!scored.has(sentence), sentence);
    for (const { text } of [...splits.dev, ...splits.test]) assert.ok(!unlabelled.includes(text), text);
    for (const { text } of splits.train) assert.ok(!lines.includes(text));
  });

  it('gives a lexicon without the held-out terms', () => {
    const lexicon = embeddedLexicon();
    assert.ok(lexicon.length > 3000, `${lexicon.length}`);
    assert.equal(new Set(lexicon.map(({ term, type }) => `${type} ${term}`)).size, lexicon.length);
    assert.deepEqual(new Set(lexicon.map(({ type }) => type)), new Set(sampleTypes));
    const has = (term: string, type: string) => lexicon.some((entry) => entry.term === term && entry.type === type);
    assert.ok(has('肺炎', 'dis') && has('血糖', 'ite') && has('高血压', 'dis') === !isHeldOut('高血压') && has('乏力', 'sym'));
    assert.ok(lexicon.every(({ term }) => !isHeldOut(term)));
    const inTest = splits.test.flatMap(({ text, entities }) => entities.map(({ start, end }) => sliceCodePoints(text, start, end)));
    assert.ok(inTest.some((mention) => isHeldOut(mention)));
  });

  it('is described by its README', () => {
    assert.ok(committed('README.md').includes(describeSample(corpus)), 'the table is printed by: node --require tsx/cjs lib/evaluation/describe-sample.ts');
  });
});

describe('inline markup', () => {
  it('reads nested entities, the short form for bod, escapes and astral characters', () => {
    assert.deepEqual(parseMarkup('𠮷：[sym:<右上腹>痛] \\<5'), {
      text: '𠮷：右上腹痛 <5',
      entities: [
        { start: 2, end: 6, type: 'sym' },
        { start: 2, end: 5, type: 'bod' },
      ],
    });
    assert.equal(withoutEntities('[sym:<右上腹>痛]\\<'), '右上腹痛\\<');
    assert.equal(plainText('[sym:<右上腹>痛]\\<'), '右上腹痛<');
  });

  it('refuses what is unbalanced, empty or of an unknown type', () => {
    for (const marked of ['[dis:肺炎', '肺炎]', '[abc:肺炎]', '[dis:]', '<肺]', '肺炎\\']) assert.throws(() => parseMarkup(marked), { name: 'InputError' }, marked);
  });

  it('gives back what was marked, whatever the text', () => {
    type Node = string | { type: string; inside: Node[] };
    const { tree } = fc.letrec<{ tree: Node[]; node: Node }>((tie) => ({
      node: fc.oneof({ maxDepth: 3 }, fc.string({ unit: 'grapheme', minLength: 1 }), fc.record({ type: fc.constantFrom(...sampleTypes), inside: tie('tree') })),
      tree: fc.array(tie('node'), { minLength: 1, maxLength: 4 }),
    }));
    const marked = (nodes: Node[]): string => nodes.map((node) => (typeof node === 'string' ? node.replace(/[\\[\]<>]/g, '\\$&') : `[${node.type}:${marked(node.inside)}]`)).join('');
    const plain = (nodes: Node[]): string => nodes.map((node) => (typeof node === 'string' ? node : plain(node.inside))).join('');
    const mentions = (nodes: Node[]): string[] => nodes.flatMap((node) => (typeof node === 'string' ? [] : [`${node.type} ${plain(node.inside)}`, ...mentions(node.inside)]));
    fc.assert(
      fc.property(tree, (nodes) => {
        const { text, entities } = parseMarkup(marked(nodes));
        assert.equal(text, plain(nodes));
        assert.equal(plainText(marked(nodes)), text);
        assert.deepEqual(entities.map(({ start, end, type }) => `${type} ${sliceCodePoints(text, start, end)}`).sort(), mentions(nodes).sort());
      }),
    );
  });
});
