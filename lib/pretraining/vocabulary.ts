import { InputError, sliceCodePoints } from '../common';
import { alwaysSpelt, specialTokens, Tokenizer, Vocabulary } from '../text';
import { normalize } from '../text/normalize';
import { cutPieces } from './passage-encoder';

/** How often a text uses each token of a vocabulary. */
export class TokenCounts {
  readonly counts: Float64Array;
  private readonly tokenizer: Tokenizer;

  constructor(readonly vocabulary: Vocabulary) {
    this.counts = new Float64Array(vocabulary.size);
    this.tokenizer = new Tokenizer(vocabulary);
  }

  add(text: string): void {
    for (const piece of cutPieces(text)) for (const { id } of this.tokenizer.encode(piece)) this.counts[id]++;
  }
}

export interface SubVocabularyOptions {
  /** Most tokens. */
  size: number;
  /** Fewest occurrences of a token that is kept for its frequency. */
  minCount: number;
}

/**
 * The part of a published vocabulary that a text uses, in the published order: the special tokens, ASCII and common punctuation, and
 * the most frequent of the tokens seen at least `minCount` times. What is left out is spelt by shorter pieces where it has any, else [UNK].
 */
export function subVocabulary({ vocabulary: full, counts }: TokenCounts, { size, minCount }: SubVocabularyOptions): Vocabulary {
  const kept = new Set<number>();
  for (const token of [...specialTokens, ...alwaysSpelt(true)]) {
    const id = full.find(token);
    if (id !== undefined) kept.add(id);
  }
  if (kept.size > size) throw new InputError(`sub-vocabulary: ${size} tokens are fewer than the ${kept.size} special tokens, letters, digits and marks that are always kept; raise the size.`);
  const frequent = [...counts.keys()].filter((id) => counts[id] >= minCount && !kept.has(id) && !/^\[unused\d+\]$/.test(full.tokens[id]));
  frequent.sort((a, b) => counts[b] - counts[a] || a - b);
  for (const id of frequent.slice(0, size - kept.size)) kept.add(id);
  return new Vocabulary([...kept].sort((a, b) => a - b).map((id) => full.tokens[id]));
}

export interface Coverage {
  tokens: number;
  /** Tokens that became [UNK]. */
  unknown: number;
  /** Share of tokens that are not [UNK]. */
  share: number;
  /** Distinct characters, lowered and without accents, that became [UNK] for want of a token of their own. */
  lost: string[];
}

/** How much of the texts a vocabulary can spell. */
export function coverage(vocabulary: Vocabulary, texts: Iterable<string>): Coverage {
  const tokenizer = new Tokenizer(vocabulary);
  const lost = new Set<string>();
  let tokens = 0;
  let unknown = 0;
  for (const text of texts) {
    for (const { id, start, end } of tokenizer.encode(text)) {
      tokens++;
      if (id !== vocabulary.unk) continue;
      unknown++;
      normalize(sliceCodePoints(text, start, end), true).characters.forEach((character, i) => {
        if (vocabulary.find(i === 0 ? character : `##${character}`) === undefined) lost.add(character);
      });
    }
  }
  return { tokens, unknown, share: tokens === 0 ? 1 : 1 - unknown / tokens, lost: [...lost].sort() };
}
