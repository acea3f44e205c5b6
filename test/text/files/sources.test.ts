import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { readRows } from '../../../lib/text/files/delimited';
import { findSources, readPassages } from '../../../lib/text/files/sources';
import { readLines, readText } from '../../../lib/text/files/text-stream';
import { refuses, removeScratch, scratch } from '../../corpus/scratch';

// 患者，男，45岁。诊断：肺炎 in GB18030, made with Python's codecs.
const gb18030 = Buffer.from('bbbcd5dfa3acc4d0a3ac3435cbeaa1a3d5efb6cfa3bab7ced1d7', 'hex');
const sentence = '患者，男，45岁。诊断：肺炎';

function passagesOf(name: string, content: string | Uint8Array): string[] {
  const [file] = findSources([path.join(scratch({ [name]: content }), name)]).files;
  return [...readPassages(file)];
}

describe('sources', () => {
  after(removeScratch);

  it('are the text files of all folders, by name, each once', () => {
    const folder = scratch({ 'b/2.txt': '乙', 'b/10.TXT': '甲', 'a.jsonl': '', 'README.md': '', 'c/d/e.csv': '', 'c/picture.png': '' });
    symlinkSync(path.join(folder, 'b'), path.join(folder, 'link'));
    mkdirSync(path.join(folder, 'empty'));
    const { files, passedOver } = findSources([path.join(folder, 'b', '2.txt'), folder]);
    assert.deepEqual(files.map(({ name, bytes }) => [name, bytes]), [['2.txt', 3], ['a.jsonl', 0], ['b/10.TXT', 3], ['c/d/e.csv', 0]]);
    assert.deepEqual(passedOver, ['README.md', 'c/picture.png']);
  });

  it('are refused where they are missing or of another kind', async () => {
    const folder = scratch({ 'notes.docx': '' });
    await refuses(() => findSources([path.join(folder, 'none')]), 'none', 'no such file or folder');
    await refuses(() => findSources([path.join(folder, 'notes.docx')]), 'notes.docx', '.jsonl');
  });

  it('of .txt give a passage a line, with the Chinese cells of a table', () => {
    assert.deepEqual(passagesOf('a.txt', '\ufeff甲\r\n\r\n乙 1\r丙\n[1] 丁'), ['甲', '', '乙 1', '丙', '[1] 丁']);
    assert.deepEqual(passagesOf('a.txt', 'Disease\t 恶性高热史\n1\t怎么办\t"中医""乳癖""范畴"\n'), [' 恶性高热史', '怎么办\n中医"乳癖"范畴']);
  });

  it('of .csv and .tsv give a passage a row, quotations and all', () => {
    assert.deepEqual(passagesOf('a.csv', 'department,ask,answer\r\n内科,"发热,\n咳嗽","是""感冒"""\r\n,x,咳"嗽"\n'), ['', '内科\n发热,\n咳嗽\n是"感冒"', '咳"嗽"']);
    assert.deepEqual(passagesOf('a.tsv', '内科\t发热, 咳嗽\n'), ['内科\n发热, 咳嗽']);
  });

  it('of JSON give every Chinese string in order: documents, arrays, lines, whatever the extension', () => {
    const record = { name: '肺炎', id: 3, ok: true, none: null, url: 'http://x', more: { list: ['发热', 'CT', ['咳嗽']] } };
    const found = ['肺炎', '发热', '咳嗽'];
    assert.deepEqual(passagesOf('a.json', JSON.stringify(record, null, 1)), found);
    assert.deepEqual(passagesOf('a.json', JSON.stringify([record, record])), [...found, ...found]);
    const lines = `\n${JSON.stringify(record)}\n\n${JSON.stringify(record)}`;
    for (const name of ['a.json', 'a.jsonl', 'a.txt']) assert.deepEqual(passagesOf(name, lines), [...found, ...found], name);
  });

  it('of broken JSON are refused by file and line', async () => {
    await refuses(() => passagesOf('a.jsonl', '{"a":"甲"}\n{"a":"乙"\n'), 'a.jsonl', 'line 2');
    await refuses(() => passagesOf('a.json', '{\n"a":"甲"\n'), 'a.json', 'neither a JSON document nor JSON lines');
  });

  it('that are one JSON document too large to be parsed are refused with what to do', async () => {
    const file = path.join(scratch({ 'large.json': '{\n"a":"甲"}' }), 'large.json');
    await refuses(() => [...readPassages({ file, name: 'large.json', bytes: 2 ** 28 + 1 })], 'large.json', '268435457 bytes', 'JSON lines');
  });
});

