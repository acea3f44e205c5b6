import MiniSearch from 'minisearch';
import { codePoints } from '../../common';
import type { ReferenceTerm } from '../prompts/reference';

/** Neighbouring pairs of characters; of one alone, itself. Segmented words would differ between a term and the text around it. */
export function pairs(text: string): string[] {
  return (text.normalize('NFKC').toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).flatMap((run) => {
    const characters = codePoints(run);
    return characters.length === 1 ? characters : characters.slice(1).map((character, i) => characters[i] + character);
  });
}

/** Robertson's usual values. `d`, BM25+'s bonus for every match, is none. */
const bm25 = { k: 1.2, b: 0.75, d: 0 };

/**
 * Finds the lexicon's entries that are most like a text, by Okapi BM25 over pairs of characters: the sum over the pairs p that both have of
 * ln(1 + (N - n_p + 0.5) / (n_p + 0.5)) · f_p (k + 1) / (f_p + k (1 - b + b l / l̄)), with N entries, n_p of them with p, f_p times in this one, and l
 * distinct pairs in it, l̄ on average. (`minisearch` multiplies that by the number of pairs matched, which is undone here.)
 */
export class LexiconIndex {
  private readonly index = new MiniSearch<{ id: number; term: string }>({
    fields: ['term'],
    tokenize: pairs,
    processTerm: (pair) => pair,
    // A pair that a text repeats asks for its terms no more than one that stands there once.
    searchOptions: { tokenize: (text) => [...new Set(pairs(text))], combineWith: 'OR', bm25 },
  });

  constructor(private readonly entries: readonly ReferenceTerm[]) {
    this.index.addAll(entries.map(({ term }, id) => ({ id, term })));
  }

  /** The `count` best, best first; fewer where fewer share a pair with the text. Equal ones come in the lexicon's order. */
  find(text: string, count: number): ReferenceTerm[] {
    return this.scored(text).slice(0, count).map(({ id }) => this.entries[id]);
  }

  /** All entries that share a pair with the text, with their scores, best first. */
  scored(text: string): { id: number; score: number }[] {
    return this.index.search(text)
      .map(({ id, score, queryTerms }) => ({ id: id as number, score: score / queryTerms.length }))
      .sort((a, b) => b.score - a.score || a.id - b.id);
  }
}
