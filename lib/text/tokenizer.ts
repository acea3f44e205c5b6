import { codePointLength } from '../common';
import { Kind } from './characters';
import { normalize, type NormalizedText } from './normalize';
import { specialTokens, type Vocabulary } from './vocabulary';

/** A piece of a text: code points [start, end). */
export interface Token {
  id: number;
  /** The vocabulary's spelling, `##` and all. */
  token: string;
  start: number;
  end: number;
}

export interface TokenizerOptions {
  /**
   * Lower the text and strip its accents, as the published Chinese BERT, RoBERTa-wwm and MacBERT were trained.
   * Default true. (`tokenizer_config.json` of a checkpoint calls it `do_lower_case`.)
   */
  lowercase?: boolean;
}

/** A longer run of letters and digits is `[UNK]`, as in every published BERT tokenizer. */
const longestWord = 100;

const specialPattern = new RegExp(specialTokens.map((token) => token.replace(/[[\]]/g, '\\$&')).join('|'), 'g');

/**
 * BERT's tokenizer, with offsets. The text is cleaned, ideographs and punctuation marks stand alone, white space parts
 * the rest into words, and a word is spelt by the longest pieces first (WordPiece). A special token written out in the
 * text, such as `[MASK]`, is that token, as published tokenizers have it.
 *
 * Offsets are in order (starts and ends never fall), and an edge never covers a removed character. Only pieces of one
 * decomposed character share their offsets: 한 may be three jamo, each [0, 1).
 */
export class Tokenizer {
  readonly lowercase: boolean;

  constructor(readonly vocabulary: Vocabulary, options: TokenizerOptions = {}) {
    this.lowercase = options.lowercase ?? true;
  }

  /** The text's tokens without `[CLS]` and `[SEP]`. */
  encode(text: string): Token[] {
    const out: Token[] = [];
    if (!text.includes('[')) {
      this.encodePart(text, 0, out);
      return out;
    }
    let unit = 0;
    let position = 0;
    for (const match of text.matchAll(specialPattern)) {
      const at = match.index ?? 0;
      const before = text.slice(unit, at);
      this.encodePart(before, position, out);
      position += codePointLength(before);
      const [token] = match;
      out.push({ id: this.vocabulary.id(token), token, start: position, end: position + token.length });
      position += token.length;
      unit = at + token.length;
    }
    this.encodePart(text.slice(unit), position, out);
    return out;
  }

  private encodePart(text: string, offset: number, out: Token[]): void {
    const normal = normalize(text, this.lowercase);
    const { kinds } = normal;
    for (let i = 0; i < kinds.length;) {
      let after = i + 1;
      if (kinds[i] === Kind.Letter) {
        while (after < kinds.length && kinds[after] === Kind.Letter) after++;
      }
      if (kinds[i] !== Kind.Space) this.spell(normal, i, after, offset, out);
      i = after;
    }
  }

  /** WordPiece over the normalised characters [first, last). */
  private spell(normal: NormalizedText, first: number, last: number, offset: number, out: Token[]): void {
    const { vocabulary } = this;
    const { characters, starts, ends } = normal;
    const before = out.length;
    let from = last - first > longestWord ? -1 : first;
    while (from >= 0 && from < last) {
      let to = Math.min(last, from + vocabulary.longest);
      let piece = '';
      let id: number | undefined;
      for (; to > from; to--) {
        piece = to - from === 1 ? characters[from] : characters.slice(from, to).join('');
        if (from > first) piece = `##${piece}`;
        id = vocabulary.find(piece);
        if (id !== undefined) break;
      }
      if (id === undefined) {
        from = -1;
      } else {
        out.push({ id, token: piece, start: starts[from] + offset, end: ends[to - 1] + offset });
        from = to;
      }
    }
    if (from < 0) {
      out.length = before;
      out.push({ id: vocabulary.unk, token: '[UNK]', start: starts[first] + offset, end: ends[last - 1] + offset });
    }
  }
}
