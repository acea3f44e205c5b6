import { codePointLength } from '../../common';
import { clinicalSynonyms } from '../../llm/offline/paraphrase';
import { Segmenter, type Word } from '../../text/segmenter';
import type { Span } from '../passage';
import { synonymIndex, type SynonymSet } from '../synonyms';

/** Whole words, or several in a row, with what may stand for them. */
export interface WordPlace extends Span {
  synonyms: readonly string[];
}

/** Synonyms of entities, and of words of the text around them. */
export interface SynonymSource {
  /** Terms that may stand for an entity's text. */
  of(term: string): readonly string[];
  /** Where words outside the spans taken may give way; none overlaps another. */
  places(text: string, taken: readonly Span[]): WordPlace[];
}

/** Without words of its own one serves all: its dictionary takes time and memory. */
let segmenter: Segmenter | undefined;

/** The synonyms of files' sets, and for words around entities also those of clinical prose, found by a segmenter. */
export class SynonymWords implements SynonymSource {
  private readonly entities: ReadonlyMap<string, readonly string[]>;
  private readonly words = new Map<string, readonly string[]>();
  /** Characters of the longest word. */
  private readonly longest: number;

  /** @param shortestWord least length of a word that the sets may replace outside entities; the pairs of clinical prose may be shorter. */
  constructor(sets: readonly SynonymSet[], shortestWord: number) {
    this.entities = synonymIndex(sets);
    for (const [term, synonyms] of this.entities) if (codePointLength(term) >= shortestWord) this.words.set(term, synonyms);
    for (const [from, to] of clinicalSynonyms) this.words.set(from, [...new Set([...(this.words.get(from) ?? []), to])]);
    this.longest = [...this.words.keys()].reduce((most, word) => Math.max(most, codePointLength(word)), 0);
  }

  of(term: string): readonly string[] {
    return this.entities.get(term) ?? [];
  }

  /** From left to right the longest at each place. */
  places(text: string, taken: readonly Span[]): WordPlace[] {
    const words = (segmenter ??= new Segmenter()).segment(text);
    const free = ({ start, end }: Span): boolean => !taken.some((span) => span.start < end && start < span.end);
    const found: WordPlace[] = [];
    for (let first = 0; first < words.length;) {
      const place = this.longestAt(words, first, free);
      if (place) found.push(place.found);
      first = place?.next ?? first + 1;
    }
    return found;
  }

  private longestAt(words: readonly Word[], first: number, free: (span: Span) => boolean): { found: WordPlace; next: number } | undefined {
    let longest: { found: WordPlace; next: number } | undefined;
    let phrase = '';
    for (let i = first; i < words.length && words[i].end - words[first].start <= this.longest; i++) {
      phrase += words[i].text;
      const span = { start: words[first].start, end: words[i].end };
      const synonyms = this.words.get(phrase);
      if (synonyms && free(span)) longest = { found: { ...span, synonyms }, next: i + 1 };
    }
    return longest;
  }
}
