import { codePoints } from '../common';
import type { Document } from '../corpus/types';
import type { RemoteConfig } from './config';
import type { Dictionary, Matching } from './dictionary';
import { toCodePoints } from './units';

/** The class of a match that is no entity. */
export const none = '';
/** Stands before the first and after the last character of a text. */
const edge = 0;

/** An occurrence of a dictionary term. */
export interface Occurrence {
  start: number;
  end: number;
  term: number;
  /** Likeliest type of the smallest longer match around it; `none` for none. */
  cover: string;
}

export interface ReadText {
  points: string[];
  /** Matches as the config wants them found. */
  found: Occurrence[];
}

export type MatchModelConfig = Pick<RemoteConfig, 'context' | 'smoothing' | 'prior' | 'matches'>;

/** Counts of one class: how many occurrences, and of each feature's values. */
class ClassCounts {
  occurrences = 0;
  private readonly values = new Map<number, number>();
  private readonly covers = new Map<string, number>();

  add(features: readonly number[], cover: string): void {
    this.occurrences++;
    for (const feature of features) this.values.set(feature, (this.values.get(feature) ?? 0) + 1);
    this.covers.set(cover, (this.covers.get(cover) ?? 0) + 1);
  }

  /** log P(feature | class), (n + λ) / (N + λV). */
  logCharacter(feature: number, smoothing: number, different: number): number {
    return Math.log(((this.values.get(feature) ?? 0) + smoothing) / (this.occurrences + smoothing * different));
  }

  logCover(cover: string, smoothing: number, different: number): number {
    return Math.log(((this.covers.get(cover) ?? 0) + smoothing) / (this.occurrences + smoothing * different));
  }
}

/**
 * What the training split tells of a dictionary match in its context. For a term w, a type t and ∅, no entity, with n(w, t) the occurrences of w in
 * the training texts that are marked t, n(w, ∅) those that are marked nothing, and n(w, ·) those marked otherwise, the evidence is
 *
 *     the surface   log (n(w, t) + α) / (n(w, ∅) + α),  log(1 + n(w, t)),  log(1 + n(w, ∅)),  log(1 + n(w, ·)),  log π_t / (1 − π_t)
 *     the context   log P(x_j | t, j) / P(x_j | ∅, j)  for the m characters left and right,  P(x | t, j) = (n(x, t, j) + λ) / (n(t) + λ V)
 *     the matches   log P(cover | t) / P(cover | ∅),  one that ends where this one begins, one that begins where it ends, how many lie inside it;  its length
 *
 * π_t: the share marked t of all training occurrences of terms that are listed as t by the same kind of source; a training mention's first
 * occurrence, which put it into the dictionary, is left out, and one of either kind is added. V: how many different characters there are; the
 * text's edges are characters too. cover: the likeliest type of the smallest longer match around this one, if any, since corpora mark what lies
 * inside some types and not inside others. Matches are found in the training texts as in the unlabelled ones.
 */
export class MatchModel {
  private readonly classes = new Map<string, ClassCounts>();
  /** n(w, t) by the term's place, then class. */
  private readonly counts: Map<string, number>[];
  private readonly shareOf = { train: new Map<string, number>(), given: new Map<string, number>() };
  private readonly characters = new Set<number>([edge]);
  private readonly covers = new Set<string>([none]);

  constructor(
    train: readonly Document[],
    readonly dictionary: Dictionary,
    private readonly config: MatchModelConfig,
  ) {
    this.counts = dictionary.terms.map(() => new Map<string, number>());
    const marked = train.map((document) => ({ points: codePoints(document.text), found: this.occurrences(document.text, config.matches), types: markings(document) }));
    // The likeliest type of a cover needs n(w, t) of the whole split, so contexts are counted in a second pass.
    for (const { found, types } of marked) {
      for (const { start, end, term } of found) {
        const counts = this.counts[term];
        for (const type of types.get(`${start} ${end}`) ?? [none]) counts.set(type, (counts.get(type) ?? 0) + 1);
      }
    }
    this.setShares();
    for (const { points, found, types } of marked) {
      this.setCovers(found);
      for (const occurrence of found) {
        const features = this.features(points, occurrence);
        for (const feature of features) this.characters.add(feature % 0x110000);
        this.covers.add(occurrence.cover);
        for (const type of types.get(`${occurrence.start} ${occurrence.end}`) ?? [none]) this.classOf(type).add(features, occurrence.cover);
      }
    }
  }

  /** A text with its matches. */
  read(text: string, matching = this.config.matches): ReadText {
    const found = this.occurrences(text, matching);
    this.setCovers(found);
    return { points: codePoints(text), found };
  }

