import { codePointLength, InputError, sha256 } from '../../common';
import type { Random } from '../../common';
import { lengthClass, lengthClasses } from '../types';
import type { LengthClass } from '../types';
import { isSampleType, parseMarkup, withoutEntities } from './markup';
import type { SampleType } from './markup';
import type { Alternative, Piece, RuleBook } from './rules';
import { heldOutShare, lengthShares, sampleSeed } from './targets';

/** How often a type symbol is drawn again to meet the length class that its type's shares asked for. */
const lengthTries = 10;
/** How often a term is taken from the lexicon that all specialties share, where the specialty has its own too. */
const generalShare = 0.2;

/**
 * Terms that the training part never shows, so that a test asks for more than memory. Only terms of three or more
 * characters from a specialty's lexicon: their parts recur elsewhere, and every-day words stay visible.
 */
export function isHeldOut(term: string): boolean {
  return codePointLength(term) >= 3 && parseInt(sha256(`${sampleSeed}\u0000held out\u0000${term}`).slice(0, 8), 16) / 0x100000000 < heldOutShare;
}

/** Expands symbols of the rule book inside one specialty; the result is markup. */
export class Expander {
  private bindings = new Map<string, string>();

  constructor(
    private readonly book: RuleBook,
    private readonly random: Random,
    private readonly specialty: string,
    /** Whether held-out terms may appear. */
    private readonly unseen: boolean,
  ) {}

  /** One document's worth of markup: remembered expansions are forgotten between calls. */
  document(symbol: string): string {
    this.bindings = new Map();
    return this.symbol(symbol);
  }

  private symbol(name: string): string {
    const type = name.split('.')[0];
    if (!isSampleType(type)) return this.alternative(this.pool(name).list);
    const wanted = name === type ? this.wantedLength(type) : undefined;
    let best = '';
    for (let tries = 0; tries < 400; tries++) {
      const { list, common } = this.pool(name);
      const term = this.alternative(list);
      const surface = parseMarkup(term).text;
      if (!this.unseen && !common && isHeldOut(surface)) continue;
      best = `[${type}:${term}]`;
      if (wanted === undefined || tries >= lengthTries || lengthClass({ start: 0, end: codePointLength(surface) }) === wanted) return best;
    }
    if (best === '') throw new InputError(`every expansion of "${name}" in the lexicon "${this.specialty}" is held out: add terms`);
    return best;
  }

  private pool(name: string): { list: Alternative[]; common: boolean } {
    const own = this.book.specialties.get(this.specialty)?.get(name);
    const general = this.book.general.get(name);
    if (own && !(general && this.random.uniform() < generalShare)) return { list: own, common: false };
    const list = general ?? this.book.grammar.get(name);
    if (!list || list.length === 0) throw new InputError(`no alternatives for "{${name}}" in the lexicon "${this.specialty}", the general lexicon or the grammar`);
    return { list, common: true };
  }

  private wantedLength(type: SampleType): LengthClass {
    const draw = this.random.uniform();
    const [short, medium] = lengthShares[type];
    return lengthClasses[draw < short ? 0 : draw < short + medium ? 1 : 2];
  }

  private alternative(list: Alternative[]): string {
    const total = list.reduce((sum, item) => sum + item.weight, 0);
    let draw = this.random.uniform() * total;
    const chosen = list.find((item) => (draw -= item.weight) < 0) ?? list[list.length - 1];
    return this.pieces(chosen.pieces);
  }

  private pieces(pieces: Piece[]): string {
    return pieces.map((piece) => this.piece(piece)).join('');
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
      const text = withoutEntities(item);
      if (!items.some((other) => withoutEntities(other).includes(text) || text.includes(withoutEntities(other)))) items.push(item);
    }
    const joined = this.random.pick(['、', '、', '、', '和', '及', '或', '以及']);
    return items.length < 2 ? items.join('') : items.slice(0, -1).join('、') + joined + items[items.length - 1];
  }
}
