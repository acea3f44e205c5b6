import { Jieba } from '@node-rs/jieba';
import { dict } from '@node-rs/jieba/dict';
import { codePointLength, InputError } from '../common';

/** A word of a text: code points [start, end). */
export interface Word {
  text: string;
  start: number;
  end: number;
}

export interface SegmenterOptions {
  /** Words to keep whole: a medical lexicon. */
  dictionary?: readonly string[];
}

/**
 * A count no split can beat: its share of jieba's 60 million words exceeds the square of the most frequent word's, the
 * best that two words could have together.
 */
const dictionaryCount = 1_000_000;

/** Chinese word segmentation by jieba, with its model for unknown words. Words cover the text, white space and all. */
export class Segmenter {
  private readonly jieba = Jieba.withDict(dict);

  /**
   * Jieba keeps a dictionary word whole if it consists of ideographs, ASCII letters and digits, and + # & . _ % -; it
   * parts a text at every other character before it looks words up. `keeps` tells for a given word. A word with white
   * space is an InputError: jieba's dictionary format has no way to write it.
   */
  constructor({ dictionary = [] }: SegmenterOptions = {}) {
    const unfit = dictionary.find((word) => word === '' || /\s/u.test(word));
    if (unfit !== undefined) {
      throw new InputError(`Segmenter: the dictionary word ${JSON.stringify(unfit)} is empty or holds white space; leave it out, or give its parts.`);
    }
    if (dictionary.length > 0) {
      this.jieba.loadDict(Buffer.from([...new Set(dictionary)].map((word) => `${word} ${dictionaryCount} n\n`).join('')));
    }
  }

  /** Whether the word, standing alone, is one word. */
  keeps(word: string): boolean {
    return this.jieba.cut(word, true).length === 1;
  }

  segment(text: string): Word[] {
    let unit = 0;
    let position = 0;
    return this.jieba.cut(text, true).map((piece) => {
      // jieba writes a lone surrogate as U+FFFD, also one unit long, so words are taken from the text itself.
      const word = { text: text.slice(unit, unit + piece.length), start: position, end: position };
      word.end = position += codePointLength(word.text);
      unit += piece.length;
      return word;
    });
  }

  /** The words with jieba's part-of-speech tags (n, v, a, …; x where it knows none). A dictionary word's is n. */
  tagged(text: string): { word: string; tag: string }[] {
    return this.jieba.tag(text, true);
  }
}
