import { codePoints } from '../common';
import type { Document } from '../corpus/types';
import type { RemoteConfig } from './config';
import type { Dictionary, Matching, Term } from './dictionary';
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

  /** Σ log P(feature | class), each (n + λ) / (N + λV). */
  logLikelihood(features: readonly number[], cover: string, smoothing: number, characters: number, covers: number): number {
    let sum = Math.log(((this.covers.get(cover) ?? 0) + smoothing) / (this.occurrences + smoothing * covers));
    const whole = this.occurrences + smoothing * characters;
    for (const feature of features) sum += Math.log(((this.values.get(feature) ?? 0) + smoothing) / whole);
    return sum;
  }
}

/**
 * What a dictionary match is in its context, by naive Bayes over the training split. For a term w in a context x, over the types t that w is known by, and ∅ for no entity:
 *
 *     P(t | w, x) ∝ P(t | w) · P(cover | t) · Π_j P(x_j | t, j)
 *     P(t | w) = (n(w, t) + α π_t) / (n(w) + α)          P(∅ | w) = (n(w, ∅) + α (1 − Σ_t π_t)) / (n(w) + α)
 *     P(x_j | t, j) = (n(x_j, t, j) + λ) / (n(t) + λ V)
 *
 * n(w, t): occurrences of w in the training texts that are marked t, n(w, ∅) those that are marked nothing, n(w) their sum. π_t: the share marked t of all training occurrences of terms that
 * are listed as t by the same kind of source; a training mention's first occurrence, which put it into the dictionary, is left out; one more of either kind is added; a term's
 * several types share it. x_j: the characters at the 2m places left and right of the match (the text's edges are characters too), V how many different ones there are. cover: the
 * likeliest type of the smallest longer match around this one, if any, since corpora mark what lies inside some types and not inside others. Matches are found in the training texts as in
 * the unlabelled ones.
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

  /** P(t | w, x) for each type of a match's term, and for `none`. */
  posterior(points: readonly string[], occurrence: Occurrence): Map<string, number> {
    const { smoothing, prior } = this.config;
    const term = this.dictionary.terms[occurrence.term];
    const counts = this.counts[occurrence.term];
    const features = this.features(points, occurrence);
    const names = [...new Set([none, ...term.types, ...counts.keys()])];
    let total = 0;
    for (const count of counts.values()) total += count;
    const shares = this.shares(term);
    const logs = names.map((name) => {
      const likelihood = this.classOf(name).logLikelihood(features, occurrence.cover, smoothing, this.characters.size, this.covers.size);
      return Math.log(((counts.get(name) ?? 0) + prior * (shares.get(name) ?? 0)) / (total + prior)) + likelihood;
    });
    const most = Math.max(...logs);
    const weights = logs.map((log) => Math.exp(log - most));
    const sum = weights.reduce((all, weight) => all + weight, 0);
    return new Map(names.map((name, i) => [name, weights[i] / sum]));
  }

  /** π_t for each type of a term, and what is left for `none`. */
  private shares({ types, origin }: Term): Map<string, number> {
    const known = origin === 'train' ? this.shareOf.train : this.shareOf.given;
    const shares = new Map(types.map((type) => [type, (known.get(type) ?? 0.5) / types.length]));
    return shares.set(none, 1 - [...shares.values()].reduce((sum, share) => sum + share, 0));
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
