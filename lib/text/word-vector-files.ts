import { readFileSync } from 'node:fs';
import { displayPath, InputError, writeFileAtomic } from '../common';

/** word2vec's two formats: a line `count dimension`, then a line a word, or a word, a space and little-endian float32. */
export type WordVectorFormat = 'text' | 'binary';

export interface RawWordVectors {
  words: readonly string[];
  /** [words × dimension] */
  matrix: Float32Array;
  dimension: number;
}

const formatOf = (file: string): WordVectorFormat => (file.endsWith('.bin') ? 'binary' : 'text');

/**
 * The shortest decimal that reads back as the same float32 needs at most nine digits. (`-0` is spelt out, since
 * JavaScript prints it as 0.)
 */
function decimal(value: number): string {
  if (Object.is(value, -0)) return '-0';
  for (let digits = 6; digits < 9; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === value) return text;
  }
  return String(Number(value.toPrecision(9)));
}

export function writeWordVectors(file: string, { words, matrix, dimension }: RawWordVectors, format = formatOf(file)): void {
  const unfit = words.find((word) => word === '' || /\s/u.test(word));
  if (unfit !== undefined) {
    throw new InputError(`${displayPath(file)}: word2vec's formats part words by white space and cannot hold ${JSON.stringify(unfit)}.`);
  }
  const header = `${words.length} ${dimension}\n`;
  const row = (i: number) => matrix.subarray(i * dimension, (i + 1) * dimension);
  if (format === 'text') {
    writeFileAtomic(file, header + words.map((word, i) => `${word} ${Array.from(row(i), decimal).join(' ')}\n`).join(''));
    return;
  }
  const parts: Buffer[] = [Buffer.from(header)];
  words.forEach((word, i) => {
    const numbers = Buffer.alloc(dimension * 4 + 1, '\n');
    row(i).forEach((value, k) => numbers.writeFloatLE(value, k * 4));
    parts.push(Buffer.from(`${word} `), numbers);
  });
  writeFileAtomic(file, Buffer.concat(parts));
}

export function readWordVectors(file: string, format = formatOf(file)): RawWordVectors {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new InputError(`${displayPath(file)}: the word vectors cannot be read (${(error as Error).message}).`);
  }
  const end = bytes.indexOf(10);
  const header = /^(\d+) (\d+)\r?$/.exec(bytes.toString('utf8', 0, end < 0 ? Math.min(bytes.length, 200) : end).trimEnd());
  if (end < 0 || header === null || Number(header[2]) === 0) {
    throw new InputError(`${displayPath(file)}: line 1 must be the number of words, a space and the dimension, such as "5000 100"; is this a file of word2vec's ${format} format?`);
  }
  const count = Number(header[1]);
  const dimension = Number(header[2]);
  // A row takes two bytes a number at the least, so a wrong header is refused before memory is asked for.
  if (count * dimension * 2 > bytes.length) {
    throw new InputError(`${displayPath(file)}: line 1 promises ${count} words of ${dimension} numbers, but the file has only ${bytes.length} bytes: it is cut off, or of the other format (asked for: ${format}).`);
  }
  const table = { words: [] as string[], matrix: new Float32Array(count * dimension), dimension };
  const read = format === 'text' ? readText : readBinary;
  read(displayPath(file), bytes, end + 1, count, table);
  const lines = new Map<string, number>();
  table.words.forEach((word, i) => {
    const earlier = lines.get(word);
    if (earlier !== undefined) throw new InputError(`${displayPath(file)}: ${place(format, i)} repeats the word ${JSON.stringify(word)} of ${place(format, earlier)}.`);
    lines.set(word, i);
  });
  return table;
}

const place = (format: WordVectorFormat, i: number) => (format === 'text' ? `line ${i + 2}` : `word ${i + 1}`);

type Reader = (name: string, bytes: Buffer, from: number, count: number, table: { words: string[]; matrix: Float32Array; dimension: number }) => void;

const readText: Reader = (name, bytes, from, count, { words, matrix, dimension }) => {
  for (let i = 0; i < count; i++) {
    let end = bytes.indexOf(10, from);
    if (end < 0) end = bytes.length;
    const line = bytes.toString('utf8', from, end).replace(/[ \r]+$/, '');
    if (line === '' && end === bytes.length) {
      throw new InputError(`${name}: line 1 promises ${count} words, but the file ends after ${i}.`);
    }
    const fields = line.split(' ');
    const [word] = fields;
    if (fields.length !== dimension + 1 || word === '') {
      throw new InputError(`${name}: line ${i + 2} must be a word and ${dimension} numbers parted by single spaces; found ${fields.length - 1} numbers after ${JSON.stringify(word)}.`);
    }
    words.push(word);
    for (let k = 0; k < dimension; k++) {
      const value = Number(fields[k + 1]);
      if (fields[k + 1] === '' || !Number.isFinite(value)) {
        throw new InputError(`${name}: line ${i + 2}: ${JSON.stringify(fields[k + 1])} is no number.`);
      }
      matrix[i * dimension + k] = value;
    }
    from = end + 1;
  }
  if (from < bytes.length && bytes.toString('utf8', from).trim() !== '') {
    throw new InputError(`${name}: line ${count + 2}: line 1 promises ${count} words, but there are more.`);
  }
};

const readBinary: Reader = (name, bytes, from, count, { words, matrix, dimension }) => {
  for (let i = 0; i < count; i++) {
    const space = bytes.indexOf(32, from);
    const numbers = space + 1;
    if (space < 0 || numbers + dimension * 4 > bytes.length) {
      throw new InputError(`${name}: word ${i + 1} of ${count}, at byte ${from}: the file ends before its ${dimension} numbers.`);
    }
    const word = bytes.toString('utf8', from, space);
    if (word === '' || word.includes('\ufffd') || word.includes('\n')) {
      throw new InputError(`${name}: word ${i + 1} of ${count}, at byte ${from}: ${JSON.stringify(word.slice(0, 40))} is no word; is this a file of word2vec's binary format?`);
    }
    words.push(word);
    for (let k = 0; k < dimension; k++) {
      const value = bytes.readFloatLE(numbers + k * 4);
      if (!Number.isFinite(value)) throw new InputError(`${name}: word ${i + 1} of ${count}, ${JSON.stringify(word)}: number ${k + 1} is ${value}.`);
      matrix[i * dimension + k] = value;
    }
    from = numbers + dimension * 4;
    // word2vec ends each row with a line feed, gensim with nothing.
    if (bytes[from] === 10) from++;
  }
  if (from !== bytes.length) {
    throw new InputError(`${name}: line 1 promises ${count} words, but ${bytes.length - from} bytes follow them.`);
  }
};
