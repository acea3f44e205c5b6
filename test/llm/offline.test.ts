import assert from 'node:assert/strict';
import { describeTerm } from '../../lib/llm/offline/glossary';
import { paraphrase } from '../../lib/llm/offline/paraphrase';
import { relate } from '../../lib/llm/offline/relations';
import { Terms } from '../../lib/llm/offline/terms';
import { codePoints } from '../../lib/common';
import { sampleTypes } from '../../lib/corpus/sample';
import { Segmenter } from '../../lib/text';

describe('offline-lexicon, part by part', () => {
  const terms = new Terms();
  const segmenter = new Segmenter();
  const rephrased = (text: string): string => paraphrase(text, terms.find(text), segmenter);

  it('moves clauses without entities, and keeps the order of the others', () => {
    assert.equal(rephrased('患者女，9个月。因咳嗽入院。'), '9个月病人，女性。因咳嗽入院。');
    assert.equal(rephrased('予阿奇霉素口服，疗程12天。'), '疗程12天，予阿奇霉素口服。');
  });

  it('puts synonyms for whole words outside the terms only', () => {
    assert.equal(rephrased('由于咳嗽，胸片显示无异常。'), '因为咳嗽，胸片提示无异常。');
    assert.equal(rephrased('咳嗽。'), '据记载，咳嗽。', 'what no rule changes is introduced');
  });

  it('finds the longest terms at code points, no Latin word\'s part', () => {
    assert.deepEqual(terms.find('𠮷咳嗽').map(({ term, start, end }) => [term, start, end]), [['咳嗽', 1, 3]]);
    assert.ok(terms.find('查PT').some(({ term }) => term === 'PT'));
    assert.ok(!terms.find('查XPTQ').some(({ term }) => term === 'PT'));
  });

  it('splits a keyword list whose terms hold the separator', () => {
    assert.deepEqual(terms.split('咳嗽、智力、动作发育倒退、布洛芬'), ['咳嗽', '智力、动作发育倒退', '布洛芬']);
  });

  it('describes every term of the lexicon, by its own entry or its type', () => {
    for (const type of sampleTypes) for (const term of terms.ofType(type)) assert.match(describeTerm(term, type), /^[^，\n][^\n]{3,}$/u);
    assert.notEqual(describeTerm('咳嗽', 'sym'), describeTerm('呕吐', 'sym'));
  });

  it('relates neighbours within a sentence, each pair once', () => {
    const text = '咳嗽时予布洛芬。咳嗽时予布洛芬。布洛芬';
    const relations = relate(codePoints(text), terms.find(text));
    assert.deepEqual(relations.map(({ first, second }) => [first, second]), [['咳嗽', '布洛芬']]);
    assert.match(relations[0].text, /^治疗关系（.*布洛芬.*咳嗽/u);
  });

  it('jieba\'s tags cover the text', () => {
    const tagged = segmenter.tagged('接受药物治疗');
    assert.deepEqual(tagged, [{ word: '接受', tag: 'v' }, { word: '药物', tag: 'n' }, { word: '治疗', tag: 'v' }]);
  });
});
