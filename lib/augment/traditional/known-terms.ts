import { readFileSync } from 'node:fs';
import { codePointLength, displayPath, InputError, sha256, writeFileAtomic, type Random } from '../../common';
import { slicer } from '../../corpus/offsets';
import type { Document, Entity } from '../../corpus/types';
import { AhoCorasick } from '../../text/aho-corasick';
import { insideLatin } from '../../text/latin';
import type { TypedLexicon } from '../lexicon';
import { toCodePoints } from '../units';

/** A term's types, each with the number of different training texts that mark it so; Infinity where a lexicon lists it. */
type TypeCounts = Map<string, number>;

/** What a text marks: terms with their types. */
type Marks = Map<string, Set<string>>;

/** As a file holds them. */
interface Saved {
  /** Terms of lexicons, with their types. */
  listed: [term: string, type: string][];
  /** What each training text marks. The texts themselves are their publisher's: their SHA-256 stands for them. */
  marks: Record<string, [term: string, type: string][]>;
}

/** The terms of a type, sorted, with their places. */
interface TypeList {
  terms: string[];
  places: Map<string, number>;
}

/**
 * What may be known of a text without its annotation: terms that *other* training texts mark, and terms of lexicons. A text's own annotations are never
 * looked at, were it a training text or the same text twice. So training and scored texts are treated alike: of CMeEE-V2's outermost entities 53.5 % are
 * found in training texts and 45.8 % in scored ones; with a training text's own marks it would be 91.4 %, and the second channel would learn to be trusted
 * for what it does not have where it counts.
 */
export class KnownTerms {
  private readonly counts = new Map<string, TypeCounts>();
  private readonly lists = new Map<string, TypeList>();
  private readonly terms: string[];
  private readonly finder: AhoCorasick;

  private constructor(private readonly marks: ReadonlyMap<string, Marks>, listed: Saved['listed']) {
    for (const own of marks.values()) for (const [term, types] of own) for (const type of types) this.add(term, type, 1);
    for (const [term, type] of listed) this.add(term, type, Infinity);
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

  /** @param shortest least length of a term that is looked for, in characters: a single one is a word of too many meanings. */
  static of(train: readonly Document[], lexicons: readonly TypedLexicon[] = [], shortest = 2): KnownTerms {
    const marks = new Map<string, Marks>();
    for (const { text, entities } of train) {
      const slice = slicer(text);
      const own: Marks = marks.get(sha256(text)) ?? new Map();
      marks.set(sha256(text), own);
      for (const { start, end, type } of entities) {
        if (end - start >= shortest) own.set(slice(start, end), (own.get(slice(start, end)) ?? new Set()).add(type));
      }
    }
    const listed = lexicons.flatMap(({ terms }) => terms.filter(({ term }) => codePointLength(term) >= shortest));
    return new KnownTerms(marks, listed.map(({ term, type }) => [term, type]));
  }

  /** Reads what `save` wrote. */
  static read(file: string): KnownTerms {
    try {
      const { listed, marks } = JSON.parse(readFileSync(file, 'utf8')) as Saved;
      const marksOf = (pairs: Saved['listed']): Marks => pairs.reduce<Marks>((own, [term, type]) => own.set(term, (own.get(term) ?? new Set()).add(type)), new Map());
      return new KnownTerms(new Map(Object.entries(marks).map(([hash, pairs]) => [hash, marksOf(pairs)])), listed);
    } catch (error) {
      throw new InputError(`${displayPath(file)}: the known terms cannot be read (${(error as Error).message}); train the run again`);
    }
  }

  /** Writes a JSON file, so that a finished model can treat new texts as it treated those it learned from. */
  save(file: string): void {
    const pairs = (marks: Marks): Saved['listed'] => [...marks].flatMap(([term, types]) => [...types].map((type): [string, string] => [term, type]));
    const listed = this.terms.flatMap((term) => [...this.counts.get(term)!].flatMap(([type, count]): Saved['listed'] => (count === Infinity ? [[term, type]] : [])));
    writeFileAtomic(file, JSON.stringify({ listed, marks: Object.fromEntries([...this.marks].map(([hash, own]) => [hash, pairs(own)])) } satisfies Saved));
  }

  private add(term: string, type: string, count: number): void {
    const types = this.counts.get(term) ?? new Map<string, number>();
    types.set(type, (types.get(type) ?? 0) + count);
    this.counts.set(term, types);
  }

  /** How many know the term as of this type, the text itself left out. */
  private elsewhere(term: string, type: string, own: Marks | undefined): number {
    return (this.counts.get(term)?.get(type) ?? 0) - (own?.get(term)?.has(type) ? 1 : 0);
  }

  /** The type that most others mark the term with, the first by name of equals; undefined where none does. */
  private typeOf(term: string, own: Marks | undefined): string | undefined {
    const types = [...this.counts.get(term)!.keys()].map((type) => ({ type, count: this.elsewhere(term, type, own) }));
    return types.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count || (a.type < b.type ? -1 : 1))[0]?.type;
  }

  /** Known terms in a text, from left to right the longest at each place, each of its likeliest type. None begins or ends inside a Latin word. */
  find(text: string): Entity[] {
    const at = toCodePoints(text);
    const own = this.marks.get(sha256(text));
    const matches: { start: number; end: number; term: number }[] = [];
    this.finder.all(text, (start, end, term) => {
      if (!insideLatin(text, start) && !insideLatin(text, end)) matches.push({ start, end, term });
    });
    const found: Entity[] = [];
    let free = 0;
    for (const { start, end, term } of matches.sort((a, b) => a.start - b.start || b.end - a.end)) {
      const type = start < free ? undefined : this.typeOf(this.terms[term], own);
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
    const own = this.marks.get(sha256(text));
    const left = [term, ...(own?.keys() ?? [])].filter((one) => list.places.has(one) && (one === term || this.elsewhere(one, type, own) === 0));
    const skipped = [...new Set(left)].map((one) => list.places.get(one)!).sort((a, b) => a - b);
    if (skipped.length === list.terms.length) return undefined;
    // Drawn from what is left, not redrawn: a draw must not depend on how many terms of the text's own there are.
    let place = random.below(list.terms.length - skipped.length);
    for (const skip of skipped) if (skip <= place) place++;
    return list.terms[place];
  }
}
