import { InputError } from '../common';
import { mentionTexts } from '../corpus/overlap';
import { slicer } from '../corpus/offsets';
import type { Document } from '../corpus/types';
import { AhoCorasick } from '../text/aho-corasick';
import { leastInside, normalForm } from '../text/normal-form';
import { cut } from './passage';
import { sentences } from './sentence';

/**
 * The documents that are scored or that choose the epoch (dev, test, tuning): what no training text may hold. Texts are compared by their normal
 * forms; mentions as they are written, since they stand in text that is written so.
 */
export class ScoredDocuments {
  private readonly whole = new Map<string, Document>();
  private readonly sentences = new Map<string, Document>();
  private readonly inside: Document[] = [];
  private readonly finder: AhoCorasick;
  /** Mentions that only scored documents know, with one that has it; filled by `learn`. */
  private readonly own = new Map<string, Document>();

  constructor(readonly documents: readonly Document[]) {
    const texts: string[] = [];
    for (const document of documents) {
      const text = normalForm(document.text);
      if (text !== '' && !this.whole.has(text)) {
        this.whole.set(text, document);
        if (text.length >= leastInside) {
          texts.push(text);
          this.inside.push(document);
        }
      }
      for (const { start, end } of sentences(document)) {
        const sentence = normalForm(slicer(document.text)(start, end));
        if (sentence.length >= leastInside && !this.sentences.has(sentence)) this.sentences.set(sentence, document);
      }
    }
    this.finder = new AhoCorasick(texts);
  }

  /** The scored document whose text this text is or holds, normalised. */
  heldBy(text: string): Document | undefined {
    const plain = normalForm(text);
    const equal = this.whole.get(plain);
    if (equal || this.inside.length === 0) return equal;
    let found: Document | undefined;
    this.finder.all(plain, (_start, _end, term) => (found ??= this.inside[term]));
    return found;
  }

  /** The scored document that has this sentence, normalised. */
  withSentence(text: string): Document | undefined {
    return this.sentences.get(normalForm(text));
  }

  /** Tells what may be known: what the training texts say anywhere, and the terms of lexicons given. */
  learn(train: readonly Document[], given: Iterable<string>): void {
    this.own.clear();
    for (const document of this.documents) for (const mention of mentionTexts([document])) if (!this.own.has(mention)) this.own.set(mention, document);
    const surfaces = [...this.own.keys()];
    const finder = new AhoCorasick(surfaces);
    for (const { text } of train) finder.all(text, (_start, _end, term) => this.own.delete(surfaces[term]));
    for (const term of given) this.own.delete(term);
  }

  /** A term of a lexicon given: it may be known. */
  allow(term: string): void {
    this.own.delete(term);
  }

  /** The scored document that alone knows this mention. */
  owner(mention: string): Document | undefined {
    return this.own.get(mention);
  }

  /** Mentions that only scored documents know. */
  get ownMentions(): number {
    return this.own.size;
  }

  /**
   * The last check, of what has been made, however it was made.
   * @throws InputError naming the new document, or the dictionary's term, and the scored document it gives away
   */
  refuseLeaks(made: readonly Document[], terms: Iterable<string>): void {
    for (const term of terms) {
      const document = this.own.get(term);
      if (document) {
        throw new InputError(
          `leakage: the dictionary's term "${term}" is marked in the scored document ${document.id} and stands neither in the training split nor in a lexicon; ${remedy}`,
        );
      }
    }
    for (const document of made) {
      const held = this.heldBy(document.text);
      if (held) {
        throw new InputError(`leakage: the augmented document ${document.id} holds the text of the scored document ${held.id}; take it out of what that was made from`);
      }
      for (const { start, end, type } of document.entities) {
        const surface = cut(document, { start, end }).text;
        const owner = this.own.get(surface);
        if (owner) {
          throw new InputError(`leakage: the augmented document ${document.id} marks "${surface}" (${type}), which only the scored document ${owner.id} does; ${remedy}`);
        }
      }
    }
  }
}

export const remedy = 'take it out of its source, or set scoredMentions=drop';
