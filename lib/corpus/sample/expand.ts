import { codePointLength, InputError, sha256 } from '../../common';
import type { Random } from '../../common';
import { lengthClass, lengthClasses } from '../types';
import type { LengthClass } from '../types';
import { isSampleType, plainText, withoutEntities } from './markup';
import type { SampleType } from './markup';
import type { Piece, Rule, RuleBook } from './rules';
import { heldOutShare, lengthShares, sampleSeed } from './targets';

/** How often a type symbol is drawn again to meet the length class that its type's shares asked for. */
const lengthTries = 20;
/** How often a term is taken from the lexicon that all specialties share, where the specialty has its own too. */
const generalShare = 0.22;

/**
 * Terms that the training part never shows, so that a test asks for more than memory. Only terms of three or more
 * characters from a specialty's lexicon: their parts recur elsewhere, and every-day words stay visible.
 */
export function isHeldOut(term: string): boolean {
  return codePointLength(term) >= 3 && parseInt(sha256(`${sampleSeed}\u0000held out\u0000${term}`).slice(0, 8), 16) / 0x100000000 < heldOutShare;
}

interface Measured {
  surface: string;
  length: LengthClass;
  heldOut: boolean;
}

/** Most draws repeat earlier ones, so what a marked term looks like is worked out once. */
const measured = new Map<string, Measured>();

function measure(term: string): Measured {
  let result = measured.get(term);
  if (!result) {
    const surface = plainText(term);
    result = { surface, length: lengthClass({ start: 0, end: codePointLength(surface) }), heldOut: isHeldOut(surface) };
    measured.set(term, result);
  }
  return result;
}

/** Expands symbols of the rule book inside one specialty; the result is markup. */
export class Expander {
  private bindings = new Map<string, string>();
  private used = new Set<string>();
  /** Whether a term is being composed: its parts are taken as they come, whatever their length. */
  private inside = false;

  constructor(
    private readonly book: RuleBook,
    private readonly random: Random,
    private readonly specialty: string,
    /** Whether held-out terms may appear. */
    private readonly unseen: boolean,
  ) {}

  /** One document's worth of markup. What is remembered, and the terms not to be repeated, last for one document. */
  document(symbol: string): string {
    this.bindings = new Map();
    this.used = new Set();
    return this.symbol(symbol);
  }

  private symbol(name: string): string {
    const type = name.split('.')[0];
    if (!isSampleType(type)) return this.alternative(this.pool(name).rule);
    const inner = this.inside;
    const wanted = this.wantedLength(type);
    let best = '';
    this.inside = true;
    for (let tries = 0; tries < 400; tries++) {
      const { rule, common } = this.pool(name);
      const term = this.alternative(rule);
      const { surface, length, heldOut } = measure(term);
      if (heldOut && !this.unseen && !common) continue;
      best = `[${type}:${term}]`;
      if (inner || tries >= lengthTries || (length === wanted && !this.used.has(surface))) {
        if (!inner) this.used.add(surface);
        break;
      }
    }
    this.inside = inner;
    if (best === '') throw new InputError(`every expansion of "${name}" in the lexicon "${this.specialty}" is held out: add terms`);
    return best;
  }

  private pool(name: string): { rule: Rule; common: boolean } {
    const own = this.book.specialties.get(this.specialty)?.get(name);
    const general = this.book.general.get(name);
    if (own && !(general && this.random.uniform() < generalShare)) return { rule: own, common: false };
    const rule = general ?? this.book.grammar.get(name);
    if (!rule) throw new InputError(`no alternatives for "{${name}}" in the lexicon "${this.specialty}", the general lexicon or the grammar`);
    return { rule, common: true };
  }

  private wantedLength(type: SampleType): LengthClass {
    const draw = this.random.uniform();
    const [short, medium] = lengthShares[type];
    return lengthClasses[draw < short ? 0 : draw < short + medium ? 1 : 2];
  }

  private alternative({ alternatives, sums }: Rule): string {
    const draw = this.random.uniform() * sums[sums.length - 1];
    let low = 0;
    for (let high = sums.length - 1; low < high;) {
      const middle = (low + high) >> 1;
      if (sums[middle] > draw) high = middle;
      else low = middle + 1;
    }
    return this.pieces(alternatives[low].pieces);
  }

  private pieces(pieces: Piece[]): string {
    let out = '';
    for (const piece of pieces) out += piece.kind === 'literal' ? piece.text : this.piece(piece);
    return out;
  }

  private piece(piece: Piece): string {
    switch (piece.kind) {
      case 'literal':
        return piece.text;
      case 'number':
        return (piece.low + this.random.uniform() * (piece.high - piece.low)).toFixed(piece.decimals);
      case 'choice':
        return this.pieces(this.random.pick(piece.options));
      case 'bound': {
        const value = this.bindings.get(piece.name);
        if (value === undefined) throw new InputError(`{=${piece.name}} stands before any {…=${piece.name}}`);
        return value;
      }
      case 'symbol': {
        const made = piece.most > 1 ? this.list(piece.name, piece.least, piece.most) : this.fresh(piece.name, piece.bind);
        return piece.plain ? withoutEntities(made) : made;
      }
    }
  }

  /** A remembered symbol keeps its first value for the whole document, so that a text stays with its subject. */
  private fresh(name: string, bind?: string): string {
    const known = bind === undefined ? undefined : this.bindings.get(bind);
    const value = known ?? this.symbol(name);
    if (bind !== undefined) this.bindings.set(bind, value);
    return value;
  }

  private list(name: string, least: number, most: number): string {
    const wanted = least + this.random.below(most - least + 1);
    const items: string[] = [];
    for (let tries = 0; items.length < wanted && tries < 12 * wanted; tries++) {
      const item = this.symbol(name);
      const text = plainText(item);
      if (!items.some((other) => plainText(other).includes(text) || text.includes(plainText(other)))) items.push(item);
    }
    const joined = this.random.pick(['、', '、', '、', '和', '及', '或', '以及']);
    return items.length < 2 ? items.join('') : items.slice(0, -1).join('、') + joined + items[items.length - 1];
  }
}