  /** The types that a match may be of. */
  typesOf({ term }: Occurrence): string[] {
    return [...new Set([...this.dictionary.terms[term].types, ...this.counts[term].keys()])].filter((type) => type !== none);
  }

  /** Numbers in `evidence`. */
  get width(): number {
    return 11 + 2 * this.config.context;
  }

  /** The evidence that a match is of a type, after a constant 1. */
  evidence({ points, found }: ReadText, occurrence: Occurrence, type: string): number[] {
    const { smoothing, prior } = this.config;
    const { start, end, cover } = occurrence;
    const counts = this.counts[occurrence.term];
    let other = 0;
    for (const [name, count] of counts) if (name !== type && name !== none) other += count;
    const [marked, unmarked] = [counts.get(type) ?? 0, counts.get(none) ?? 0];
    const share = this.shareOf[this.dictionary.terms[occurrence.term].origin === 'train' ? 'train' : 'given'].get(type) ?? 0.5;
    const [own, not] = [this.classOf(type), this.classOf(none)];
    const V = this.characters.size;
    let [before, after, inside] = [0, 0, 0];
    for (const match of found) {
      if (match.end === start) before = 1;
      if (match.start === end) after = 1;
      if (start <= match.start && match.end <= end && match.end - match.start < end - start) inside++;
    }
    return [
      1,
      Math.log((marked + prior) / (unmarked + prior)),
      Math.log(1 + marked),
      Math.log(1 + unmarked),
      Math.log(1 + other),
      Math.log(share / (1 - share)),
      own.logCover(cover, smoothing, this.covers.size) - not.logCover(cover, smoothing, this.covers.size),
      before,
      after,
      inside,
      end - start,
      ...this.features(points, occurrence).map((feature) => own.logCharacter(feature, smoothing, V) - not.logCharacter(feature, smoothing, V)),
    ];
  }

  private setShares(): void {
    const tally = { train: new Map<string, { marked: number; all: number }>(), given: new Map<string, { marked: number; all: number }>() };
    const add = (kind: keyof typeof tally, type: string, marked: number, all: number): void => {
      const sum = tally[kind].get(type) ?? { marked: 0, all: 0 };
      tally[kind].set(type, { marked: sum.marked + marked, all: sum.all + all });
    };
    this.dictionary.terms.forEach(({ types, listed, origin }, place) => {
      const counts = this.counts[place];
      const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
      for (const type of listed) add('given', type, counts.get(type) ?? 0, total);
      if (origin === 'train') for (const type of types) if (counts.has(type)) add('train', type, counts.get(type)! - 1, total - 1);
    });
    for (const kind of ['train', 'given'] as const) for (const [type, { marked, all }] of tally[kind]) this.shareOf[kind].set(type, (marked + 1) / (all + 2));
  }

  private classOf(type: string): ClassCounts {
    let counts = this.classes.get(type);
    if (!counts) this.classes.set(type, (counts = new ClassCounts()));
    return counts;
  }

  /** The characters around a match, each with its place. */
  private features(points: readonly string[], { start, end }: Occurrence): number[] {
    const features: number[] = [];
    for (let i = 1; i <= this.config.context; i++) {
      features.push(2 * i * 0x110000 + (points[start - i]?.codePointAt(0) ?? edge), (2 * i + 1) * 0x110000 + (points[end + i - 1]?.codePointAt(0) ?? edge));
    }
    return features;
  }

  private occurrences(text: string, matching: Matching): Occurrence[] {
    const at = toCodePoints(text);
    const found: Occurrence[] = [];
    this.dictionary.find(text, matching, (start, end, term) => found.push({ start: at(start), end: at(end), term, cover: none }));
    return found;
  }

  private setCovers(found: Occurrence[]): void {
    for (const occurrence of found) {
      let smallest: Occurrence | undefined;
      for (const other of found) {
        const longer = other.start <= occurrence.start && occurrence.end <= other.end && other.end - other.start > occurrence.end - occurrence.start;
        if (longer && (!smallest || other.end - other.start < smallest.end - smallest.start)) smallest = other;
      }
      occurrence.cover = smallest ? this.likeliest(smallest.term) : none;
    }
  }

  /** The type that a term is most often marked with; the first listed where it is never marked. */
  private likeliest(term: number): string {
    let best = this.dictionary.terms[term].types[0];
    for (const [type, count] of this.counts[term]) if (type !== none && count > (this.counts[term].get(best) ?? 0)) best = type;
    return best;
  }
}

/** The types marked on each span of a document. */
export function markings({ entities }: Pick<Document, 'entities'>): Map<string, Set<string>> {
  const types = new Map<string, Set<string>>();
  for (const { start, end, type } of entities) {
    const known = types.get(`${start} ${end}`);
    if (known) known.add(type);
    else types.set(`${start} ${end}`, new Set([type]));
  }
  return types;
}
