import { codePoints } from '../../common';
import type { Document, Entity } from '../types';

/**
 * What memory alone can do on a corpus: look-up of the training mentions. `longest` scans from the left and takes the
 * longest mention with its most frequent type; `frequent` also asks that the string was an entity in most of its
 * training occurrences; `bigram` decides by the pair (character before, string): entity of which type, or none,
 * whichever the training text showed most often, falling back on the string alone; nested mentions are looked up
 * inside those found.
 */
export const dictionaryKinds = ['longest', 'frequent', 'bigram'] as const;
export type DictionaryKind = (typeof dictionaryKinds)[number];

const none = 'none';

export class Dictionary {
  private readonly byString = new Map<string, Map<string, number>>();
  private readonly byPair = new Map<string, Map<string, number>>();
  private readonly nested = new Map<string, Map<string, number>>();
  private longest = 0;

  constructor(train: readonly Document[]) {
    const texts = train.map((document) => ({ characters: codePoints(document.text), entities: document.entities }));
    for (const { characters, entities } of texts) {
      for (const { start, end } of entities) {
        this.byString.set(characters.slice(start, end).join(''), new Map());
        this.longest = Math.max(this.longest, end - start);
      }
    }
    for (const { characters, entities } of texts) {
      const types = new Map(entities.map((entity) => [`${entity.start},${entity.end}`, entity]));
      for (let start = 0; start < characters.length; start++) {
        for (let end = start + 1; end <= Math.min(characters.length, start + this.longest); end++) {
          const term = characters.slice(start, end).join('');
          if (!this.byString.has(term)) continue;
          const entity = types.get(`${start},${end}`);
          const label = entity?.type ?? none;
          if (entities.some((other) => other.start <= start && end <= other.end && other.end - other.start > end - start)) {
            count(this.nested, term, label);
          } else {
            count(this.byString, term, label);
            count(this.byPair, `${characters[start - 1] ?? '^'}${term}`, label);
          }
        }
      }
    }
  }

  predict(document: Document, kind: DictionaryKind): Document {
    const characters = codePoints(document.text);
    const entities: Entity[] = [];
    for (let start = 0; start < characters.length;) {
      const found = this.longestAt(characters, start, (term, before) => this.outerType(term, before, kind));
      if (!found) {
        start++;
        continue;
      }
      entities.push(found);
      for (let inside = start; inside < found.end;) {
        const inner = this.longestAt(characters.slice(0, found.end), inside, (term, _before, length) => (length === found.end - found.start ? none : top(this.nested.get(term)) ?? none));
        if (inner) entities.push(inner);
        inside = inner?.end ?? inside + 1;
      }
      start = found.end;
    }
    return { ...document, entities };
  }

  private outerType(term: string, before: string, kind: DictionaryKind): string {
    const counts = this.byString.get(term);
    if (!counts) return none;
    if (kind === 'longest') return top(new Map([...counts].filter(([label]) => label !== none))) ?? none;
    return (kind === 'bigram' ? top(this.byPair.get(before + term)) : undefined) ?? top(counts) ?? none;
  }

  private longestAt(characters: string[], start: number, typeOf: (term: string, before: string, length: number) => string): Entity | undefined {
    for (let end = Math.min(characters.length, start + this.longest); end > start; end--) {
      const type = typeOf(characters.slice(start, end).join(''), characters[start - 1] ?? '^', end - start);
      if (type !== none) return { start, end, type };
    }
    return undefined;
  }
}

function count(table: Map<string, Map<string, number>>, key: string, label: string): void {
  const counts = table.get(key) ?? new Map<string, number>();
  counts.set(label, (counts.get(label) ?? 0) + 1);
  table.set(key, counts);
}

function top(counts: Map<string, number> | undefined): string | undefined {
  let best: string | undefined;
  for (const [label, n] of counts ?? []) if (best === undefined || n > (counts?.get(best) ?? 0)) best = label;
  return best;
}
