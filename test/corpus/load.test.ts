import { strict as assert } from 'node:assert';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { loadCorpus, scoredSplit, validateCorpus, writeJsonl, type Document } from '../../lib/corpus';
import { refuses, removeScratch, scratch } from './scratch';

const labelled = (id: string, text = `患肺炎${id}`): Document => ({ id, text, entities: [{ start: 1, end: 3, type: 'dis' }] });
const many = (count: number) => writeJsonl(Array.from({ length: count }, (_, i) => labelled(`d${i}`)));
const ccks = (text: string, type = '疾病和诊断') => JSON.stringify({ originalText: text, entities: [{ start_pos: 1, end_pos: 3, label_type: type }] }) + '\n';

describe('corpora', () => {
  const before = process.env.MEDNER_DATA;
  afterEach(() => {
    if (before === undefined) delete process.env.MEDNER_DATA;
    else process.env.MEDNER_DATA = before;
  });
  after(removeScratch);

  it('are found by name under MEDNER_DATA, relative paths counting from the working directory', async () => {
    const folder = scratch({ 'ccks2019/subtask1_training_part1.txt': '\ufeff' + ccks('患肺炎甲'), 'ccks2019/subtask1_training_part2.txt': ccks('患肺炎乙'), 'ccks2019/subtask1_test_set_with_answer.json': ccks('患肺炎丙') });
    process.env.MEDNER_DATA = path.relative(process.cwd(), folder);
    const corpus = await loadCorpus('ccks2019');
    assert.deepEqual(corpus.splits.train?.map(({ id }) => id), ['train#1', 'train#2']);
    assert.deepEqual(corpus.splits.test?.map(({ id }) => id), ['test#1']);
    assert.equal(corpus.types.length, 6);
    assert.equal(scoredSplit(corpus), 'test');
    assert.deepEqual(corpus.files.map(({ encoding }) => encoding), ['utf-8 with BOM', 'utf-8', 'utf-8']);
  });

  it('that are missing, whole or in part, are refused with where they were looked for and how to get them', async () => {
    process.env.MEDNER_DATA = scratch({ 'ccks2019/subtask1_training_part1.txt': ccks('患肺炎甲'), 'cmeee-v2/readme.txt': '' });
    await refuses(() => loadCorpus('cmeee-v2'), '$MEDNER_DATA/cmeee-v2 (has readme.txt)', 'data/corpora/cmeee-v2', 'CMeEE-V2_train.json', 'CBLUE', 'Here now:');
    await refuses(() => loadCorpus('ccks2019'), 'subtask1_training_part2.txt is missing', 'OpenKG');
    await refuses(() => loadCorpus('nowhere/x.jsonl'), '"nowhere/x.jsonl"', 'sample, cmeee-v2');
  });

  it('with a type that is none of theirs are refused by line', async () => {
    process.env.MEDNER_DATA = scratch({ 'ccks2020/task1_train.txt': ccks('患肺炎甲') + ccks('患肺炎乙', '疾病') });
    await refuses(() => loadCorpus('ccks2020'), 'task1_train.txt, line 2', '"疾病"', '解剖部位');
  });

  it('given by a path are none of the catalog, whatever they are called', async () => {
    const folder = scratch({ 'sample.jsonl': many(20), 'cmeee-v2/train.jsonl': many(20) });
    assert.equal((await loadCorpus(path.join(folder, 'sample.jsonl'))).id, 'sample-own');
    assert.equal((await loadCorpus(path.join(folder, 'cmeee-v2'))).id, 'cmeee-v2-own');
  });

  it('without an official split are split 8:1:1, or taken whole when asked', async () => {
    const file = path.join(scratch({ 'notes.jsonl': many(20) }), 'notes.jsonl');
    const sizes = async (split?: 'official' | '70:15:15') => Object.entries((await loadCorpus(file, { split })).splits).map(([name, documents]) => `${name} ${documents.length}`);
    assert.deepEqual(await sizes(), ['train 16', 'dev 2', 'test 2']);
    assert.deepEqual(await sizes('official'), ['train 20']);
    assert.deepEqual(await sizes('70:15:15'), ['train 14', 'dev 3', 'test 3']);
    const corpus = await loadCorpus(file);
    assert.match(corpus.notes[0], /8:1:1 .* seed 1: no official split/);
    assert.equal(corpus.id, 'notes');
    assert.deepEqual(corpus.types, ['dis']);
  });

  it('of which the scored part holds no entity are told with what would mend it', async () => {
    const documents = Array.from({ length: 20 }, (_, i): Document => (i === 0 ? labelled('0') : { id: `d${i}`, text: `第${i}例`, entities: [] }));
    const file = path.join(scratch({ 'notes.jsonl': writeJsonl(documents) }), 'notes.jsonl');
    const random = await loadCorpus(file);
    await refuses(() => scoredSplit(random), 'notes: neither test (2 documents) nor dev (2) of its random 8:1:1 split holds an entity; 1 of its 20 documents does', '--set corpus.split=70:15:15', '--set corpus.splitSeed=');
    const official = await loadCorpus(file, { split: 'official' });
    await refuses(() => scoredSplit(official), 'notes: has no labelled test or dev set', '--set corpus.split=8:1:1');
  });

  it('are read from a folder by the names of its files; an unlabelled part is left out and said', async () => {
    const folder = scratch({ 'my_train_1.jsonl': many(2), 'my_train_2.bio': '肺 B-bod\n', 'my-dev.json': '[{"text":"肺","entities":[{"start_idx":0,"end_idx":0,"type":"bod"}]}]', 'test.jsonl': '{"id":"t","text":"甲"}\n', 'notes.md': '' });
    await refuses(() => loadCorpus(folder), 'my_train_1.jsonl and my_train_2.bio');
    const good = scratch({ 'train_1.jsonl': many(2), 'train_2.jsonl': writeJsonl([labelled('e')]), 'dev.jsonl': many(1), 'test.jsonl': '{"id":"t","text":"甲"}\n', 'unlabelled.txt': '甲\n' });
    const corpus = await loadCorpus(good);
    assert.deepEqual([corpus.splits.train?.length, corpus.splits.dev?.length, corpus.splits.test], [3, 1, undefined]);
    assert.match(corpus.notes.join('\n'), /test is unlabelled \(1 documents\) and left out/);
    assert.match(corpus.notes.join('\n'), /some ids stand in more than one file/);
    assert.deepEqual(corpus.splits.dev?.map(({ id }) => id), ['dev#1:d0']);
    assert.equal(scoredSplit(corpus), 'dev');
  });

  it('of CCKS 2017 are read in the layout they were published in', async () => {
    const section = (text: string, annotations: string) => ({ text, annotations });
    const sections: Record<string, { text: string; annotations: string }> = {
      'train/02-病史特点/病史特点-2': section('\ufeff1.咳嗽，\r\n右肺湿啰音\r\n', '右肺\t7\t8\t身体部位\r\n湿啰音\t9\t11\t症状和体征\r\n'),
      'train/01-一般项目/一般项目-2': section('女，发热', '发热\t2\t3\t症状和体征\n'),
      'test/一般项目-301': section('男，咳嗽', '咳嗽\t2\t3\t症状和体征\n'),
    };
    const files: Record<string, string> = {};
    for (const [name, { text, annotations }] of Object.entries(sections)) {
      files[`ccks2017/${name}.txtoriginal.txt`] = text;
      files[`ccks2017/${name}.txt`] = annotations;
    }
    process.env.MEDNER_DATA = scratch(files);
    const corpus = await loadCorpus('ccks2017');
    assert.deepEqual(corpus.splits, {
      train: [
        { id: '一般项目-2', text: '女，发热', entities: [{ start: 2, end: 4, type: '症状和体征' }] },
        { id: '病史特点-2', text: '1.咳嗽，\r\n右肺湿啰音\r\n', entities: [{ start: 7, end: 9, type: '身体部位' }, { start: 9, end: 12, type: '症状和体征' }] },
      ],
      test: [{ id: '一般项目-301', text: '男，咳嗽', entities: [{ start: 2, end: 4, type: '症状和体征' }] }],
    });
    assert.deepEqual([corpus.files[0].ends, corpus.files[0].basis], ['inclusive', 'matched']);

    delete files['ccks2017/test/一般项目-301.txt'];
    files['ccks2017/train/01-一般项目/一般项目-2.txt'] = '发热\t1\t2\t症状和体征\n';
    process.env.MEDNER_DATA = scratch(files);
    const kinds = validateCorpus('ccks2017').problems.filter(({ severity }) => severity === 'error').map(({ kind, record }) => `${kind} ${record}`);
    assert.deepEqual(kinds, ['text-mismatch 一般项目-2', 'malformed ']);
  });

  it('are never written to', async () => {
    const folder = scratch({ 'train.jsonl': many(5), 'dev.jsonl': many(2) });
    mkdirSync(path.join(folder, 'more'));
    const state = () => readdirSync(folder).map((name) => (name === 'more' ? name : readFileSync(path.join(folder, name), 'utf8')));
    const earlier = state();
    validateCorpus(folder);
    await loadCorpus(folder);
    assert.deepEqual(state(), earlier);
  });
});
