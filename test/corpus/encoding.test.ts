import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { decodeText } from '../../lib/corpus/encoding';
import { refuses } from './scratch';

// 患者，男，45岁。诊断：肺炎 in each encoding, made with Python's codecs.
const sentence = '患者，男，45岁。诊断：肺炎\r\n';
const gb18030 = Buffer.from('bbbcd5dfa3acc4d0a3ac3435cbeaa1a3d5efb6cfa3bab7ced1d70d0a', 'hex');
const big5 = Buffer.from('b177aaccd4a27a', 'hex');

describe('encodings', () => {
  it('reads UTF-8 with and without a byte order mark, and UTF-16 with one', () => {
    const utf8 = Buffer.from(sentence, 'utf8');
    const utf16 = Buffer.from('\ufeff' + sentence, 'utf16le');
    assert.deepEqual(decodeText(utf8, 'f'), { text: sentence, encoding: 'utf-8' });
    assert.deepEqual(decodeText(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), utf8]), 'f'), { text: sentence, encoding: 'utf-8 with BOM' });
    assert.deepEqual(decodeText(utf16, 'f'), { text: sentence, encoding: 'utf-16le' });
    assert.deepEqual(decodeText(Buffer.from(utf16).swap16(), 'f'), { text: sentence, encoding: 'utf-16be' });
  });

  it('reads GB18030 and says so', () => {
    assert.deepEqual(decodeText(gb18030, 'f'), { text: sentence, encoding: 'gb18030' });
  });

  it('refuses what is neither, naming the file and the line', async () => {
    const damaged = Buffer.concat([Buffer.from('第一行\n', 'utf8'), Buffer.from('患者', 'utf8').subarray(0, 5), Buffer.from('\n')]);
    await refuses(() => decodeText(damaged, 'notes.txt'), 'notes.txt', 'line 2', 'UTF-8');
    await refuses(() => decodeText(Buffer.from('caf\u00e9 cr\u00e8me', 'latin1'), 'f'), 'line 1');
    await refuses(() => decodeText(big5, 'f'), 'line 1');
    await refuses(() => decodeText(Buffer.from('abc', 'utf16le'), 'f'), 'UTF-16 without a byte order mark');
    await refuses(() => decodeText(Buffer.from([0xff, 0xfe, 0x3d, 0xd8]), 'f'), 'utf-16le');
    await refuses(() => decodeText(Buffer.from([0xef, 0xbb, 0xbf, 0x41, 0x0a, 0xff]), 'f'), 'line 2');
  });

  it('never replaces a byte: what is decoded as UTF-8 encodes to the same bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
        let decoded;
        try {
          decoded = decodeText(bytes, 'f');
        } catch {
          return;
        }
        if (decoded.encoding === 'utf-8') assert.deepEqual(Buffer.from(decoded.text, 'utf8'), Buffer.from(bytes));
      }),
      { numRuns: 2000 },
    );
  });
});
