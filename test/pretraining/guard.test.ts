import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Guard } from '../../lib/pretraining/guard';
import { NormalForm } from '../../lib/text/normal-form';
import { anyText, sampleTexts } from '../text/texts';

const formOf = (text: string) => {
  const form = new NormalForm().take(text);
  return form.slice(0, form.length);
};

/** The rule itself, by substrings; two texts over few characters share runs by chance. */
function bruteForce(documents: readonly string[], passage: string): 'document' | 'run' | null {
  const form = formOf(passage);
  const sentences = passage.split(/[。！？；!?;\n]/u).map(formOf);
  const forms = documents.map(formOf).filter((document) => document !== '');
  if (forms.some((document) => (document.length >= 10 ? form.includes(document) : document === form || sentences.includes(document)))) return 'document';
  const shares = (document: string) => Array.from({ length: Math.max(0, document.length - 39) }, (_, i) => document.slice(i, i + 40)).some((part) => form.includes(part));
  return forms.some(shares) ? 'run' : null;
}

const toFullWidth = (text: string) => text.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).replace(/ /g, '\u3000');

describe('normal form', () => {
  it('is that of the NFKC text, letters and digits in lower case', () => {
    assert.equal(formOf('ＣＴ 示：㎎ １２．５％，\n①Ménière　ﬁ℃'), 'ct示mg1251menierefic');
    fc.assert(fc.property(anyText, (text) => assert.equal(formOf(text.normalize('NFKC')), formOf(text))), { numRuns: 500 });
  });

  it('does not depend on neighbours: the form of two texts is the two forms', () => {
    fc.assert(fc.property(anyText, anyText, (a, b) => assert.equal(formOf(a + b), formOf(a) + formOf(b))), { numRuns: 300 });
  });
});

describe('guard', () => {
  const guard = new Guard(sampleTexts.map((text, i) => ({ id: `dev#${i}`, text })));

  it('finds a document inside a passage, reformatted', () => {
    sampleTexts.forEach((text, i) => {
      const hidden = { kind: 'document', id: `dev#${i}` };
      assert.deepEqual(guard.find(`病历摘要：${text}以上为入院情况。`), hidden);
      assert.deepEqual(guard.find(toFullWidth(text)), hidden);
      assert.deepEqual(guard.find(text.toUpperCase().replace(/[，。、；：]/g, ' \n')), hidden);
      assert.deepEqual(guard.find([...text].join(' ')), hidden);
    });
  });

  it('finds 40 characters of a document in a row, not 39', () => {
    const document = Array.from({ length: 300 }, (_, i) => String.fromCharCode(0x4e00 + i)).join('');
    const one = new Guard([{ id: 'note', text: document }]);
    for (let start = 0; start + 40 <= document.length; start++) {
      assert.deepEqual(one.find(`前文${document.slice(start, start + 40)}后文`), { kind: 'run', id: 'note' }, `from ${start}`);
      assert.equal(one.find(`前文${document.slice(start, start + 39)}后文`), null, `from ${start}`);
    }
  });

  it('takes a document of fewer than 10 characters only as a passage or a sentence', () => {
    const short = new Guard([{ id: 's', text: '糖尿病足。' }, { id: 'blank', text: '……' }]);
    assert.deepEqual(short.find('糖尿病足'), { kind: 'document', id: 's' });
    assert.deepEqual(short.find('既往史：无；糖尿病 足！否认外伤。'), { kind: 'document', id: 's' });
    assert.equal(short.find('患者糖尿病足，否认外伤。'), null);
    assert.equal(short.find('，。'), null);
  });

  it('answers as the rule does, by substrings', () => {
    // Two letters: documents and passages overlap in every way. A long alphabet would share nothing.
    const text = (maxLength: number) => fc.string({ unit: fc.constantFrom('甲', '乙', '甲', '甲', '。', 'Ａ', ' '), maxLength });
    const repeated = fc.tuple(text(12), fc.integer({ min: 1, max: 8 })).map(([part, times]) => part.repeat(times));
    const anything = fc.oneof(text(80), repeated);
    fc.assert(fc.property(fc.array(anything, { maxLength: 5 }), fc.array(anything, { maxLength: 3 }), fc.nat(), (documents, around, pick) => {
      const found = new Guard(documents.map((document, i) => ({ id: String(i), text: document })));
      const source = documents[pick % Math.max(1, documents.length)] ?? '';
      for (const passage of [around.join(''), around.join(source), source.slice(pick % 7) + around.join('')]) {
        assert.equal(found.find(passage)?.kind ?? null, bruteForce(documents, passage), JSON.stringify(passage));
      }
    }), { numRuns: 1500 });
  });
});
