import { codePointLength } from '../common';
import { lengthClass, lengthClasses, type Document, type Entity, type LengthClass } from '../corpus/types';
import { crosses, cut, ordered, type Passage, type Span } from './passage';

/** A mention of the training split as it may be put elsewhere: its text, its own entity or entities, and those inside it. */
export interface Mention {
  /** The types marked on the whole of it, sorted and joined: nearly always one. A mention replaces only one of the same types. */
  types: string;
  passage: Passage;
  length: LengthClass;
  /** Code points. */
  characters: number;
}

/** A place of a document where a mention may be replaced. */
export interface Place extends Span {
  types: string;
  surface: string;
  length: LengthClass;
  /** Lies inside another entity and is not equal to it. */
  inside: boolean;
}

/** The places of a passage's entities: each span once, without those that another entity crosses. */
export function placesOf(document: Passage): Place[] {
  const spans = new Map<string, Entity[]>();
  for (const entity of document.entities) {
    const key = `${entity.start} ${entity.end}`;
    const same = spans.get(key);
    if (same) same.push(entity);
    else spans.set(key, [entity]);
  }
  const places: Place[] = [];
  for (const [{ start, end }] of spans.values()) {
    if (document.entities.some((entity) => crosses({ start, end }, entity))) continue;
    const { text, entities } = cut(document, { start, end });
    const types = typesOf(entities.filter((entity) => entity.end - entity.start === end - start));
    const inside = document.entities.some((entity) => entity.start <= start && end <= entity.end && entity.end - entity.start > end - start);
    places.push({ start, end, types, surface: text, length: lengthClass({ start, end }), inside });
  }
  return places;
}

const typesOf = (entities: readonly Entity[]): string => [...new Set(entities.map(({ type }) => type))].sort().join('+');

/** The types of a place or mention. */
export const typeList = (types: string): string[] => types.split('+');

/**
 * The mentions of the training split, each text once for its types. Where occurrences of a text differ in the entities marked inside, the most
 * frequent marking is taken, the first of equals.
 */
export class MentionPool {
  private readonly byTypes = new Map<string, Record<LengthClass, Mention[]>>();
  private readonly byKey = new Map<string, Mention>();
  /** Documents by mention, for finding what occurs together. */
  private readonly documentsOf = new Map<string, number[]>();
  private readonly documentMentions: Mention[][];
  /** Companions worked out so far: frequent mentions are asked for often and occur in many documents. */
  private readonly together = new Map<string, readonly Mention[]>();

  /** `places` are those of each document. */
  constructor(documents: readonly Document[], places: readonly (readonly Place[])[]) {
    const markings = new Map<string, Map<string, { count: number; mention: Mention }>>();
    const keys = documents.map((document, i) => places[i].map((place) => {
      const passage = cut(document, place);
      const mention = { types: place.types, passage: { text: passage.text, entities: ordered(passage.entities) }, length: place.length, characters: place.end - place.start };
      const key = keyOf(place.types, place.surface);
      let marked = markings.get(key);
      if (!marked) markings.set(key, (marked = new Map()));
      const marking = JSON.stringify(mention.passage.entities);
      const known = marked.get(marking);
      if (known) known.count++;
      else marked.set(marking, { count: 1, mention });
      return key;
    }));
    for (const [key, marked] of markings) {
      const [{ mention }] = [...marked.values()].sort((a, b) => b.count - a.count);
      this.byKey.set(key, mention);
      let lists = this.byTypes.get(mention.types);
      if (!lists) this.byTypes.set(mention.types, (lists = { short: [], medium: [], long: [] }));
      lists[mention.length].push(mention);
    }
    this.documentMentions = keys.map((own) => own.map((key) => this.byKey.get(key)!));
    keys.forEach((own, i) => {
      for (const key of new Set(own)) {
        const list = this.documentsOf.get(key);
        if (list) list.push(i);
        else this.documentsOf.set(key, [i]);
      }
    });
  }

  /** Mentions of exactly these types and of a length class. */
  of(types: string, length: LengthClass): readonly Mention[] {
    return this.byTypes.get(types)?.[length] ?? [];
  }

  get(types: string, surface: string): Mention | undefined {
    return this.byKey.get(keyOf(types, surface));
  }

  /** Mentions of the same types that some training document holds together with this one. */
  companions(types: string, surface: string): readonly Mention[] {
    const key = keyOf(types, surface);
    const known = this.together.get(key);
    if (known) return known;
    const found = new Set<Mention>();
    for (const i of this.documentsOf.get(key) ?? []) for (const mention of this.documentMentions[i]) if (mention.types === types) found.add(mention);
    found.delete(this.byKey.get(key)!);
    const companions = [...found];
    this.together.set(key, companions);
    return companions;
  }

  /** Mention texts by type, long ones first, then the order of the training split. */
  examples(type: string, count: number): string[] {
    const own = [...this.byKey.values()].filter(({ types }) => typeList(types).includes(type));
    const rank = (mention: Mention): number => -lengthClasses.indexOf(mention.length);
    return [...new Set(own.sort((a, b) => rank(a) - rank(b)).map(({ passage }) => passage.text))].slice(0, count);
  }
}

const keyOf = (types: string, surface: string): string => `${types}\n${surface}`;

/** A mention made of a text alone: nothing is known to lie inside it. */
export function plainMention(types: string, text: string): Mention {
  const characters = codePointLength(text);
  const entities = typeList(types).map((type) => ({ start: 0, end: characters, type }));
  return { types, passage: { text, entities }, length: lengthClass({ start: 0, end: characters }), characters };
}
