import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { InputError, linesOf, readLines, readUtf8 } from '../../lib/common';

describe('a text file', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'medner-text-'));
  const file = path.join(folder, 'text.txt');
  after(() => rmSync(folder, { recursive: true }));

  it('is read without its byte order mark, and otherwise as it was written', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }).filter((text) => !text.startsWith('\ufeff')), (text) => {
      for (const mark of ['', '\ufeff']) {
        writeFileSync(file, mark + text);
        assert.equal(readUtf8(file), text);
      }
    }), { numRuns: 30 });
  });

  it('has lines by any line break; those read are trimmed, and none is blank', () => {
    assert.deepEqual(linesOf('a\r\n\n b\rc\n'), ['a', '', ' b', 'c', '']);
    writeFileSync(file, '\ufeff 咳嗽 \r\n\u3000\n\n发热\t3天\r高\u0085烧');
    assert.deepEqual(readLines(file), ['咳嗽', '发热\t3天', '高\u0085烧']);
    writeFileSync(file, '');
    assert.deepEqual(readLines(file), []);
  });

  it('that is none, or not UTF-8, is refused by name', () => {
    const refuses = (name: string): void => assert.throws(() => readLines(name), (error: Error) => error instanceof InputError && error.message.startsWith(`${name} cannot be read as UTF-8 text: `));
    refuses(path.join(folder, 'none.txt'));
    refuses(folder);
    writeFileSync(file, Buffer.from('咳嗽').subarray(0, 5));
    refuses(file);
  });
});
