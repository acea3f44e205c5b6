import { readFileSync } from 'node:fs';
import { codePoints, displayPath, InputError, writeFileAtomic } from '../common';

/** A lexicon word's occurrence in a text: code points [start, end), and its place in `Lexicon.words`. */
export interface LexiconMatch {
  start: number;
  end: number;
  word: number;
}

interface Node {
  next: Map<string, Node> | null;
  /** The word that ends here, or -1. */
  word: number;
}

/** Words that are looked for in texts, each with how often it occurs in a training corpus. */
export class Lexicon {
  private readonly root: Node = { next: null, word: -1 };

  /** @param words all different, none empty. @param counts one a word. */
  constructor(readonly words: readonly string[], readonly counts: readonly number[]) {
    if (words.length !== counts.length) throw new Error(`Lexicon: ${words.length} words, but ${counts.length} counts`);
    words.forEach((word, index) => this.insert(word, index));
  }

  /**
   * The words, counted in `texts` as SoftLexicon counts (Ma et al. 2020, section 3.2): an occurrence counts unless it lies
   * inside a longer word's, whose part it is there. White space is no word.
   */
  static build(words: Iterable<string>, texts: Iterable<string>): Lexicon {
    const distinct = [...new Set(words)].filter((word) => word.trim() !== '').sort();
    const counts = distinct.map(() => 0); // filled in below, by the lexicon's own matches
    const lexicon = new Lexicon(distinct, counts);
    for (const text of texts) {
      // By start, longer ones first: an occurrence lies inside another exactly if an earlier one in this order ends no sooner.
      let reach = 0;
      for (const { end, word } of lexicon.matches(text).sort((a, b) => a.start - b.start || b.end - a.end)) {
        if (end > reach) counts[word]++;
        reach = Math.max(reach, end);
      }
    }
    return lexicon;
  }

  /** Reads what `save` wrote. */
  static read(file: string): Lexicon {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      throw new InputError(`${displayPath(file)}: the lexicon cannot be read (${(error as Error).message})`);
    }
    const rows = text.split('\n').slice(0, -1).map((line, number): [string, number] => {
      const [, word, count] = /^(.+)\t(\d+)$/su.exec(line) ?? [];
      if (word === undefined) throw new InputError(`${displayPath(file)}: line ${number + 1} is ${JSON.stringify(line)}; expected a word, a tab and its count`);
      return [word, Number(count)];
    });
    return new Lexicon(rows.map(([word]) => word), rows.map(([, count]) => count));
  }

  /** Writes a word, a tab and its count a line. */
  save(file: string): void {
    writeFileAtomic(file, this.words.map((word, index) => `${word}\t${this.counts[index]}\n`).join(''));
  }

  /** Every occurrence of every word, by start, shorter ones first. */
  matches(text: string): LexiconMatch[] {
    const points = codePoints(text);
    const found: LexiconMatch[] = [];
    for (let start = 0; start < points.length; start++) {
      let node = this.root.next?.get(points[start]);
      for (let end = start + 1; node; end++) {
        if (node.word >= 0) found.push({ start, end, word: node.word });
        node = end < points.length ? node.next?.get(points[end]) : undefined;
      }
    }
    return found;
  }

  private insert(word: string, index: number): void {
    let node = this.root;
    for (const point of codePoints(word)) {
      node.next ??= new Map();
      let next = node.next.get(point);
      if (!next) node.next.set(point, (next = { next: null, word: -1 }));
      node = next;
    }
    if (node === this.root || node.word >= 0 || /[\t\n]/.test(word)) {
      throw new InputError(`the lexicon's word ${JSON.stringify(word)} is empty, stands there twice, or holds a tab or a line feed`);
    }
    node.word = index;
  }
}
