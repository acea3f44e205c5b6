import MiniSearch from 'minisearch';
import { codePoints } from '../../common';
import type { ReferenceTerm } from '../prompts/reference';

/** Neighbouring pairs of characters; of one alone, itself. Segmented words would differ between a term and the text around it. */
function pairs(text: string): string[] {
  return (text.normalize('NFKC').toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).flatMap((run) => {
    const characters = codePoints(run);
    return characters.length === 1 ? characters : characters.slice(1).map((character, i) => characters[i] + character);
  });
}

/** Finds the lexicon's entries that are most like a text, by BM25 over pairs of characters (`minisearch`). */
export class LexiconIndex {
  private readonly index = new MiniSearch<{ id: number; term: string }>({
    fields: ['term'],
    tokenize: pairs,
    processTerm: (pair) => pair,
    // A pair that a text repeats asks for its terms no more than one that stands there once.
    searchOptions: { tokenize: (text) => [...new Set(pairs(text))], combineWith: 'OR' },
  });

  constructor(private readonly entries: readonly ReferenceTerm[]) {
    this.index.addAll(entries.map(({ term }, id) => ({ id, term })));
  }

  /** The `count` best, best first; fewer where fewer share a pair with the text. Equal ones come in the lexicon's order. */
  find(text: string, count: number): ReferenceTerm[] {
    return this.index.search(text)
      .sort((a, b) => b.score - a.score || (a.id as number) - (b.id as number))
      .slice(0, count)
      .map(({ id }) => this.entries[id as number]);
  }
}
