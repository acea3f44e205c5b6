import assert from 'node:assert/strict';
import * as path from 'node:path';
import { readLexicon, readSynonyms, Dictionary, synonymIndex, AugmentConfig, checkAugmentConfig, readAugmentResources } from '../../lib/augment';
import { InputError } from '../../lib/common';
import { refuses, removeScratch, scratch } from '../corpus/scratch';

describe('sources of augmentation', () => {
  after(removeScratch);

  it('lexicons: lines of term and type, with a byte order mark and Windows line ends, a term of several types', () => {
    const folder = scratch({ 'terms.txt': '\ufeff肝炎\tdis\r\n腹泻\tdis\r\n\r\n腹泻\tsym\r\n腹泻\tsym\r\n' });
    const { terms, leftOut } = readLexicon(path.join(folder, 'terms.txt'), ['dis', 'sym']);
    assert.deepEqual(terms, [{ term: '肝炎', type: 'dis' }, { term: '腹泻', type: 'dis' }, { term: '腹泻', type: 'sym' }]);
    assert.equal(leftOut, 0);
    const dictionary = new Dictionary(2);
    for (const { term, type } of terms) dictionary.add(term, type, 'lexicon');
    assert.deepEqual(dictionary.get('腹泻')!.types, ['dis', 'sym']);
    assert.equal(dictionary.add('肝', 'bod', 'lexicon'), false, 'shorter than asked');
  });

  it('lexicons: a folder of TYPE.txt, its types mapped to ours and others left out', () => {
    const folder = scratch({ '疾病.txt': '\n肝炎\n肺炎\n', '食物.txt': '粥\n', 'LICENSE': 'MIT' });
    const { terms, leftOut } = readLexicon(folder, ['dis'], { 疾病: 'dis' });
    assert.deepEqual([terms.map(({ term }) => term), leftOut], [['肝炎', '肺炎'], 1]);
    assert.throws(() => readLexicon(folder, ['dis']), (error: Error) => error instanceof InputError && /疾病\.txt, line 2: the type "疾病" of "肝炎" is none of the corpus's: dis/.test(error.message));
    assert.throws(() => readLexicon(folder, ['dis'], { 疾病: 'illness' }), /"illness", which is none of the corpus's/);
    assert.throws(() => readLexicon(folder, ['dis'], { 药品: 'dis' }), /there is no 药品\.txt; there are 疾病\.txt, 食物\.txt/);
  });

  it('lexicons: a line without a type, and a file that is not there, are refused by name', async () => {
    const folder = scratch({ 'bare.txt': '肝炎\tdis\n肺炎\n' });
    await refuses(() => readLexicon(path.join(folder, 'bare.txt'), ['dis']), /bare\.txt, line 2: expected term<TAB>type, found "肺炎"/);
    await refuses(() => readLexicon(path.join(folder, 'none.txt'), ['dis']), /none\.txt: there is no such lexicon/);
  });

  it('synonyms: sets a line, Cilin\'s codes, JSON', async () => {
    const folder = scratch({
      'sets.txt': '心梗 心肌梗死,心肌梗塞\n独词\n', 'cilin.txt': 'Aa01A01= 咳嗽 咳\nAa01A02# 猫 狗\nAa01A03@ 独\n', 'sets.json': '{"发热": ["发烧", "发热"]}', 'bad.json': '{"发热": "发烧"}', 'none.txt': '独词\n',
    });
    const read = (name: string) => readSynonyms(path.join(folder, name));
    assert.deepEqual(read('sets.txt'), [['心梗', '心肌梗死', '心肌梗塞']]);
    assert.deepEqual(read('cilin.txt'), [['咳嗽', '咳']]);
    assert.deepEqual(read('sets.json'), [['发热', '发烧']]);
    await refuses(() => read('bad.json'), /bad\.json: "发热": expected a list/);
    await refuses(() => read('none.txt'), /none\.txt: no set of synonyms/);
    assert.deepEqual(synonymIndex([['a', 'b'], ['b', 'c']]), new Map([['a', ['b']], ['b', ['a', 'c']], ['c', ['b']]]));
  });

  it('a config says what is wrong with it, and its defaults stand in the schema alone', () => {
    assert.deepEqual(checkAugmentConfig({}), AugmentConfig.parse({}));
    assert.throws(() => checkAugmentConfig({ remote: { treshold: 0.5 } }), (error: Error) => error instanceof InputError && /remote: .*treshold/.test(error.message));
    assert.throws(() => checkAugmentConfig({ remote: { threshold: 0.5, refuted: 0.5 } }), /remote\.refuted \(0\.5\) must be under remote\.threshold \(0\.5\)/);
    const folder = scratch({ 'text.txt': ' 一段文字 \r\n\r\n另一段\n' });
    assert.deepEqual(readAugmentResources(checkAugmentConfig({ remote: { unlabelled: [path.join(folder, 'text.txt')] } }), []).unlabelled, ['一段文字', '另一段']);
    const mixed = scratch({ 'a.json': '[{"title": "百日咳", "text": "阵发性咳嗽。\\n 多见于小儿。", "page": 3}]', 'b/text.txt': ' 一段文字 \n\n另一段\n', 'README.md': 'none of it' });
    assert.deepEqual(readAugmentResources(checkAugmentConfig({ remote: { unlabelled: [mixed] } }), []).unlabelled, ['百日咳', '阵发性咳嗽。', '多见于小儿。', '一段文字', '另一段']);
  });
});
