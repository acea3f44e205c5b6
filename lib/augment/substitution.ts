import type { Random } from '../common';
import type { z } from 'zod';
import type { LengthClass } from '../corpus/types';
import type { Cell } from './balance';
import type { SubstitutionConfig } from './config';
import { plainMention, typeList, type Mention, type Place } from './mentions';
import type { Cause, Material, Operation, Proposal } from './operation';
import { replaceSpans, type Span } from './passage';

/**
 * Synonymous entity substitution (paper B, section 3.1.2): an entity gives way to another of the same types, and further entities of the document
 * with it. The wanted cell says the type and the new one's length class, so that rare types are replaced most. Entities inside the old one go with
 * it; those of the new one are the ones that the training split marks inside it.
 */
export class Substitution implements Operation {
  readonly name = 'substitution';

  constructor(
    private readonly material: Material,
    /** The other members of a term's synonym sets. */
    private readonly synonyms: ReadonlyMap<string, readonly string[]>,
    private readonly config: z.infer<typeof SubstitutionConfig>,
  ) {}

  propose({ type, length }: Cell, random: Random): Proposal | Cause {
    const holders = this.material.holding(type);
    if (holders.length === 0) return 'no place';
    const source = random.pick(holders);
    const places = this.material.places[source].filter((place) => this.config.inside || !place.inside);
    const own = places.filter((place) => typeList(place.types).includes(type));
    if (own.length === 0) return 'no place';
    const first = random.pick(own);
    const substitute = this.substitute(first, length, random);
    if (!substitute) return 'no substitute';
    const changes = [{ span: first as Span, piece: substitute.passage }];
    for (const place of random.shuffled(places)) {
      if (changes.some(({ span }) => place.start < span.end && span.start < place.end) || random.uniform() >= this.config.others) continue;
      const other = this.substitute(place, place.length, random);
      if (other) changes.push({ span: place, piece: other.passage });
    }
    return { passage: replaceSpans(this.material.documents[source], changes), source };
  }

  /** Another mention for a place, or undefined where there is none. */
  private substitute({ types, surface }: Place, length: LengthClass, random: Random): Mention | undefined {
    const synonyms = this.synonyms.get(surface);
    if (synonyms && random.uniform() < this.config.synonyms) {
      const synonym = random.pick(synonyms);
      return this.material.pool.get(types, synonym) ?? plainMention(types, synonym);
    }
    const mentions = this.material.pool.of(types, length);
    const mention = mentions.length > 0 ? random.pick(mentions) : undefined;
    return mention?.passage.text === surface ? undefined : mention;
  }
}
