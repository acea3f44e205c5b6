import { codePointLength, type Random } from '../../common';
import { slicer } from '../../corpus/offsets';
import type { Document, Entity } from '../../corpus/types';
import { AhoCorasick } from '../aho-corasick';
import type { TypedLexicon } from '../lexicon';
import { toCodePoints } from '../units';

/** A term's types, each with the number of different training texts that mark it so; Infinity where a lexicon lists it. */
type TypeCounts = Map<string, number>;

/** The terms of a type, sorted, with their places. */
interface TypeList {
  terms: string[];
  places: Map<string, number>;
}

const insideLatin = (text: string, at: number): boolean => /[a-zA-Z]/.test(text[at - 1] ?? '') && /[a-zA-Z]/.test(text[at] ?? '');

/**
 * What may be known of a text without its annotation: terms that *other* training texts mark, and terms of lexicons. A text's own annotations are never
 * looked at, were it a training text or the same text twice. So training and scored texts are treated alike: of CMeEE-V2's outermost entities 53.5 % are
 * found in training texts and 45.8 % in scored ones; with a training text's own marks it would be 91.4 %, and the second channel would learn to be trusted
 * for what it does not have where it counts.
 */
export class KnownTerms {
  private readonly counts = new Map<string, TypeCounts>();
  /** What each training text marks: terms with their types. */
  private readonly marks = new Map<string, Map<string, Set<string>>>();
  private readonly lists = new Map<string, TypeList>();
  private readonly terms: string[];
  private readonly finder: AhoCorasick;

  /** @param shortest least length of a term that is looked for, in characters: a single one is a word of too many meanings. */
  constructor(train: readonly Document[], lexicons: readonly TypedLexicon[] = [], shortest = 2) {
    for (const { text, entities } of train) {
      const slice = slicer(text);
      const own: Map<string, Set<string>> = this.marks.get(text) ?? new Map();
      this.marks.set(text, own);
      for (const { start, end, type } of entities) {
        const term = slice(start, end);
        const types: Set<string> = own.get(term) ?? new Set();
        own.set(term, types);
        if (types.has(type) || codePointLength(term) < shortest) continue;
        types.add(type);
        this.add(term, type, 1);
      }
    }
    for (const { terms } of lexicons) for (const { term, type } of terms) if (codePointLength(term) >= shortest) this.add(term, type, Infinity);
    this.terms = [...this.counts.keys()].sort();
    this.finder = new AhoCorasick(this.terms);
    for (const term of this.terms) {
      for (const type of this.counts.get(term)!.keys()) {
        const list: TypeList = this.lists.get(type) ?? { terms: [], places: new Map() };
        this.lists.set(type, list);
        list.places.set(term, list.terms.length);
        list.terms.push(term);
      }
    }
  }

  private add(term: string, type: string, count: number): void {
    const types = this.counts.get(term) ?? new Map<string, number>();
    types.set(type, (types.get(type) ?? 0) + count);
    this.counts.set(term, types);
  }

  /** How many know the term as of this type, the text itself left out. */
  private elsewhere(term: string, type: string, text: string): number {
    return (this.counts.get(term)?.get(type) ?? 0) - (this.marks.get(text)?.get(term)?.has(type) ? 1 : 0);
  }

  /** The type that most others mark the term with, the first by name of equals; undefined where none does. */
  typeOf(term: string, text: string): string | undefined {
    const types = [...(this.counts.get(term)?.keys() ?? [])].map((type) => ({ type, count: this.elsewhere(term, type, text) })).filter(({ count }) => count > 0);
    return types.sort((a, b) => b.count - a.count || (a.type < b.type ? -1 : 1))[0]?.type;
  }

  /** Known terms in a text, from left to right the longest at each place, each of its likeliest type. None begins or ends inside a Latin word. */
  find(text: string): Entity[] {
    const at = toCodePoints(text);
    const matches: { start: number; end: number; term: number }[] = [];
    this.finder.all(text, (start, end, term) => {
      if (!insideLatin(text, start) && !insideLatin(text, end)) matches.push({ start, end, term });
    });
    const found: Entity[] = [];
    let free = 0;
    for (const { start, end, term } of matches.sort((a, b) => a.start - b.start || b.end - a.end)) {
      const type = start < free ? undefined : this.typeOf(this.terms[term], text);
      if (type === undefined) continue;
      found.push({ start: at(start), end: at(end), type });
      free = end;
    }
    return found;
  }

  /** Another term that is known, without this text, to be of the type; undefined where there is none. */
  other(term: string, type: string, text: string, random: Random): string | undefined {
    const list = this.lists.get(type);
    if (!list) return undefined;
    const left = [term, ...(this.marks.get(text)?.keys() ?? [])].filter((own) => list.places.has(own) && (own === term || this.elsewhere(own, type, text) === 0));
    const skipped = [...new Set(left)].map((own) => list.places.get(own)!).sort((a, b) => a - b);
    if (skipped.length === list.terms.length) return undefined;
    // Drawn from what is left, not redrawn: a draw must not depend on how many terms of the text's own there are.
    let place = random.below(list.terms.length - skipped.length);
    for (const skip of skipped) if (skip <= place) place++;
    return list.terms[place];
  }
}
