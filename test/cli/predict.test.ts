import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { parseTexts } from '../../lib/cli/predict-texts';
import { convertDocuments, writeJsonl, type Document } from '../../lib/corpus';
import { refuses, removeScratch, scratch } from '../corpus/scratch';
import { trainTwo } from '../demo/models';
import { medner } from './command';

const documents: Document[] = [
  { id: 'a', text: '患急性阑尾炎', entities: [{ start: 1, end: 6, type: 'dis' }] },
  { id: 'b', text: '未见异常', entities: [] },
];
const texts = documents.map(({ text }) => text);

describe('texts to predict', () => {
  const read = (content: string) => parseTexts(content, 'x').texts.map(({ id, text }) => [id, text]);

  it('are read from every format of corpora, labelled or not, the entities left aside', () => {
    const [first, second] = texts;
    const numbered = [['1', first], ['2', second]];
    const cases: [string, string[][]][] = [
      [writeJsonl(documents), [['a', first], ['b', second]]],
      [`\ufeff{"id":7,"text":"${first}"}\r\n\r\n{"text":"${second}"}`, [['7', first], ['3', second]]],
      [convertDocuments(documents, 'cmeee').content, numbered],
      [JSON.stringify(texts.map((text) => ({ text }))), numbered],
      [texts.map((originalText) => JSON.stringify({ originalText })).join('\n'), numbered],
      [JSON.stringify({ text: first, entities: [[1, 6, 'dis']] }), [['1', first]]],
      [convertDocuments(documents, 'bio').content, [['1', first], ['8', second]]],
      ['患 O\n者 O\n', [['1', '患者']]],
      ['{\tO\n[\tO\n', [['1', '{[']]],
      [`${first}|||1    5    dis|||\n${second}|||\n`, numbered],
    ];
    for (const [content, expected] of cases) assert.deepEqual(read(content), expected, content);
  });

  it('are plain text, a document a line, where no format is seen', () => {
    for (const lines of [texts, ['[主诉]腹痛', '发热'], ['血型 O'], ['血型 O', '发热'], ['[1', '[2]'], ['患者||腹痛']]) {
      assert.deepEqual(read(`\n${lines.join('\r\n \r\n')}`), lines.map((text, i) => [String(2 + 2 * i), text]));
    }
  });

  it('of columns and of CMeEE\'s lines come with a note that they were taken for such', () => {
    assert.match(parseTexts('患 O\n阑尾 B-bod\n', 'x').notes.join('\n'), /^x: read as BIO columns, the tags left aside\nx: the text was put together from tokens/);
    assert.match(parseTexts('腹痛|||0 1 sym|||', 'x').notes[0], /^x: read as CMeEE's/);
    assert.deepEqual(parseTexts(convertDocuments(documents, 'cmeee').content, 'x').notes, []);
  });

  it('are refused by line or record where a text is missing, broken, or called as another', async () => {
    const cases: [string, ...string[]][] = [
      ['[{"text":"甲"},{"txt":"乙"}]', 'x, record 2', '"originalText"', 'txt'],
      ['["甲","乙"]', 'x, record 1', 'found 甲'],
      ['[\n{"text":"甲"},\n{"text":', 'line 3', 'Is the file complete?'],
      ['{"text":"甲"}\n乙\n', 'x, line 2', 'one JSON object a line'],
      ["{'text': '甲'}", 'x, line 1', 'one JSON object a line'],
      ['{"id":"1","text":"甲"}\n{"id":1,"text":"乙"}', 'x, line 2', 'the id 1 is already that of line 1'],
      ['患 O\n者 O\n腹痛\n', 'x, line 3', 'token tag'],
    ];
    for (const [content, ...words] of cases) await refuses(() => parseTexts(content, 'x'), ...words);
  });
});

describe('medner predict', function () {
  this.timeout(240_000);
  let folder: string;
  let run: string;
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'medner-predict-'));
    run = (await trainTwo(folder, ['rw-egp']))[0].folder;
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
    removeScratch();
  });

  it('finds in a publisher\'s JSON array what it finds in plain text', async () => {
    const files = scratch({ 'test.json': JSON.stringify(texts.map((text) => ({ text }))), 'plain.txt': texts.join('\n') });
    const [array, plain] = [await medner('predict', '--run', run, '--in', path.join(files, 'test.json')), await medner('predict', '--run', run, '--in', path.join(files, 'plain.txt'))];
    assert.equal(array.stdout, plain.stdout);
    assert.deepEqual(array.stdout.trim().split('\n').map((line) => (JSON.parse(line) as Document).text), texts);
    await refuses(() => medner('predict', '--run', run, '--in', path.join(scratch({ 'empty.json': '[]' }), 'empty.json')), 'there is no text to predict');
  });

  it('writes over a file that is there when forced, over what it reads never', async () => {
    const files = scratch({ 'in.jsonl': writeJsonl(documents), 'out.jsonl': 'kept', 'page.html': 'kept' });
    const [input, out, page] = ['in.jsonl', 'out.jsonl', 'page.html'].map((name) => path.join(files, name));
    const from = ['predict', '--run', run, '--in', input];
    await refuses(() => medner(...from, '--out', out), 'out.jsonl is already there', '--force');
    await refuses(() => medner(...from, '--html', '--out', page), 'page.html is already there', '--force');
    await refuses(() => medner(...from, '--out', input, '--force'), 'in.jsonl is what is read; name another file with --out');
    assert.deepEqual([input, out, page].map((file) => readFileSync(file, 'utf8')), [writeJsonl(documents), 'kept', 'kept']);
    await medner(...from, '--out', out, '--force');
    await medner(...from, '--html', '--out', page, '--force');
    assert.deepEqual(readFileSync(out, 'utf8').trim().split('\n').map((line) => (JSON.parse(line) as Document).id), ['a', 'b']);
    assert.match(readFileSync(page, 'utf8'), /<html/);
  });
});
