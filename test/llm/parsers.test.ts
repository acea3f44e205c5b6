import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sliceCodePoints } from '../../lib/common';
import {
  parseEnhancedText, parseFewShotEntities, parseGeneratedEntities, parseKeywords, parsePartsOfSpeech, parseRelations, parseValidation, parseVerification, rejectsOf, valuesOf,
  type Cause, type Parsed,
} from '../../lib/llm/parsers';

const text = '患儿发热3天，CK-MB升高，诊断为心肌炎。';
const causesOf = (parsed: readonly Parsed<unknown>[]): Cause[] => rejectsOf(parsed).map(({ cause }) => cause);

describe('llm parsers', () => {
  describe('keywords in the forms that models send', () => {
    const wanted = [{ text: '发热', description: '体温过高' }, { text: '心肌炎', description: '心肌的炎症' }];
    const forms: Record<string, string> = {
      'as asked': '关键词：发热，描述：体温过高\n关键词：心肌炎，描述：心肌的炎症',
      'half-width marks': '关键词: 发热, 描述: 体温过高\n关键词: 心肌炎, 描述: 心肌的炎症',
      'numbered, fenced': '```text\n1. 关键词：发热，描述：体温过高；\n2、关键词：心肌炎，描述：心肌的炎症；\n```',
      'on one line': '1. 关键词：发热，描述：体温过高 2. 关键词：心肌炎，描述：心肌的炎症',
      'fields on lines of their own, emphasised': '- **关键词**：发热\n  **描述**：体温过高\n\n- **关键词**：心肌炎\n  **描述**：心肌的炎症',
      'values emphasised': '关键词：**发热**，描述：**体温过高**\n1. 关键词：**心肌炎** ，描述：**心肌的炎症**；',
      'whole fields emphasised': '- **关键词：发热**，**描述：体温过高**\n- **关键词：** 心肌炎，**描述：** 心肌的炎症',
      'prose around': '好的，结果如下：\n关键词：发热，描述：体温过高\n关键词：心肌炎，描述：心肌的炎症\n希望对您有帮助！',
      'JSON with trailing commas': '[{"关键词": "发热", "描述": "体温过高",}, {"关键词": "心肌炎", "描述": "心肌的炎症",},]',
      'braces and quotes kept': '关键词：{发热}，描述：{体温过高}\r\n关键字：“心肌炎”，语义描述：“心肌的炎症”',
      'one repeated': '关键词：发热，描述：体温过高\n关键词：心肌炎，描述：心肌的炎症\n关键词：发热，描述：又一次',
    };
    for (const [form, reply] of Object.entries(forms)) it(form, () => assert.deepEqual(parseKeywords(reply, text), wanted.map((value) => ({ value }))));

    it('takes the text\'s own width, and Latin words whole', () => {
      assert.deepEqual(valuesOf(parseKeywords('关键词：ＣＫ－ＭＢ，描述：酶', text)), [{ text: 'CK-MB', description: '酶' }]);
      assert.deepEqual(causesOf(parseKeywords('关键词：MB，描述：酶\n关键词：C，描述：字母', text)), ['not-in-text']);
    });

    it('takes no emphasis from a text\'s own asterisks', () => {
      const masked = '张**诉发热，HLA-B*27阳性，P<0.01**';
      const words = ['张**', 'HLA-B*27', 'P<0.01**'];
      assert.deepEqual(valuesOf(parseKeywords(words.map((word) => `关键词：${word}，描述：略`).join('\n'), masked)).map(({ text: word }) => word), words);
    });

    it('keeps a full stop behind emphasis in a description', () => {
      assert.deepEqual(valuesOf(parseKeywords('关键词：**发热**，描述：**体温过高**。', text)), [{ text: '发热', description: '体温过高。' }]);
    });

    it('tells nothing from nonsense', () => {
      assert.deepEqual(parseKeywords('无', text), []);
      assert.deepEqual(parseKeywords('[]', text), []);
      assert.deepEqual(causesOf(parseKeywords('抱歉，我无法回答。', text)), ['unreadable']);
      assert.deepEqual(causesOf(parseKeywords('关键词：发热\n描述：甲\n描述：乙\n关键词：肺炎，描述：丙\n关键词：心肌炎', text)), ['missing-field', 'not-in-text', 'missing-field']);
    });
  });

  describe('enhanced text', () => {
    const keywords = ['发热', 'CK-MB', '心肌炎'];
    const enhanced = '该患儿3天来发热，伴CK-MB增高，确诊心肌炎。';
    for (const [form, reply] of Object.entries({
      'as asked': `增强文本：${enhanced}`,
      'braces': `增强文本：{${enhanced}}`,
      'prose and fence': `好的：\n\`\`\`\n**增强文本**：\n${enhanced}\n\`\`\`\n说明：更换了近义词。`,
      JSON: `{"增强文本": "${enhanced}",}`,
      'no label': enhanced,
    })) it(form, () => assert.deepEqual(parseEnhancedText(reply, text, keywords), { value: enhanced }));

    for (const [cause, reply] of Object.entries({
      unchanged: '增强文本：患儿 发热３天，CK-MB升高，诊断为心肌炎。',
      'dropped-entity': '增强文本：患儿发烧3天，CK-MB升高，确诊心肌炎。',
      'added-entity': '增强文本：患儿发热3天，发热时CK-MB增高，确诊心肌炎。',
      'moved-entity': '增强文本：确诊心肌炎的患儿发热3天，CK-MB增高。',
      'altered-number': '增强文本：患儿发热5天，CK-MB增高，确诊心肌炎。',
      'too-long': `增强文本：${enhanced}${'这段文字是说病情需要重视。'.repeat(6)}`,
      unreadable: '抱歉，我不能改写。',
    } satisfies Partial<Record<Cause, string>>)) it(cause, () => assert.deepEqual(causesOf([parseEnhancedText(reply, text, keywords)]), [cause]));

    it('a dose that begins another number is not it', () => assert.deepEqual(causesOf([parseEnhancedText('增强文本：给予0.5克', '给予0.55克', [])]), ['altered-number']));
    it('keeps a text of several lines', () => assert.deepEqual(parseEnhancedText('增强文本：主诉 发热\n诊断 心肌炎\n\n说明：略', '主诉：发热\n诊断：心肌炎', ['发热', '心肌炎']), { value: '主诉 发热\n诊断 心肌炎' }));
  });

  describe('parts of speech and relations', () => {
    it('reads tags and phrases, and misses what was not answered', () => {
      const parsed = parsePartsOfSpeech('关键词：发热，词性：n\n关键词：心肌炎，词性：名词性短语（病名）。\n关键词：肺炎，词性：名词\n关键词：升高，词性：谓词', ['发热', '心肌炎', '升高', 'CK-MB']);
      assert.deepEqual(valuesOf(parsed), [{ keyword: '发热', pos: '名词' }, { keyword: '心肌炎', pos: '名词' }]);
      assert.deepEqual(causesOf(parsed), ['unknown-keyword', 'unknown-part-of-speech', 'unanswered']);
    });

    it('parts a pair where both sides are keywords', () => {
      const parsed = parseRelations('实体对：CK-MB-心肌炎，关联关系：检验关系（CK-MB升高提示心肌炎）。\n实体对：{发热} - {心肌炎}，关联关系：伴随关系', ['CK-MB', '心肌炎', '发热']);
      assert.deepEqual(parsed, [
        { value: { first: 'CK-MB', second: '心肌炎', text: '检验关系（CK-MB升高提示心肌炎）。' } },
        { value: { first: '发热', second: '心肌炎', text: '伴随关系' } },
      ]);
    });

    it('refuses unknown ends, a keyword with itself, and a pair of two readings', () => {
      const parsed = parseRelations('实体对：发热-肺炎，关联关系：甲\n实体对：发热-发热，关联关系：乙\n实体对：a-b-c，关联关系：丙', ['发热', 'a', 'a-b', 'b-c', 'c']);
      assert.deepEqual(causesOf(parsed), ['unknown-keyword', 'same-keyword', 'ambiguous-pair']);
    });

    it('judges each thing once, a refusal before what it contains', () => {
      const parsed = parseValidation('语义一致：不一致，理由：剂量不同\n关键词：发热，判断：是，理由：略\n实体对：发热-心肌炎，判断：合理\n关键词：肺炎，判断：是', {
        enhanced: true, keywords: ['发热', '心肌炎'], pairs: [{ first: '发热', second: '心肌炎' }],
      });
      assert.deepEqual(valuesOf(parsed).map(({ kind, subject, holds }) => [kind, subject, holds]), [['meaning', '语义一致', false], ['keyword', '发热', true], ['pair', '发热-心肌炎', true]]);
      assert.deepEqual(causesOf(parsed), ['unknown-keyword', 'unanswered']);
    });
  });

  describe('entities', () => {
    const types = [{ id: 'dis', name: '疾病' }, { id: 'sym', name: '症状' }];

    it('the n-th listing is the n-th occurrence', () => {
      const parsed = parseFewShotEntities('实体：发热，类型：症状\n实体：发热，类型：sym\n实体：发热，类型：症状\n实体：𠮷症，类型：疾病\n实体：发热，类型：药物', '𠮷症发热，再发热', types);
      assert.deepEqual(valuesOf(parsed), [{ start: 2, end: 4, type: 'sym' }, { start: 6, end: 8, type: 'sym' }, { start: 0, end: 2, type: 'dis' }]);
      assert.deepEqual(causesOf(parsed), ['not-in-text', 'unknown-type']);
    });

    for (const [form, reply] of Object.entries({
      'values emphasised': '实体：**发热**，类型：**症状**',
      'whole fields emphasised': '**实体：发热**，**类型：症状**',
      'values emphasised, a full stop behind': '实体：**发热**，类型：**症状**。',
      'a full stop behind the type': '实体：发热，类型：症状。',
      'a full stop behind the type\'s id': 'Entity list:\n实体：发热，类型：sym.',
    })) it(form, () => assert.deepEqual(parseFewShotEntities(reply, '发热', types), [{ value: { start: 0, end: 2, type: 'sym' } }]));

    it('generated entities, labelled or as a bare list', () => {
      assert.deepEqual(valuesOf(parseGeneratedEntities('以下是：\n实体：心肌炎\n实体：心肌炎\n实体：肺炎')), ['心肌炎', '肺炎']);
      assert.deepEqual(valuesOf(parseGeneratedEntities('1. 心肌炎；\n2. 1型糖尿病')), ['心肌炎', '1型糖尿病']);
    });

    it('verdicts with corrections at the candidate', () => {
      const candidate = { start: 2, end: 4, type: 'dis' };
      const read = (reply: string): Parsed<unknown> => parseVerification(reply, text, candidate, types);
      assert.deepEqual(read('判断：是，实体：发热，类型：疾病，置信度：95%'), { value: { confidence: 0.95 } });
      assert.deepEqual(read('判断：否，实体：发热，类型：症状，置信度：0.9'), { value: { confidence: 0.9, correction: { start: 2, end: 4, type: 'sym' } } });
      assert.deepEqual(read('判断：否，实体：无，类型：无，置信度：0.75'), { value: { confidence: 0.25 } });
      assert.deepEqual(causesOf([read('判断：否，实体：心肌炎，类型：疾病，置信度：0.9'), read('判断：是，置信度：很高'), read('判断：否，实体：发热，类型：疾病，置信度：1')]), ['not-in-text', 'bad-confidence', 'unknown-judgement']);
    });
  });

  it('render, noise, parse: keywords, parts of speech and pairs come back', () => {
    const words = '发热 咳嗽 心肌炎 CK-MB IL-6 头孢曲松 2型糖尿病 下丘脑-垂体轴 𠮷症'.split(' ');
    const noise = fc.record({
      colon: fc.constantFrom('：', ':', ': ', ' ： '), comma: fc.constantFrom('，', ',', ', ', '；', '\n', '，\n'), item: fc.constantFrom('', '- ', '* ', '#. ', '（#）', '#、'),
      end: fc.constantFrom('', '；', ',', ' '), fence: fc.boolean(), prose: fc.constantFrom('', '好的，结果如下。\n', '以下是回答：\n\n'), wrap: fc.constantFrom(['', ''], ['{', '}'], ['“', '”'], ['"', '"']),
    });
    const value = fc.string({ unit: fc.constantFrom(...'体温升高的病（）、，3.5%+𠮷'), minLength: 1, maxLength: 12 }).filter((string) => !/^[\s，、*]|[\s，、]$/u.test(string));
    const cases = fc.tuple(fc.uniqueArray(fc.constantFrom(...words), { minLength: 2, maxLength: words.length }), fc.array(value, { minLength: words.length, maxLength: words.length }), noise);
    fc.assert(fc.property(cases, ([keywords, values, { colon, comma, item, end, fence, prose, wrap }]) => {
      const noisy = (fields: [string, string][][]): string => {
        const rows = fields.map((row, i) => item.replace('#', String(i + 1)) + row.map(([name, content]) => `${name}${colon}${wrap[0]}${content}${wrap[1]}`).join(comma) + end);
        const body = rows.join('\n');
        return prose + (fence ? `\`\`\`\n${body}\n\`\`\`` : body);
      };
      const whole = keywords.join('。');
      const described = keywords.map((keyword, i) => ({ text: keyword, description: values[i] }));
      assert.deepEqual(parseKeywords(noisy(described.map((k) => [['关键词', k.text], ['描述', k.description]])), whole), described.map((one) => ({ value: one })));
      const tagged = keywords.map((keyword) => ({ keyword, pos: '名词' as const }));
      assert.deepEqual(parsePartsOfSpeech(noisy(tagged.map((k) => [['关键词', k.keyword], ['词性', k.pos]])), keywords), tagged.map((one) => ({ value: one })));
      const pairs = keywords.slice(1).map((second, i) => ({ first: keywords[i], second, text: values[i] }));
      assert.deepEqual(parseRelations(noisy(pairs.map((p) => [['实体对', `${p.first}-${p.second}`], ['关联关系', p.text]])), keywords), pairs.map((one) => ({ value: one })));
    }), { numRuns: 1000 });
  });

  it('entities found in any text are where they say', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'发热𠮷咳PT，'), maxLength: 30 }), (given) => {
      const reply = Array.from({ length: 5 }, () => '实体：发热，类型：症状').join('\n');
      const found = valuesOf(parseFewShotEntities(reply, given, [{ id: 'sym', name: '症状' }]));
      assert.equal(found.length, Math.min(5, given.split('发热').length - 1));
      for (const { start, end } of found) assert.equal(sliceCodePoints(given, start, end), '发热');
    }));
  });
});
