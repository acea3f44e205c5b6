import { codePointLength } from '../common';
import { slicer } from '../corpus/offsets';
import type { Document } from '../corpus/types';
import { AhoCorasick, type Visit } from '../text/aho-corasick';

/** Where a term came from. A training mention that a lexicon or an instance source names too is a training mention. */
export const origins = ['train', 'lexicon', 'instance'] as const;
export type Origin = (typeof origins)[number];

/** A term of the medical entity dictionary with all its types. */
export interface Term {
  text: string;
  origin: Origin;
  /** In the order they came; the first is the likeliest where nothing else is known. */
  types: string[];
  /** Those of them that lexicons and instance sources give. */
  listed: string[];
}

export type Matching = 'nested' | 'longest' | 'all';

/** The medical entity dictionary of remote supervision: terms with types, and the automaton that finds them. */
export class Dictionary {
  readonly terms: Term[] = [];
  private readonly places = new Map<string, number>();
  private finder: AhoCorasick | undefined;

  /** `shortest`: code points of the shortest term that is looked for. */
  constructor(private readonly shortest: number) {}

  /** The mentions of the training split. */
  static of(train: readonly Document[], shortest: number): Dictionary {
    const dictionary = new Dictionary(shortest);
    for (const { text, entities } of train) {
      const slice = slicer(text);
      for (const { start, end, type } of entities) dictionary.add(slice(start, end), type, 'train');
    }
    return dictionary;
  }

  /** Adds a type of a term, unless the term is too short to look for. False where nothing is new. */
  add(text: string, type: string, origin: Origin): boolean {
    if (codePointLength(text) < this.shortest) return false;
    let term = this.get(text);
    if (!term) {
      term = { text, origin, types: [], listed: [] };
      this.places.set(text, this.terms.length);
      this.terms.push(term);
      this.finder = undefined;
    }
    if (origin !== 'train' && !term.listed.includes(type)) term.listed.push(type);
    if (term.types.includes(type)) return false;
    term.types.push(type);
    return true;
  }

  get(text: string): Term | undefined {
    const place = this.places.get(text);
    return place === undefined ? undefined : this.terms[place];
  }

  /** The dictionary as it would be with these training documents only: their mentions, and what lexicons and instance sources give. */
  remadeFrom(train: readonly Document[]): Dictionary {
    const rest = Dictionary.of(train, this.shortest);
    for (const { text, listed, origin } of this.terms) for (const type of listed) rest.add(text, type, origin === 'train' ? 'lexicon' : origin);
    return rest;
  }

  /** Finds terms at UTF-16 units of a text, inside Latin words too (PT in PTH): a verifier may know the whole word. */
  find(text: string, matching: Matching, visit: Visit): void {
    this.finder ??= new AhoCorasick(this.terms.map((term) => term.text));
    this.finder[matching](text, visit);
  }
}
