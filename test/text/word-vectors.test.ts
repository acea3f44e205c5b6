import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { InputError } from '../../lib/common';
import { specialWords, WordVectors } from '../../lib/text';

describe('WordVectors', () => {
  let folder: string;
  before(() => { folder = mkdtempSync(path.join(tmpdir(), 'word-vectors-')); });
  after(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content?: string | Uint8Array) => {
    const full = path.join(folder, name);
    if (content !== undefined) writeFileSync(full, content);
    return full;
  };

  const float = fc.float({ noNaN: true, noDefaultInfinity: true });
  const tables = fc.record({
    words: fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }).filter((word) => !/\s|\ufffd/u.test(word)), { maxLength: 6 }),
    dimension: fc.integer({ min: 1, max: 5 }),
  }).chain(({ words, dimension }) => fc.record({
    words: fc.constant([...specialWords, ...words]),
    dimension: fc.constant(dimension),
    matrix: fc.array(float, { minLength: (words.length + 4) * dimension, maxLength: (words.length + 4) * dimension }).map(Float32Array.from.bind(Float32Array)),
  }));

  for (const name of ['vectors.txt', 'vectors.bin']) {
    it(`come back bit for bit from ${name}`, () => {
      fc.assert(fc.property(tables, ({ words, matrix, dimension }) => {
        new WordVectors(words, matrix as Float32Array, dimension).save(file(name));
        const back = WordVectors.read(file(name));
        assert.deepEqual([back.words, back.dimension], [words, dimension]);
        assert.deepEqual(Buffer.from(back.matrix.buffer), Buffer.from((matrix as Float32Array).buffer));
      }), { numRuns: 150, seed: 8 });
    });
  }

  it('are written as word2vec writes them', () => {
    const vectors = new WordVectors([...specialWords, '肺'], Float32Array.from([0, 0, 1, 2, 0.1, -3e-8, 5, 6, 0.5, -1]), 2);
    vectors.save(file('a.txt'));
    assert.equal(readFileSync(file('a.txt'), 'utf8'), '5 2\n[PAD] 0 0\n[UNK] 1 2\n[CLS] 0.1 -3e-8\n[SEP] 5 6\n肺 0.5 -1\n');
    vectors.save(file('a.bin'));
    const bytes = readFileSync(file('a.bin'));
    assert.deepEqual(bytes.subarray(-13), Buffer.concat([Buffer.from('肺 '), Buffer.from(Float32Array.of(0.5, -1).buffer), Buffer.from('\n')]));
    assert.equal(bytes.subarray(0, 11).toString(), '5 2\n[PAD] \u0000');
  });

  it('read files of other tools: no special rows, no line feeds between binary rows, trailing spaces', () => {
    const text = WordVectors.read(file('b.txt', '2 2\r\n肺 1 2 \r\n心 3 6\r\n'));
    assert.deepEqual(text.words, [...specialWords, '肺', '心']);
    assert.deepEqual([...text.matrix], [0, 0, 2, 4, 2, 4, 2, 4, 1, 2, 3, 6]);
    const row = (word: string, ...numbers: number[]) => Buffer.concat([Buffer.from(`${word} `), Buffer.from(Float32Array.from(numbers).buffer)]);
    const binary = WordVectors.read(file('b.bin', Buffer.concat([Buffer.from('2 2\n'), row('肺', 1, 2), row('心', 3, 6)])));
    assert.deepEqual(binary.matrix, text.matrix);
  });

  const malformed: [name: string, content: string | Buffer, message: RegExp][] = [
    ['c.txt', '肺 1 2\n', /line 1 must be the number of words/],
    ['c.txt', '2 2\n肺 1 2\n心 3\n', /c\.txt: line 3 must be a word and 2 numbers.*found 1 numbers after "心"/],
    ['c.txt', '2 2\n肺 1 2\n心 3 x\n', /line 3: "x" is no number/],
    ['c.txt', '2 2\n肺 1 2\n\n', /line 3 must be a word/],
    ['c.txt', '2 1\n肺 12345\n', /line 1 promises 2 words, but the file ends after 1/],
    ['c.txt', '1 2\n肺 1 2\n心 3 4\n', /line 3: line 1 promises 1 words/],
    ['c.txt', '2 2\n肺 1 2\n肺 3 4\n', /line 3 repeats the word "肺" of line 2/],
    ['c.txt', '900 300\n肺 1\n', /promises 900 words of 300 numbers, but the file has only/],
    ['c.bin', '1 2\n肺 1234567', /word 1 of 1, at byte 4: the file ends before its 2 numbers/],
    ['c.bin', '1 2\n肺 12345678abc', /3 bytes follow/],
    ['c.bin', Buffer.from([...Buffer.from('1 1\n'), 0xff, 0xfe, 32, 0, 0, 0, 0]), /at byte 4: .* is no word/],
    ['c.bin', Buffer.from([...Buffer.from('1 1\na '), 0, 0, 0xc0, 0x7f]), /number 1 is NaN/],
  ];
  for (const [name, content, message] of malformed) {
    it(`refuse ${name} with ${JSON.stringify(content.toString().slice(0, 24))}`, () => {
      assert.throws(() => WordVectors.read(file(name, content)), (error: Error) => error instanceof InputError && message.test(error.message));
    });
  }

  it('cannot be saved with a word that holds white space', () => {
    const vectors = new WordVectors([...specialWords, 'a b'], new Float32Array(5), 1);
    assert.throws(() => vectors.save(file('d.txt')), InputError);
  });

  it('find neighbours by cosine, the special rows and the word itself left out', () => {
    const vectors = new WordVectors([...specialWords, '东', '东北', '北', '西'], Float32Array.from([0, 0, 1, 0, 1, 0, 1, 0, 2, 0, 3, 3, 0, 1, -5, 0]), 2);
    const found = vectors.neighbours('东', 9);
    assert.deepEqual(found.map(({ word }) => word), ['东北', '北', '西']);
    [Math.SQRT1_2, 0, -1].forEach((cosine, i) => assert.ok(Math.abs(found[i].cosine - cosine) < 1e-12));
    assert.throws(() => vectors.neighbours('南', 1), InputError);
    assert.deepEqual([vectors.row('南'), [...vectors.vector(vectors.row('东北'))]], [1, [3, 3]]);
  });
});
