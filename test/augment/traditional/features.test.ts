import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { codePointLength, codePoints, inProject, InputError, sliceCodePoints } from '../../../lib/common';
import { loadCorpus, type Document, type Entity } from '../../../lib/corpus';
import { enhancedBy, KnownTerms, readSynonyms, TraditionalConfig, traditionalFeatures, traditionalMethods, type EnhancedText, type TranslateBack } from '../../../lib/augment';

const synonyms = readSynonyms(inProject('data', 'synonyms', 'medical.txt'));
/** Says what is there in another order, which entities may well survive. */
const translate: TranslateBack = async (texts) => texts.map((text) => text.split('，').reverse().join('，'));

const enhance = (texts: readonly string[], train: readonly Document[], method: TraditionalConfig['method'], shortest?: number): Promise<EnhancedText[]> =>
  enhancedBy(texts, { config: TraditionalConfig.parse({ method }), terms: KnownTerms.of(train, [], shortest), seed: 1, synonyms, translate });

const words = ['患者', '肝', '肝癌', '发热', '腹泻', '，', '。', '🩺', '支气管肺炎', 'CT', 'T'];

/** Texts of few words, some of them the same text twice, each word marked or not, as one of two types. */
const corpus: fc.Arbitrary<Document[]> = fc
  .array(fc.array(fc.tuple(fc.constantFrom(...words), fc.constantFrom(null, null, 'dis', 'sym')), { minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 8 })
  .map((all) => all.map((parts, i) => {
    let at = 0;
    const entities: Entity[] = [];
    for (const [word, type] of parts) {
      const end = at + codePointLength(word);
      if (type) entities.push({ start: at, end, type });
      at = end;
    }
    return { id: String(i), text: parts.map(([word]) => word).join(''), entities };
  }));

/** What lies between spans, and before and after them. */
function between(text: string, spans: readonly { start: number; end: number }[]): string[] {
  const sorted = [...spans].sort((a, b) => a.start - b.start);
  return [...sorted, null].map((span, i) => sliceCodePoints(text, i === 0 ? 0 : sorted[i - 1].end, span?.start ?? codePointLength(text)));
}

describe('features by traditional methods', () => {
  for (const method of traditionalMethods) {
    it(`${method}: a text's own annotations have no part in its features, were it a training text, twice`, async () => {
      const sum = { terms: 0, enhanced: 0 };
      await fc.assert(fc.asyncProperty(corpus, fc.nat(), corpus, async (train, which, others) => {
        const { text } = train[which % train.length];
        // Every document of this text is annotated otherwise: with spans from anywhere, of a type that nobody else uses too.
        const length = codePointLength(text);
        const spans = others.flatMap(({ entities }) => entities).map(({ start, end, type }, i) => ({ start: start % length, end: Math.min(length, (start % length) + end - start), type: i % 3 ? type : 'new' }));
        const otherwise = train.map((document) => (document.text === text ? { ...document, entities: spans } : document));
        const [first] = await enhance([text], train, method, 1);
        const [second] = await enhance([text], otherwise, method, 1);
        assert.deepEqual(second, first);
        // As if it were no training text at all: what is scored is treated alike.
        const [scored] = await enhance([text], train.filter((document) => document.text !== text), method, 1);
        assert.deepEqual(scored, first);
        sum.terms += first.terms.length;
        sum.enhanced += first.enhanced === null ? 0 : 1;
      }), { numRuns: 700 });
      assert.ok(sum.terms > 200 && sum.enhanced > (method === 'back-translation' ? 5 : 100), JSON.stringify(sum));
    });

    it(`${method}: terms are aligned, n-th with n-th, and outside them replaced entities leave everything as it was`, async () => {
      const { splits: { train, dev } } = await loadCorpus('sample');
      const texts = ['', ...dev!.slice(0, 120).map(({ text }) => text), '患者🩺发热，予头颅CT。'];
      const found = await enhance(texts, train!.slice(0, 600), method);
      let terms = 0;
      for (const [i, { text, enhanced, terms: known }] of found.entries()) {
        assert.equal(text, texts[i]);
        assert.notEqual(enhanced, text);
        for (const term of known) {
          for (const { start, end } of term.original) assert.equal(sliceCodePoints(text, start, end), term.text);
          assert.equal(term.enhanced.length, enhanced === null ? 0 : term.original.length);
          if (method === 'back-translation') for (const { start, end } of term.enhanced) assert.equal(sliceCodePoints(enhanced!, start, end), term.text);
          if (method === 'masking') {
            for (const { start, end } of term.enhanced) {
              const pattern = sliceCodePoints(enhanced!, start, end).split('[MASK]').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.+');
              assert.match(term.text, new RegExp(`^${pattern}$`, 'su'));
            }
          }
        }
        terms += known.length;
        if (method === 'replacement' && enhanced !== null) assert.deepEqual(between(enhanced, known.flatMap((term) => term.enhanced)), between(text, known.flatMap((term) => term.original)));
      }
      assert.equal(found[0].enhanced, null);
      assert.ok(terms > 300 && found.filter(({ enhanced }) => enhanced !== null).length > 20, `${terms} terms`);
    });
  }

  it('depend on the text alone, not on those beside it', async () => {
    const { splits: { train, dev } } = await loadCorpus('sample');
    const texts = dev!.slice(0, 30).map(({ text }) => text);
    const together = await enhance(texts, train!, 'replacement');
    assert.deepEqual(await enhance([...texts].reverse(), train!, 'replacement'), [...together].reverse());
  });

  it('have the known terms for keywords, with the places of what came to stand for them', async () => {
    const train: Document[] = [{ id: 'a', text: '支气管肺炎', entities: [{ start: 0, end: 5, type: 'dis' }] }, { id: 'b', text: '肺结核', entities: [{ start: 0, end: 3, type: 'dis' }] }];
    const setting = { config: TraditionalConfig.parse({ method: 'replacement', entities: 1 }), terms: KnownTerms.of(train), seed: 1 };
    const text = '𠮷疑肺结核，肺结核？';
    const enhanced = '𠮷疑支气管肺炎，支气管肺炎？';
    const keyword = {
      text: '肺结核', description: '肺结核', pos: null,
      original: [{ start: 2, end: 5 }, { start: 6, end: 9 }], enhanced: [{ start: 2, end: 7 }, { start: 8, end: 13 }],
    };
    assert.deepEqual(await traditionalFeatures([text], setting), [{ text, enhanced, keywords: [keyword], relations: [] }]);
  });

  it('need a translator for back translation, and say so', async () => {
    const setting = { config: TraditionalConfig.parse({ method: 'back-translation' }), terms: KnownTerms.of([]), seed: 1 };
    await assert.rejects(traditionalFeatures(['肝'], setting), (error: Error) => error instanceof InputError && /opus-mt-zh-en/.test(error.message));
  });
});

describe('known terms', () => {
  const train: Document[] = [
    { id: 'a', text: '白蛋白低', entities: [{ start: 0, end: 3, type: 'ite' }] },
    { id: 'b', text: '予白蛋白', entities: [{ start: 1, end: 4, type: 'dru' }] },
    { id: 'c', text: '输白蛋白', entities: [{ start: 1, end: 4, type: 'dru' }] },
    { id: 'd', text: '复查T4', entities: [{ start: 2, end: 4, type: 'ite' }] },
  ];
  it('are of the type that most others mark, longest first, and no part of a Latin word', () => {
    const terms = KnownTerms.of(train, [{ name: 'list', terms: [{ term: '人血白蛋白', type: 'dru' }, { term: 'CT', type: 'pro' }], leftOut: 0 }]);
    const marked = (text: string) => terms.find(text).map(({ start, end, type }) => `${codePoints(text).slice(start, end).join('')} ${type}`);
    assert.deepEqual(marked('🩺人血白蛋白与白蛋白'), ['人血白蛋白 dru', '白蛋白 dru']);
    // Its own mark left out, one of each type is left, and the first by name is taken.
    assert.deepEqual(marked('予白蛋白'), ['白蛋白 dru']);
    assert.deepEqual(marked('白蛋白低'), ['白蛋白 dru']);
    assert.deepEqual(marked('CTA，CT，T4'), ['CT pro', 'T4 ite']);
    assert.deepEqual(marked('复查T4'), []);
  });

  it('are the same when read back, and so is what is drawn from them', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'medner-terms-'));
    try {
      const { splits: { train: documents, dev } } = await loadCorpus('sample');
      const terms = KnownTerms.of(documents!, [{ name: 'list', terms: [{ term: '青霉素V钾片', type: 'dru' }], leftOut: 0 }]);
      const file = path.join(folder, 'terms.json');
      terms.save(file);
      const texts = [...documents!.slice(0, 100), ...dev!.slice(0, 100)].map(({ text }) => text).concat('予青霉素V钾片');
      const config = TraditionalConfig.parse({ method: 'replacement' });
      assert.deepEqual(await traditionalFeatures(texts, { config, terms: KnownTerms.read(file), seed: 2 }), await traditionalFeatures(texts, { config, terms, seed: 2 }));
      assert.ok(!readFileSync(file, 'utf8').includes(documents![0].text));
      writeFileSync(file, '{');
      assert.throws(() => KnownTerms.read(file), (error: Error) => error instanceof InputError && /terms\.json/.test(error.message));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('longer terms that only the text itself marks do not hide known ones inside', () => {
    const own: Document = { id: 'e', text: '低白蛋白血症', entities: [{ start: 0, end: 6, type: 'dis' }] };
    assert.deepEqual(KnownTerms.of([...train, own]).find(own.text), [{ start: 1, end: 4, type: 'dru' }]);
  });
});
