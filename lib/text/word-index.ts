import { InputError } from '../common';
import { specialWords } from './word-vectors';

export interface IndexedText {
  /** The special words, then the others, most frequent first. */
  words: string[];
  counts: Float64Array;
  /** Rows of the words of all sentences, each between [CLS] and [SEP]. */
  rows: Int32Array;
  /** Where each sentence begins, and the end of the last. */
  bounds: number[];
}

const [, unknown, opening, closing] = specialWords.map((_, row) => row);

/** Rows of one allocation: a text of unknown length grows by such blocks, since one array would be copied at every growth. */
const blockRows = 1 << 20;

/** Takes a text's sentences one at a time, at four bytes a word, and numbers its words once all are there. */
export class WordIndex {
  private readonly found = new Map<string, number>(specialWords.map((word, id) => [word, id]));
  private readonly occurrences: number[] = specialWords.map(() => 0);
  private readonly blocks: Int32Array[] = [];
  private readonly bounds = [0];
  private length = 0;

  /** Words so far, sentence edges apart. */
  get words(): number {
    return this.length - 2 * this.sentences;
  }

  get sentences(): number {
    return this.bounds.length - 1;
  }

  /** Words that differ. */
  get distinct(): number {
    return this.found.size - specialWords.length;
  }

  /** @throws InputError on a word with white space inside; words of white space alone are passed over */
  add(sentence: readonly string[]): void {
    this.push(opening);
    for (const word of sentence) {
      if (word.trim() === '') continue;
      if (/\s/u.test(word)) throw new InputError(`Word vectors: sentence ${this.bounds.length} holds the word ${JSON.stringify(word)}; a word has no white space inside.`);
      let id = this.found.get(word);
      if (id === undefined) {
        this.found.set(word, (id = this.occurrences.length));
        this.occurrences.push(0);
      }
      this.push(id);
    }
    this.push(closing);
    this.bounds.push(this.length);
  }

  /** The text by rows of the table: words under `minCount` are [UNK]. */
  index(minCount: number): IndexedText {
    const { found, occurrences } = this;
    if (this.distinct === 0) throw new InputError('Word vectors: the text holds no word to train on.');
    const rest = [...found].slice(specialWords.length).filter(([, id]) => occurrences[id] >= minCount);
    rest.sort(([a, i], [b, j]) => occurrences[j] - occurrences[i] || (a < b ? -1 : 1));
    const rowOf = new Int32Array(occurrences.length).fill(unknown);
    specialWords.forEach((_, row) => (rowOf[row] = row));
    rest.forEach(([, id], i) => (rowOf[id] = specialWords.length + i));
    const counts = new Float64Array(specialWords.length + rest.length);
    occurrences.forEach((count, id) => (counts[rowOf[id]] += count));
    const rows = new Int32Array(this.length);
    for (let i = 0; i < rows.length; i++) rows[i] = rowOf[this.blocks[Math.floor(i / blockRows)][i % blockRows]];
    return { words: [...specialWords, ...rest.map(([word]) => word)], counts, rows, bounds: this.bounds };
  }

  private push(id: number): void {
    const at = this.length++ % blockRows;
    if (at === 0) this.blocks.push(new Int32Array(blockRows));
    this.blocks[this.blocks.length - 1][at] = id;
    this.occurrences[id]++;
  }
}
