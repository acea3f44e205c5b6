import type { Random } from '../common';
import type { z } from 'zod';
import type { Cell } from './balance';
import type { SentencesConfig } from './config';
import { lengthClass } from '../corpus/types';
import type { Cause, Material, Operation, Proposal } from './operation';
import { cut, replaceSpans } from './passage';
import { sentences, type Sentence } from './sentence';

/**
 * Sentence replacement (paper B, section 3.1.2): two sentences of a document change places, or a sentence gives way to one of another document,
 * which holds an entity of the wanted cell. The marks that end sentences stay where they are.
 */
export class SentenceSwap implements Operation {
  readonly name = 'sentences';
  private readonly sentences: Sentence[][];
  /** Documents of several sentences. */
  private readonly several: number[];
  private readonly severalSet: Set<number>;

  constructor(
    private readonly material: Material,
    private readonly config: z.infer<typeof SentencesConfig>,
  ) {
    this.sentences = material.documents.map(sentences);
    this.several = this.sentences.flatMap((list, i) => (list.length > 1 ? [i] : []));
    this.severalSet = new Set(this.several);
  }

  propose(wanted: Cell, random: Random): Proposal | Cause {
    if (this.several.length === 0) return 'one sentence';
    return random.uniform() < this.config.between ? this.fromAnother(wanted, random) : this.within(wanted, random);
  }

  /** Two sentences of a document that holds the cell change places. */
  private within({ type, length }: Cell, random: Random): Proposal | Cause {
    const source = random.pick(this.material.holding(type, length));
    if (source === undefined) return 'no place';
    if (!this.severalSet.has(source)) return 'one sentence';
    const [a, b] = random.shuffled(this.sentences[source]);
    const document = this.material.documents[source];
    return { passage: replaceSpans(document, [{ span: a, piece: cut(document, b) }, { span: b, piece: cut(document, a) }]), source };
  }

  /** A sentence of any document gives way to one with the cell. */
  private fromAnother({ type, length }: Cell, random: Random): Proposal | Cause {
    const donor = random.pick(this.material.holding(type, length));
    if (donor === undefined) return 'no place';
    const other = this.material.documents[donor];
    const fitting = this.sentences[donor].filter((sentence) =>
      other.entities.some((entity) => entity.type === type && lengthClass(entity) === length && sentence.start <= entity.start && entity.end <= sentence.end));
    if (fitting.length === 0) return 'no place';
    const source = random.pick(this.several);
    if (source === donor) return 'unchanged';
    const [span, piece] = [random.pick(this.sentences[source]), cut(other, random.pick(fitting))];
    return { passage: replaceSpans(this.material.documents[source], [{ span, piece }]), source };
  }
}
