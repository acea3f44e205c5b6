import type { Random } from '../common';
import type { z } from 'zod';
import type { Cell } from './balance';
import type { JoiningConfig } from './config';
import { plainMention, typeList, type Mention, type Place } from './mentions';
import type { Cause, Material, Operation, Proposal } from './operation';
import { concatenate, ordered, replaceSpan, type Passage } from './passage';

/**
 * Entity augmentation (paper B, section 3.1.2): a short entity and one or two others of its types, joined by 、 or a conjunction, become one long
 * entity in the place of the first. The others are such as occur together with it in some training document, where there are any ("similar"), else
 * any of its types.
 */
export class Joining implements Operation {
  readonly name = 'joining';

  constructor(
    private readonly material: Material,
    private readonly config: z.infer<typeof JoiningConfig>,
  ) {}

  propose({ type, length }: Cell, random: Random): Proposal | Cause {
    const holders = this.material.holding(type);
    if (holders.length === 0) return 'no place';
    const source = random.pick(holders);
    const fits = (place: Place): boolean => typeList(place.types).includes(type) && place.end - place.start <= this.config.partLength;
    const places = this.material.places[source].filter(fits);
    if (places.length === 0) return 'no place';
    const place = random.pick(places);
    const joined = this.joined(place, random);
    // A joined entity of another length class would not help the cell.
    return joined?.length === length ? { passage: replaceSpan(this.material.documents[source], place, joined.passage), source } : 'no parts';
  }

  /** The long entity that begins with the place's mention, or undefined where its companions are too short or too few. */
  private joined({ types, surface }: Place, random: Random): Mention | undefined {
    const { pool } = this.material;
    const short = (mention: Mention): boolean => mention.characters <= this.config.partLength && mention.passage.text !== surface;
    let others = pool.companions(types, surface).filter(short);
    if (others.length === 0) others = [...pool.of(types, 'short'), ...pool.of(types, 'medium')].filter(short);
    const parts = [pool.get(types, surface)!, ...random.shuffled(others).slice(0, 1 + random.below(2))];
    const conjunction = random.pick(this.config.conjunctions);
    const pieces: Passage[] = parts.flatMap(({ passage }, i): Passage[] => {
      const kept = this.config.keepParts ? passage : inner(passage, types);
      if (i === 0) return [kept];
      return [{ text: i === parts.length - 1 ? conjunction : '、', entities: [] }, kept];
    });
    const { text, entities } = concatenate(pieces);
    const whole = plainMention(types, text);
    if (parts.length < 2 || whole.characters < this.config.joinedLength) return undefined;
    return { ...whole, passage: { text, entities: ordered([...whole.passage.entities, ...entities]) } };
  }
}

/** A mention's passage without the entities of the mention itself. */
function inner({ text, entities }: Passage, types: string): Passage {
  const whole = plainMention(types, text).characters;
  return { text, entities: entities.filter(({ start, end }) => end - start < whole) };
}