describe('text streams', () => {
  after(removeScratch);

  const decoded = (content: Uint8Array) => [...readText(path.join(scratch({ 'a.txt': content }), 'a.txt'))].join('');

  it('tell UTF-8, UTF-16 and GB18030', () => {
    assert.equal(decoded(Buffer.from(sentence)), sentence);
    assert.equal(decoded(Buffer.from('\ufeff' + sentence)), sentence);
    assert.equal(decoded(Buffer.from('\ufeff' + sentence, 'utf16le')), sentence);
    assert.equal(decoded(gb18030), sentence);
    assert.equal(decoded(Buffer.alloc(0)), '');
  });

  it('read files of several megabytes in any encoding, wherever a chunk ends', () => {
    for (let shift = 0; shift < 4; shift++) {
      const text = 'x'.repeat(shift) + sentence.repeat(50_000);
      assert.equal(decoded(Buffer.from(text)), text);
      const bytes = Buffer.concat([Buffer.from('x'.repeat(shift)), ...new Array<Buffer>(50_000).fill(gb18030)]);
      assert.equal(decoded(bytes), text);
      // Nothing but ASCII in the first two megabytes.
      const late = ' '.repeat((1 << 21) + shift);
      assert.equal(decoded(Buffer.concat([Buffer.from(late), bytes])), late + text);
    }
  });

  it('refuse bytes of another encoding further on, saying where', async () => {
    const mixed = Buffer.concat([Buffer.from(`${sentence}\n`.repeat(100_000)), gb18030]);
    await refuses(() => decoded(mixed), 'seems to be utf-8', /after line [1-9]\d+/, 'Save the file as UTF-8');
    await refuses(() => decoded(Buffer.from('b177aaccd4a27a', 'hex')), 'line 1');
  });

  it('give lines as a split of the whole text does, and number them', () => {
    const file = path.join(scratch({ 'a.txt': '' }), 'a.txt');
    const chunk = fc.string({ unit: fc.constantFrom('甲', '\r', '\n', 'ab'), maxLength: 12 });
    fc.assert(fc.property(chunk, (text) => {
      const folder = scratch({ 'a.txt': text });
      const expected = text.split(/\r\n|\n|\r/);
      if (expected[expected.length - 1] === '') expected.pop();
      assert.deepEqual([...readLines(path.join(folder, 'a.txt'), 100, '')], expected.map((line, i) => ({ text: line, number: i + 1 })));
    }), { numRuns: 150 });
    // A pair of carriage return and line feed across the end of a chunk.
    const long = 'y'.repeat((1 << 20) - 1);
    assert.deepEqual([...readLines(path.join(scratch({ 'a.txt': `${long}\r\nz` }), 'a.txt'), 1 << 21, '')].map(({ text }) => text.length), [long.length, 1]);
    assert.deepEqual([...readLines(file, 100, '')], []);
  });

  it('refuse a line that no memory should hold', async () => {
    const file = path.join(scratch({ 'a.txt': `甲\n${'乙'.repeat(101)}` }), 'a.txt');
    await refuses(() => [...readLines(file, 100, 'Break it.')], 'a.txt: line 2', 'more than 100', 'Break it.');
  });
});

describe('rows', () => {
  after(removeScratch);

  const rows = (content: string) => [...readRows(path.join(scratch({ 'a.csv': content }), 'a.csv'), ',')];

  it('are those that were written', () => {
    const cell = fc.string({ unit: fc.constantFrom('甲', 'b', '"', ',', '\n', '\r\n', ' '), maxLength: 6 });
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 4 });
    const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    fc.assert(fc.property(table, fc.constantFrom('\n', '\r\n'), fc.boolean(), (written, feed, last) => {
      const text = written.map((row) => row.map(quoted).join(',')).join(feed) + (last && written.length > 0 ? feed : '');
      assert.deepEqual(rows(text), written);
    }), { numRuns: 200 });
  });

  it('refuse a quotation that never ends', async () => {
    await refuses(() => rows('a,b\nc,"d\n'), 'line 2', 'nothing closes');
    await refuses(() => rows(`a\n"${'甲\n'.repeat(1 << 20)}`), 'line 2', 'nothing closes');
  });
});
