import { InputError } from '../common';
import { readWordVectors, writeWordVectors, type WordVectorFormat } from './word-vector-files';

/** The rows that every table of word vectors begins with. */
export const specialWords = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'] as const;

export interface Neighbour {
  word: string;
  cosine: number;
}

/** A table of word vectors; rows 0-3 are `specialWords`, and [PAD] is zero. */
export class WordVectors {
  private readonly rows = new Map<string, number>();
  private readonly norms: Float64Array;

  /** @param matrix [words × dimension], row by row. */
  constructor(readonly words: readonly string[], readonly matrix: Float32Array, readonly dimension: number) {
    if (matrix.length !== words.length * dimension) {
      throw new Error(`WordVectors: ${words.length} words × ${dimension} dimensions, but ${matrix.length} numbers`);
    }
    words.forEach((word, row) => this.rows.set(word, row));
    specialWords.forEach((word, row) => {
      if (words[row] !== word) throw new Error(`WordVectors: row ${row} must be ${word}, not ${words[row]}`);
    });
    this.norms = Float64Array.from(words, (_, row) => Math.sqrt(this.dot(row, row)));
  }

  /**
   * A table from any file of word vectors. Special rows that the file lacks are put in front: [PAD] is zero, the
   * others are the mean of all words, which says nothing about a word but lies where words lie.
   */
  static fromWords(words: readonly string[], matrix: Float32Array, dimension: number): WordVectors {
    const rowOf = new Map(words.map((word, row) => [word, row]));
    const mean = new Float64Array(dimension);
    matrix.forEach((value, i) => (mean[i % dimension] += value / words.length));
    const rest = words.flatMap((word, row) => ((specialWords as readonly string[]).includes(word) ? [] : [row]));
    const all = new Float32Array((specialWords.length + rest.length) * dimension);
    specialWords.forEach((word, row) => {
      const from = rowOf.get(word);
      if (from !== undefined) all.set(matrix.subarray(from * dimension, (from + 1) * dimension), row * dimension);
      else if (word !== '[PAD]') all.set(mean, row * dimension);
    });
    rest.forEach((from, i) => all.set(matrix.subarray(from * dimension, (from + 1) * dimension), (specialWords.length + i) * dimension));
    return new WordVectors([...specialWords, ...rest.map((row) => words[row])], all, dimension);
  }

  /** Reads word2vec's text or binary format; without `format`, `.bin` is binary and anything else text. */
  static read(file: string, format?: WordVectorFormat): WordVectors {
    const { words, matrix, dimension } = readWordVectors(file, format);
    return WordVectors.fromWords(words, matrix, dimension);
  }

  /** Writes word2vec's text or binary format, chosen as in `read`. Both keep every bit. */
  save(file: string, format?: WordVectorFormat): void {
    writeWordVectors(file, this, format);
  }

  get size(): number {
    return this.words.length;
  }

  has(word: string): boolean {
    return this.rows.has(word);
  }

  /** The word's row; that of [UNK] for an unknown word. */
  row(word: string): number {
    return this.rows.get(word) ?? 1;
  }

  /** A view of the row's vector. */
  vector(row: number): Float32Array {
    return this.matrix.subarray(row * this.dimension, (row + 1) * this.dimension);
  }

  /** The `n` words with the greatest cosine to `word`, best first; neither it nor the special rows. */
  neighbours(word: string, n: number): Neighbour[] {
    const row = this.rows.get(word);
    if (row === undefined) {
      throw new InputError(`No vector for ${JSON.stringify(word)}: it is none of the ${this.size} words of this table.`);
    }
    const all: Neighbour[] = [];
    for (let other = specialWords.length; other < this.size; other++) {
      if (other === row) continue;
      const norms = this.norms[row] * this.norms[other];
      all.push({ word: this.words[other], cosine: norms === 0 ? 0 : this.dot(row, other) / norms });
    }
    return all.sort((a, b) => b.cosine - a.cosine).slice(0, n);
  }

  private dot(a: number, b: number): number {
    const { matrix, dimension } = this;
    let sum = 0;
    for (let i = 0; i < dimension; i++) sum += matrix[a * dimension + i] * matrix[b * dimension + i];
    return sum;
  }
}
