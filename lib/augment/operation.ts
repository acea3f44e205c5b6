import type { Random } from '../common';
import type { Document } from '../corpus/types';
import type { Cell } from './balance';
import { MentionPool, placesOf, typeList, type Place } from './mentions';
import type { Passage } from './passage';

/** Why a proposal came to nothing. */
export type Cause =
  | 'copies'
  | 'no place'
  | 'no substitute'
  | 'no parts'
  | 'one sentence'
  | 'unchanged'
  | 'repeated'
  | 'scored text'
  | 'scored mention';

export interface Proposal {
  passage: Passage;
  /** The training document that was changed. */
  source: number;
}

/** A way of making new documents of training documents. */
export interface Operation {
  readonly name: 'substitution' | 'joining' | 'sentences';
  /** A new passage that should bring entities of the wanted cell, or why there is none. */
  propose(wanted: Cell, random: Random): Proposal | Cause;
}

/** The training split as operations use it. */
export class Material {
  readonly places: Place[][];
  readonly pool: MentionPool;
  private readonly holders = new Map<string, number[]>();

  constructor(readonly documents: readonly Document[]) {
    this.places = documents.map(placesOf);
    this.pool = new MentionPool(documents, this.places);
    this.places.forEach((places, i) => {
      const types = new Set(places.flatMap((place) => typeList(place.types)));
      const keys = new Set(places.flatMap((place) => typeList(place.types).map((type) => `${type} ${place.length}`)));
      for (const key of [...types, ...keys]) {
        const list = this.holders.get(key);
        if (list) list.push(i);
        else this.holders.set(key, [i]);
      }
    });
  }

  /** Documents that hold an entity of the type, or of the cell. */
  holding(type: string, length?: Cell['length']): readonly number[] {
    return this.holders.get(length === undefined ? type : `${type} ${length}`) ?? [];
  }
}
