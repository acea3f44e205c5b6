import { readFileSync } from 'node:fs';
import { codePoints, displayPath, InputError, writeFileAtomic } from '../common';
import { AhoCorasick } from './aho-corasick';

/** A lexicon word's occurrence in a text: code points [start, end), and its place in `Lexicon.words`. */
export interface LexiconMatch {
  start: number;
  end: number;
  word: number;
}

/** Words that are looked for in texts, each with how often it occurs in a training corpus. */
export class Lexicon {
  private readonly finder: AhoCorasick;

  /** @param words all different, none empty. @param counts one a word. */
  constructor(readonly words: readonly string[], readonly counts: readonly number[]) {
    if (words.length !== counts.length) throw new Error(`Lexicon: ${words.length} words, but ${counts.length} counts`);
    const seen = new Set<string>();
    for (const word of words) {
      if (word === '' || seen.has(word) || /[\t\n]/.test(word)) {
        throw new InputError(`the lexicon's word ${JSON.stringify(word)} is empty, stands there twice, or holds a tab or a line feed`);
      }
      seen.add(word);
    }
    this.finder = new AhoCorasick(words);
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
    const found: LexiconMatch[] = [];
    const place = placesInCodePoints(text);
    this.finder.byStart(text, (from, to, word) => {
      const [start, end] = place ? [place[from], place[to]] : [from, to];
      if (start >= 0 && end >= 0) found.push({ start, end, word });
    });
    return found;
  }
}

/** The code point that begins at each UTF-16 unit of a text, and its number at the end; -1 within a surrogate pair. Nothing where both count alike. */
function placesInCodePoints(text: string): Int32Array | undefined {
  if (!/[\ud800-\udbff][\udc00-\udfff]/.test(text)) return undefined;
  const places = new Int32Array(text.length + 1).fill(-1);
  let unit = 0;
  const points = codePoints(text);
  points.forEach((point, i) => {
    places[unit] = i;
    unit += point.length;
  });
  places[unit] = points.length;
  return places;
}
