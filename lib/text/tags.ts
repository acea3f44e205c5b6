import { InputError } from '../common';
import type { Entity } from '../corpus/types';

export const tagSchemes = ['BIO', 'BIOES'] as const;
export type TagScheme = (typeof tagSchemes)[number];

/**
 * One tag a position (a token or a character, whichever the entities count). BIO: B-type, then I-type. BIOES: S-type for
 * a single position, else B-type, I-type…, E-type. Tags are flat: entities that overlap, or leave [0, length), are an
 * InputError; `outermost` makes a set flat.
 */
export function entitiesToTags(entities: readonly Entity[], length: number, scheme: TagScheme): string[] {
  const tags = new Array<string>(length).fill('O');
  for (const { start, end, type } of entities) {
    if (!(start >= 0 && start < end && end <= length)) {
      throw new InputError(`entitiesToTags: ${type} [${start}, ${end}) does not lie in [0, ${length}).`);
    }
    for (let i = start; i < end; i++) {
      if (tags[i] !== 'O') {
        throw new InputError(`entitiesToTags: ${type} [${start}, ${end}) overlaps another entity at ${i} (${tags[i]}); one tag a position cannot hold both: reduce the entities with outermost first.`);
      }
      const first = i === start;
      const last = i === end - 1;
      const prefix = scheme === 'BIO' ? (first ? 'B' : 'I') : first ? (last ? 'S' : 'B') : last ? 'E' : 'I';
      tags[i] = `${prefix}-${type}`;
    }
  }
  return tags;
}

const starts = new Set(['B', 'S']);
const finishes = new Set(['E', 'S']);

/**
 * Reads BIO or BIOES tags, illegal sequences included, as conlleval does: an I or E that follows O, another type, an E or
 * an S begins an entity; an entity ends before O, B, S or another type, and after E or S. Legal sequences of both schemes
 * decode to exactly what they encode.
 */
export function tagsToEntities(tags: readonly string[]): Entity[] {
  const entities: Entity[] = [];
  let open: Entity | undefined;
  tags.forEach((tag, i) => {
    if (tag === 'O') {
      open = undefined;
      return;
    }
    const match = /^([BIES])-(.+)$/su.exec(tag);
    if (match === null) {
      throw new InputError(`tagsToEntities: ${JSON.stringify(tag)} at position ${i} is no tag; expected O, or B-, I-, E- or S- and a type.`);
    }
    const [, prefix, type] = match;
    if (open === undefined || open.type !== type || starts.has(prefix)) {
      open = { start: i, end: i, type };
      entities.push(open);
    }
    open.end = i + 1;
    if (finishes.has(prefix)) open = undefined;
  });
  return entities;
}

/**
 * Which of `tags` may begin a sequence, end it and follow one another: `pairs[from][to]`. Exactly the sequences that
 * `entitiesToTags` can write are legal.
 */
export function legalTags(tags: readonly string[], scheme: TagScheme): { starts: boolean[]; ends: boolean[]; pairs: boolean[][] } {
  const split = (tag: string): [string, string] => [tag.slice(0, 1), tag.slice(2)];
  const inside = (prefix: string): boolean => prefix === 'I' || prefix === 'E';
  // In BIO an entity may go on after B or I; in BIOES it must, up to its E.
  const open = (prefix: string): boolean => prefix === 'B' || prefix === 'I';
  const follows = (from: string, to: string): boolean => {
    const [[prefix, type], [next, nextType]] = [split(from), split(to)];
    if (inside(next)) return open(prefix) && type === nextType;
    return scheme === 'BIO' || !open(prefix);
  };
  return {
    starts: tags.map((tag) => follows('O', tag)),
    ends: tags.map((tag) => follows(tag, 'O')),
    pairs: tags.map((from) => tags.map((to) => follows(from, to))),
  };
}

/**
 * The flat part of nested entities: entities are taken longest first, then leftmost, then by type, and one that overlaps
 * an entity already taken is left out. So what lies inside another goes; of two that cross, the longer stays, and of two
 * types on one span the alphabetically first. Ordered by start.
 */
export function outermost(entities: readonly Entity[]): Entity[] {
  const taken: Entity[] = [];
  const order = [...entities].sort((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start || (a.type < b.type ? -1 : a.type > b.type ? 1 : 0));
  for (const entity of order) {
    if (!taken.some((other) => entity.start < other.end && other.start < entity.end)) taken.push(entity);
  }
  return taken.sort((a, b) => a.start - b.start);
}
