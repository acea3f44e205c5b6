import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { InputError } from '../../lib/common';
import type { StoredTensor } from '../../lib/layers';
import { readSafetensors, readSafetensorsFile, writeSafetensors } from '../../lib/models';
import { decodeValues, encodeHalf } from '../../lib/models/number-formats';

const folder = mkdtempSync(path.join(tmpdir(), 'safetensors-'));
const file = path.join(folder, 'a.safetensors');
const scalar = (value: number): StoredTensor => ({ shape: [], values: Float32Array.of(value) });

/** A file of the given header and data bytes. */
function craft(header: unknown, data: number, claimed?: bigint): void {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(claimed ?? BigInt(json.length));
  writeFileSync(file, Buffer.concat([length, json, Buffer.alloc(data)]));
}

describe('safetensors', () => {
  after(() => rmSync(folder, { recursive: true }));

  it('reads what it wrote, for any tensors, and equal tensors give equal bytes', () => {
    const tensor = fc.array(fc.float({ noNaN: true }), { maxLength: 20 }).map((values): StoredTensor => ({ shape: [1, values.length], values: Float32Array.from(values) }));
    fc.assert(
      fc.property(fc.dictionary(fc.string().filter((name) => !['__metadata__', '__proto__'].includes(name)), tensor), (tensors) => {
        const entries = Object.entries(tensors);
        writeSafetensors(file, new Map(entries), { metadata: { format: 'pt' } });
        const bytes = readFileSync(file);
        const { tensors: read, metadata } = readSafetensorsFile(file);
        assert.deepEqual(new Map([...read].sort()), new Map(entries.sort()));
        assert.deepEqual(metadata, { format: 'pt' });
        writeSafetensors(file, new Map(entries.reverse()), { metadata: { format: 'pt' } });
        assert.ok(bytes.equals(readFileSync(file)));
      }),
      { numRuns: 50 },
    );
    assert.deepEqual(readdirSync(folder), ['a.safetensors']);
  });

  it('reads transformers\' file', () => {
    const tensors = readSafetensors(path.join(__dirname, '../reference/bert/model.safetensors'));
    assert.deepEqual(tensors.get('bert.embeddings.word_embeddings.weight')!.shape, [40, 16]);
  });

  it('writes halves rounded to nearest even', () => {
    // IEEE 754: 1 + 2⁻¹¹ ties to 1; 1 + 3·2⁻¹¹ ties to 1 + 2⁻⁹; 65519 rounds to 65504; 2⁻²⁵ ties to 0; 2047.5/2048 carries to 1.
    const values = [1, 1 + 2 ** -11, 1 + 3 * 2 ** -11, -2.5, 65504, 65519, 2 ** -24, 2 ** -25, 3 * 2 ** -25, 6.1035e-5, 0.99999, 0, -0];
    const expected = [1, 1, 1 + 2 ** -9, -2.5, 65504, 65504, 2 ** -24, 0, 2 ** -23, 6.103515625e-5, 1, 0, -0];
    writeSafetensors(file, new Map([['a', { shape: [13], values: Float32Array.from(values) }]]), { dtype: 'F16' });
    assert.deepEqual([...readSafetensors(file).get('a')!.values], expected);
    assert.throws(() => writeSafetensors(file, new Map([['big', scalar(65520)]]), { dtype: 'F16' }), /big holds 65520/);
  });

  it('every half comes back as its own bits', () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const [value] = decodeValues('F16', new Uint8Array(Uint16Array.of(bits).buffer));
      if (!Number.isNaN(value)) assert.equal(encodeHalf(Float32Array.of(value), 'x')[0], bits);
    }
  });

  it('reads the other number types', () => {
    const cases: Array<[string, Uint8Array, number[]]> = [
      ['F64', new Uint8Array(Float64Array.of(0.5, -3).buffer), [0.5, -3]],
      ['BF16', new Uint8Array(Uint16Array.of(0x3f80, 0xc040).buffer), [1, -3]],
      ['I64', new Uint8Array(BigInt64Array.of(7n, -8n).buffer), [7, -8]],
      ['I32', new Uint8Array(Int32Array.of(7, -8).buffer), [7, -8]],
      ['U8', Uint8Array.of(0, 255), [0, 255]],
      ['BOOL', Uint8Array.of(0, 1), [0, 1]],
    ];
    for (const [dtype, bytes, values] of cases) assert.deepEqual([...decodeValues(dtype, bytes)], values);
  });

  const entry = (from: number, to: number, shape = [2], dtype = 'F32') => ({ dtype, shape, data_offsets: [from, to] });
  const malformed: Array<[string, () => void, RegExp]> = [
    ['an empty file', () => writeFileSync(file, ''), /0 bytes/],
    ['a header longer than the file', () => craft({}, 0, 999n), /claims 999 bytes/],
    ['an absurd header length', () => craft({}, 0, 2n ** 63n), /claims 9223372036854775808 bytes/],
    ['a header that is no JSON', () => craft('{', 0), /no JSON/],
    ['a header that is no object', () => craft([], 0), /no JSON object/],
    ['an entry without offsets', () => craft({ a: { dtype: 'F32', shape: [2] } }, 8), /a wants dtype, shape and data_offsets/],
    ['a negative side', () => craft({ a: entry(0, 8, [-2]) }, 8), /a wants dtype, shape/],
    ['an unknown type', () => craft({ a: entry(0, 8, [2], 'Q4') }, 8), /a has dtype Q4/],
    ['offsets that do not fit the shape', () => craft({ a: entry(0, 4) }, 4), /needs 8 bytes, its offsets span 4/],
    ['overlapping tensors', () => craft({ a: entry(0, 8), b: entry(4, 12) }, 12), /b begins at byte 4 of the data, expected 8/],
    ['a gap', () => craft({ a: entry(0, 8), b: entry(12, 20) }, 20), /expected 8/],
    ['a file cut short', () => craft({ a: entry(0, 8) }, 5), /cut short/],
    ['bytes after the end', () => craft({ a: entry(0, 8) }, 9), /1 bytes follow/],
    ['metadata of numbers', () => craft({ __metadata__: { a: 1 } }, 0), /no map of strings/],
    ['no file', () => rmSync(file), /cannot be read/],
  ];
  for (const [name, make, message] of malformed) {
    it(`refuses ${name}`, () => {
      make();
      assert.throws(() => readSafetensors(file), (error: Error) => error instanceof InputError && message.test(error.message));
    });
  }
});
