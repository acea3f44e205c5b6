import { codePointLength } from '../common';
import type { Document } from '../corpus/types';
import type { Cause } from './operation';
import { cut, type Passage } from './passage';
import type { ScoredDocuments } from './scored';

/** Decides what may become a new document: nothing that is there already, and nothing that gives a scored document away. */
export class Intake {
  private readonly texts: Set<string>;

  constructor(
    train: readonly Document[],
    private readonly scored: ScoredDocuments,
  ) {
    this.texts = new Set(train.map(({ text }) => text));
  }

  /** Why a passage is refused; undefined where it is not. */
  refusal({ text, entities }: Passage): Cause | undefined {
    if (this.texts.has(text)) return 'repeated';
    if (this.scored.heldBy(text)) return 'scored text';
    if (this.scored.ownMentions > 0 && entities.some((entity) => this.scored.owner(cut({ text, entities: [] }, entity).text))) return 'scored mention';
    return undefined;
  }

  take({ text, entities }: Passage): void {
    const length = codePointLength(text);
    const wrong = entities.find(({ start, end }) => start < 0 || start >= end || end > length);
    if (wrong) throw new Error(`augmentation made the entity ${wrong.type} [${wrong.start}, ${wrong.end}) in a text of ${length} characters: ${text.slice(0, 60)}`);
    this.texts.add(text);
  }
}
