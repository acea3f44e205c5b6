import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { canonicalJson, checkWritable, codePointLength, codePoints, displayPath, inProject, InputError, sliceCodePoints, writeFileAtomic } from '../../lib/common';

describe('files', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'medner-files-'));
  after(() => rmSync(folder, { recursive: true }));

  it('writes whole files, makes folders, and leaves nothing else behind', () => {
    const file = path.join(folder, 'a', 'b.txt');
    writeFileAtomic(file, '一');
    writeFileAtomic(file, '二');
    assert.equal(readFileSync(file, 'utf8'), '二');
    assert.deepEqual(readdirSync(path.dirname(file)), ['b.txt']);
  });

  it('are known before the work to be impossible where a part of the path is a file, or a folder has the name', () => {
    const file = path.join(folder, 'is-a-file');
    writeFileSync(file, 'kept');
    const refused = (place: string, why: RegExp) => assert.throws(() => checkWritable(place), (error: unknown) => error instanceof InputError && why.test(error.message) && error.message.includes(path.basename(place)));
    refused(path.join(file, 'x.jsonl'), /a part of the path is a file, not a folder/);
    refused(folder, /there is a folder of that name/);
    checkWritable(path.join(folder, 'new', 'x.jsonl'));
    checkWritable(file);
    assert.deepEqual([readFileSync(file, 'utf8'), readdirSync(path.join(folder, 'new'))], ['kept', []]);
  });

  it('keeps the old file and no temporary one when a write fails', () => {
    const file = path.join(folder, 'taken');
    writeFileAtomic(path.join(file, 'inside'), 'x'); // `taken` is a folder: no file can take its name
    assert.throws(() => writeFileAtomic(file, 'y'), { path: file });
    assert.deepEqual(readdirSync(folder).filter((name) => name.endsWith('.tmp')), []);
  });

  it('names files in the project from its root, others in full', () => {
    assert.equal(displayPath(inProject('data', 'README.md')), 'data/README.md');
    writeFileSync(path.join(folder, 'c'), '');
    assert.equal(displayPath(path.join(folder, 'c')), path.join(folder, 'c'));
    const before = process.env.MEDNER_DATA;
    process.env.MEDNER_DATA = folder;
    assert.equal(displayPath(path.join(folder, 'ccks2019', 'a.txt')), '$MEDNER_DATA/ccks2019/a.txt');
    if (before === undefined) delete process.env.MEDNER_DATA;
    else process.env.MEDNER_DATA = before;
  });
});

describe('canonicalJson', () => {
  it('ignores the order of fields and fields without a value', () => {
    assert.equal(canonicalJson({ b: [1, { d: 2, c: undefined }], a: 'x' }), '{"a":"x","b":[1,{"d":2}]}');
  });

  it('is JSON for the same value', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => assert.deepEqual(JSON.parse(canonicalJson(value)), JSON.parse(JSON.stringify(value)))));
  });
});

describe('code points', () => {
  it('agree with the string iterator on any text, lone surrogates included', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(20), fc.nat(20), (text, start, length) => {
        assert.equal(codePointLength(text), codePoints(text).length);
        assert.equal(sliceCodePoints(text, start, start + length), codePoints(text).slice(start, start + length).join(''));
      }),
    );
    assert.equal(codePointLength('\ud842\udfb7a\ud842'), 3);
  });
});
