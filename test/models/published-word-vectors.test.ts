import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { Random } from '../../lib/common';
import { mostFrequentWords, readPublishedWordVectors, wordVectorFiles, publishedWordVectorsHash, writeSafetensors, writePublishedWordVectors } from '../../lib/models';
import { decodeValues } from '../../lib/models/number-formats';
import { specialWords, WordVectors } from '../../lib/text';
import { refuses, removeScratch, scratch } from '../corpus/scratch';

after(removeScratch);

const words = [...specialWords, '肺炎', 'CT', '𠮷', '，'];

/** Every finite half, by its bits. */
const half = fc.integer({ min: 0, max: 0xffff }).filter((bits) => ((bits >> 10) & 31) !== 31);
const halves = (bits: readonly number[]): Float32Array => decodeValues('F16', new Uint8Array(Uint16Array.from(bits).buffer));

function randomVectors(rows: number, dimension: number): WordVectors {
  const random = Random.from(5, 'vectors');
  const matrix = Float32Array.from({ length: rows * dimension }, (_, i) => (i < dimension ? 0 : random.normal() / 3));
  return new WordVectors([...specialWords, ...Array.from({ length: rows - 4 }, (_, i) => `词${i}`)], matrix, dimension);
}

describe('a folder of word vectors', () => {
  it('gives back words and halves bit for bit, and twice the same bytes', () => {
    const folder = scratch({});
    fc.assert(fc.property(fc.integer({ min: 1, max: 6 }).chain((dimension) => fc.tuple(fc.constant(dimension), fc.array(half, { minLength: words.length * dimension, maxLength: words.length * dimension }))), ([dimension, bits]) => {
      const matrix = halves(bits);
      writePublishedWordVectors(folder, new WordVectors(words, matrix, dimension));
      const bytes = Object.values(wordVectorFiles).map((name) => readFileSync(path.join(folder, name)));
      const back = readPublishedWordVectors(folder);
      assert.deepEqual([back.words, back.dimension], [words, dimension]);
      assert.deepEqual(Buffer.from(back.matrix.buffer), Buffer.from(matrix.buffer));
      writePublishedWordVectors(folder, back);
      assert.deepEqual(Object.values(wordVectorFiles).map((name) => readFileSync(path.join(folder, name))), bytes);
    }), { numRuns: 60, seed: 3 });
  });

  it('rounds to the nearest half: no cosine moves by a thousandth', () => {
    const folder = scratch({});
    const vectors = randomVectors(120, 100);
    writePublishedWordVectors(folder, vectors);
    const back = readPublishedWordVectors(folder);
    vectors.matrix.forEach((value, i) => assert.ok(Math.abs(back.matrix[i] - value) <= Math.max(2 ** -25, Math.abs(value) * 2 ** -11)));
    for (const word of vectors.words.slice(4)) {
      const cosines = new Map(back.neighbours(word, 120).map((near) => [near.word, near.cosine]));
      for (const near of vectors.neighbours(word, 120)) assert.ok(Math.abs(cosines.get(near.word)! - near.cosine) < 1e-3);
    }
  });

  it('keeps the most frequent rows as they are', () => {
    const vectors = randomVectors(30, 7);
    const kept = mostFrequentWords(vectors, 12);
    assert.deepEqual(kept.words, vectors.words.slice(0, 12));
    assert.deepEqual(kept.matrix, vectors.matrix.slice(0, 84));
    assert.equal(mostFrequentWords(vectors, 99).size, 30);
    assert.equal(kept.row(vectors.words[20]), 1, 'a word left out is [UNK]');
  });

  it('has a hash of what is in both files', () => {
    const [a, b] = [scratch({}), scratch({})];
    for (const folder of [a, b]) writePublishedWordVectors(folder, randomVectors(9, 4));
    assert.equal(publishedWordVectorsHash(a), publishedWordVectorsHash(b));
    const file = path.join(b, wordVectorFiles.words);
    writeFileSync(file, readFileSync(file, 'utf8').replace('词0', '字0'));
    assert.notEqual(publishedWordVectorsHash(a), publishedWordVectorsHash(b));
  });

  it('is refused with the file and the place that are wrong', async () => {
    const made = (change: (folder: string) => void): string => {
      const folder = scratch({});
      writePublishedWordVectors(folder, randomVectors(8, 3));
      change(folder);
      return folder;
    };
    const listed = (content: string | Uint8Array) => made((folder) => writeFileSync(path.join(folder, 'words.txt'), content));
    const special = specialWords.join('\n');
    const tensor = (name: string, shape: number[], values: number[]) => made((folder) =>
      writeSafetensors(path.join(folder, 'word-vectors.safetensors'), new Map([[name, { shape, values: Float32Array.from(values) }]])));
    const cases: [string, string[]][] = [
      [scratch({}), ['words.txt is not there', 'word-vectors.safetensors and words.txt']],
      [made((folder) => rmSync(path.join(folder, 'word-vectors.safetensors'))), ['word-vectors.safetensors cannot be read']],
      [listed(`${special}\n甲\n乙\n丙\n丁`), ['the last line has no line feed']],
      [listed(`${special}\n甲\n乙\n丙\n`), ['has 8 rows', '7 words', 'do not belong together']],
      [listed(`${special}\n甲\n乙\n甲\n丁\n`), ['line 7 repeats the word "甲" of line 5']],
      [listed(`${special}\n甲\n\n丙\n丁\n`), ['line 6', '"" is no word']],
      [listed(`${special}\n甲\n乙\r\n丙\n丁\n`), ['line 6', '"乙\\r"']],
      [listed('甲\n乙\n'), ['line 1 must be [PAD]', '"甲"']],
      [listed('[PAD]\n[UNK]\n'), ['has 2 lines']],
      [listed(Uint8Array.of(0xff, 0x0a)), ['UTF-8']],
      [tensor('embedding', [8, 1], new Array<number>(8).fill(0)), ['has no tensor vectors', 'embedding']],
      [tensor('vectors', [8], new Array<number>(8).fill(0)), ['shape [8]', '[words, dimension]']],
      [tensor('vectors', [8, 1], [0, 0, 0, 0, 0, 0, NaN, 0]), ['"词2" (row 6) holds NaN']],
    ];
    for (const [folder, expected] of cases) await refuses(() => readPublishedWordVectors(folder), ...expected);
    const spaced = new WordVectors([...specialWords, '甲 乙'], new Float32Array(5), 1);
    await refuses(() => writePublishedWordVectors(scratch({}), spaced), '"甲 乙"');
    const large = new WordVectors([...specialWords, '甲'], Float32Array.of(0, 0, 0, 0, 1e6), 1);
    await refuses(() => writePublishedWordVectors(scratch({}), large), 'half-precision');
  });
});
