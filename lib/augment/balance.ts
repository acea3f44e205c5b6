import { InputError } from '../common';
import { lengthClass, lengthClasses, type Document, type Entity, type LengthClass } from '../corpus/types';
import type { TargetConfig } from './config';

/** Entities by type and length class. */
export type Distribution = Record<string, Record<LengthClass, number>>;

/** A type's entities of one length class. */
export interface Cell {
  type: string;
  length: LengthClass;
}

/** Entities of the documents by type, in the order of `types`, and length class. */
export function distribution(documents: readonly Pick<Document, 'entities'>[], types: readonly string[]): Distribution {
  const counts: Distribution = Object.fromEntries(types.map((type) => [type, { short: 0, medium: 0, long: 0 }]));
  for (const { entities } of documents) for (const entity of entities) counts[entity.type][lengthClass(entity)]++;
  return counts;
}

/**
 * Counts of type × length class beside a target mix. With p the mix's shares and q the target's, the distance is the total variation ½ Σ|p − q|:
 * the share of entities that would have to be others.
 */
export class Balance {
  private readonly cells: Cell[];
  private readonly places = new Map<string, number>();
  private readonly counts: Float64Array;
  private readonly target: Float64Array;
  private total = 0;

  constructor(types: readonly string[], documents: readonly Pick<Document, 'entities'>[], config: TargetConfig) {
    this.cells = types.flatMap((type) => lengthClasses.map((length) => ({ type, length })));
    types.forEach((type, i) => this.places.set(type, i * lengthClasses.length));
    this.counts = new Float64Array(this.cells.length);
    for (const { entities } of documents) this.add(entities);
    this.target = config.shares ? this.explicit(config.shares, types) : this.floored(config.floor);
  }

  private explicit(shares: NonNullable<TargetConfig['shares']>, types: readonly string[]): Float64Array {
    const unknown = Object.keys(shares).find((type) => !types.includes(type));
    if (unknown !== undefined) throw new InputError(`augmentation, target.shares: ${unknown} is none of the training split's types: ${types.join(', ')}`);
    const wanted = Float64Array.from(this.cells, ({ type, length }) => shares[type]?.[length] ?? 0);
    return scaled(wanted, 'augmentation, target.shares: the shares sum to 0; give at least one that is positive');
  }

  private floored(floor: number): Float64Array {
    return scaled(this.counts.map((count) => (count === 0 ? 0 : Math.max(count / this.total, floor))), 'the training split has no entity; there is nothing to augment');
  }

  private cellOf(entity: Entity): number {
    return this.places.get(entity.type)! + lengthClasses.indexOf(lengthClass(entity));
  }

  add(entities: readonly Entity[]): void {
    for (const entity of entities) this.counts[this.cellOf(entity)]++;
    this.total += entities.length;
  }

  /** The distance from the target, were these entities added too. */
  distance(entities: readonly Entity[] = []): number {
    for (const entity of entities) this.counts[this.cellOf(entity)]++;
    const total = this.total + entities.length;
    let sum = 0;
    for (let i = 0; i < this.counts.length; i++) sum += Math.abs((total === 0 ? 0 : this.counts[i] / total) - this.target[i]);
    for (const entity of entities) this.counts[this.cellOf(entity)]--;
    return sum / 2;
  }

  /** How many entities a cell has less than its target share of the present total; negative where it has more. */
  deficit({ type, length }: Cell): number {
    const i = this.places.get(type)! + lengthClasses.indexOf(length);
    return this.target[i] * this.total - this.counts[i];
  }

  /** Types that have less than their target share over all lengths. */
  rareTypes(): string[] {
    return [...this.places.keys()].filter((type) => lengthClasses.reduce((sum, length) => sum + this.deficit({ type, length }), 0) > 0);
  }

  /** The cells, those that lack most first. */
  wanted(): Cell[] {
    const deficits = this.cells.map((cell) => ({ cell, deficit: this.deficit(cell) }));
    return deficits.sort((a, b) => b.deficit - a.deficit).map(({ cell }) => cell);
  }

  /** The target, as shares of all entities. */
  targetShares(): Distribution {
    const shares: Distribution = {};
    this.cells.forEach(({ type, length }, i) => ((shares[type] ??= { short: 0, medium: 0, long: 0 })[length] = this.target[i]));
    return shares;
  }
}

function scaled(values: Float64Array, ifNone: string): Float64Array {
  const sum = values.reduce((total, value) => total + value, 0);
  if (!(sum > 0)) throw new InputError(ifNone);
  return values.map((value) => value / sum);
}
